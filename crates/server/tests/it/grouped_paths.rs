//! `tributary attribute --paths`: an analyst's own file, without an organisation.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::tributary::{Tributary, shared};

const FILE: &str = "path;total_conversions;total_conversion_value;total_null\n\
                    Search > E-mail;30;300;60\nSocial > E-mail > Direct;20;500;90\nE-mail;10;50;5\nSocial;0;0;40\n";

fn rows(arguments: &[&str]) -> Vec<Value> {
    let tributary = Tributary::new();
    let file = tributary.write("paths.csv", FILE);
    let rows = tributary.json(&[&["attribute", "--paths", &file], arguments].concat());
    rows.as_array().unwrap().clone()
}

fn number(row: &Value, field: &str) -> f64 {
    row[field].as_f64().unwrap_or_else(|| panic!("`{field}` of {row}"))
}

fn text(arguments: &[&str], expected: Expect) {
    let tributary = Tributary::new();
    let file = tributary.write("paths.csv", FILE);
    let output = tributary.output(&[&["attribute", "--paths", &file], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    expected.assert_eq(&String::from_utf8(output.stdout).unwrap());
    assert!(!tributary.path("data").exists(), "a file needs no data directory");
}

fn error(arguments: &[&str], expected: Expect) {
    let tributary = Tributary::new();
    let file = tributary.write("paths.csv", FILE);
    let arguments: Vec<&str> = arguments
        .iter()
        .map(|argument| if *argument == "FILE" { file.as_str() } else { argument })
        .collect();
    expected.assert_eq(&tributary.error(&arguments));
}

#[test]
fn a_removal_effect_with_its_interval() {
    text(
        &["--model", "markov", "--intervals", "--seed", "5"],
        expect![[r#"
        60 conversions worth 850.00, 195 journeys without one, 4 channels, 4 distinct paths

        markov, order 1
        channel  conversions    low   high   value  value low  value high  removal effect  of value
        ───────────────────────────────────────────────────────────────────────────────────────────
        E-mail         26.51  21.13  32.15  337.51     264.10      409.52          1.0000    1.0000
        Social         13.56  10.88  16.44  172.68     132.12      209.46          0.5116    0.5116
        Search         11.10   8.09  14.71  141.28     106.44      180.80          0.4186    0.4186
        Direct          8.84   5.57  11.41  198.53     125.74      257.97          0.3333    0.5882
        All            60.00                850.00
    "#]],
    );
}

#[test]
fn an_order_left_open_is_chosen_and_said() {
    text(
        &["--model", "markov", "--order", "auto"],
        expect![[r#"
        60 conversions worth 850.00, 195 journeys without one, 4 channels, 4 distinct paths

        markov, order 2
        channel  conversions   value  removal effect  of value
        ──────────────────────────────────────────────────────
        E-mail         27.69  336.05          1.0000    1.0000
        Search         13.85  118.60          0.5000    0.3529
        Direct          9.23  197.67          0.3333    0.5882
        Social          9.23  197.67          0.3333    0.5882
        All            60.00  850.00

        Order 2 was chosen: it has the lowest Bayesian information criterion (1: 1315, 2: 1078, 3: 1078, 4: 1078).
    "#]],
    );
}

#[test]
fn positions_of_the_ordered_shapley_value() {
    text(
        &["--model", "ordered_shapley"],
        expect![[r#"
        60 conversions worth 850.00, 195 journeys without one, 4 channels, 4 distinct paths

        ordered_shapley
        channel  position  conversions   value
        ──────────────────────────────────────
        E-mail          2        21.67  316.67
        Search          1        15.00  150.00
        E-mail          1        10.00   50.00
        Direct          3         6.67  166.67
        Social          1         6.67  166.67
        All                      60.00  850.00
    "#]],
    );
}

#[test]
fn every_model_shares_out_everything() {
    let rows = rows(&["--model", "all"]);
    let mut totals: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    for row in &rows {
        let total = totals.entry(row["model"].as_str().unwrap()).or_default();
        total[0] += number(row, "conversions");
        total[1] += number(row, "value");
        assert_eq!(
            (&row["low"], row["removal_effect"].is_null()),
            (&Value::Null, row["model"] != "markov"),
            "{row}"
        );
    }
    assert_eq!(totals.len(), 11);
    for (model, [conversions, value]) in totals {
        assert!(
            (conversions - 60.0).abs() < 1e-9 && (value - 850.0).abs() < 1e-9,
            "{model}: {conversions}, {value}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let drawn = |seed| {
        rows(&[
            "--model",
            "markov,shapley",
            "--order",
            "2",
            "--intervals",
            "--resamples",
            "50",
            "--seed",
            seed,
        ])
    };
    assert_eq!(drawn("9"), drawn("9"));
    assert_ne!(drawn("9"), drawn("10"));
    for row in drawn("9") {
        assert!(
            number(&row, "low") <= number(&row, "conversions") && number(&row, "conversions") <= number(&row, "high"),
            "{row}"
        );
        assert!(number(&row, "value_low") <= number(&row, "value_high"), "{row}");
    }
}

#[test]
fn last_non_direct_passes_over_the_channel_that_is_named() {
    let credit = |arguments: &[&str]| {
        let rows = rows(&[&["--model", "last_non_direct"], arguments].concat());
        let of = |channel: &str| number(rows.iter().find(|row| row["channel"] == channel).unwrap(), "conversions");
        [of("Direct"), of("E-mail"), of("Social")]
    };
    assert_eq!(credit(&[]), [0.0, 60.0, 0.0]);
    assert_eq!(credit(&["--direct", "e-mail"]), [20.0, 10.0, 0.0]);
}

#[test]
fn the_two_forms_exclude_each_other() {
    error(
        &["attribute"],
        expect![[r#"
        error: nothing to attribute: name an organisation with --org NAME, or a file of grouped paths with --paths FILE
    "#]],
    );
    error(
        &["attribute", "--paths", "FILE", "--org", "shop"],
        expect![[r#"
        error: the argument '--paths <FILE>' cannot be used with '--org <NAME>'

        Usage: tributary attribute --paths <FILE> --data-dir <DIR>

        For more information, try '--help'.
    "#]],
    );
    error(
        &["attribute", "--paths", "FILE", "--window", "7d"],
        expect![[r#"
        error: the argument '--paths <FILE>' cannot be used with:
          --window <DURATION>
          --journey <rolling|closed>
          --half-life <DURATION>
          --conversions <TYPES>
          --weights <FILE>
          --settings <FILE>

        Usage: tributary attribute --paths <FILE> --data-dir <DIR>

        For more information, try '--help'.
    "#]],
    );
    error(
        &["attribute", "--org", "shop", "--direct", "Typed"],
        expect![[r#"
            error: the argument '--org <NAME>' cannot be used with '--direct <CHANNEL>'

            Usage: tributary attribute --org <NAME> --data-dir <DIR>

            For more information, try '--help'.
        "#]],
    );
    error(
        &["attribute", "--paths", "FILE", "--seed", "2"],
        expect![[r#"
            error: the following required arguments were not provided:
              --intervals

            Usage: tributary attribute --intervals --paths <FILE> --seed <NUMBER> --data-dir <DIR>

            For more information, try '--help'.
        "#]],
    );
}

#[test]
fn mistakes_are_named_with_their_remedy() {
    error(
        &["attribute", "--paths", "FILE", "--model", "time_decay"],
        expect![[r#"
        error: --model
          because: time_decay needs the time of each touch, and grouped paths have none: use linear or position_based, or attribute an organisation with --org
    "#]],
    );
    error(
        &["attribute", "--paths", "FILE", "--order", "5"],
        expect![[r#"
        error: --order
          because: `5` is not an order of the Markov chain: use 1, 2, 3, 4 or auto
    "#]],
    );
    error(
        &["attribute", "--paths", "FILE", "--intervals", "--resamples", "3"],
        expect![[r#"
        error: 3 resamples cannot be drawn: use 20 to 100000
    "#]],
    );
    error(
        &["attribute", "--paths", "no-such.csv"],
        expect![[r#"
        error: --paths: no-such.csv cannot be read
          because: No such file or directory (os error 2)
    "#]],
    );
    let tributary = Tributary::new();
    let file = tributary.write("paths.csv", "path,total_conversions\nA > B,1\nA > > B,2\n");
    expect![[r#"
        error: --paths: DIR/paths.csv
          because: line 3: `path` is `A > > B`: a step between two `>` is empty: write its channel, or remove the `>`
    "#]]
    .assert_eq(&tributary.error(&["attribute", "--paths", &file]));
}

#[test]
fn the_demo_data_of_channel_attribution() {
    let Some(file) = shared("data/channelattribution/Data.csv") else {
        return;
    };
    let rows = Tributary::new().json(&["attribute", "--paths", file.to_str().unwrap(), "--model", "markov"]);
    let effects: BTreeMap<&str, f64> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["channel"].as_str().unwrap(), number(row, "removal_effect")))
        .collect();
    for (channel, expected) in [("alpha", 0.558_399), ("iota", 0.405_835), ("mi", 0.000_180)] {
        assert!((effects[channel] - expected).abs() < 1e-6, "{channel}: {}", effects[channel]);
    }
}
