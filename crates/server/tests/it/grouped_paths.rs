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
    let arguments: Vec<&str> = arguments.iter().map(|argument| if *argument == "FILE" { file.as_str() } else { argument }).collect();
    expected.assert_eq(&tributary.error(&arguments));
}

#[test]
fn a_removal_effect_with_its_interval() {
    text(&["--model", "markov", "--intervals", "--seed", "5"], expect![[""]]);
}

#[test]
fn an_order_left_open_is_chosen_and_said() {
    text(&["--model", "markov", "--order", "auto"], expect![[""]]);
}

#[test]
fn positions_of_the_ordered_shapley_value() {
    text(&["--model", "ordered_shapley"], expect![[""]]);
}

#[test]
fn every_model_shares_out_everything() {
    let rows = rows(&["--model", "all"]);
    let mut totals: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    for row in &rows {
        let total = totals.entry(row["model"].as_str().unwrap()).or_default();
        total[0] += number(row, "conversions");
        total[1] += number(row, "value");
        assert_eq!((&row["low"], row["removal_effect"].is_null()), (&Value::Null, row["model"] != "markov"), "{row}");
    }
    assert_eq!(totals.len(), 11);
    for (model, [conversions, value]) in totals {
        assert!((conversions - 60.0).abs() < 1e-9 && (value - 850.0).abs() < 1e-9, "{model}: {conversions}, {value}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let drawn = |seed| rows(&["--model", "markov,shapley", "--order", "2", "--intervals", "--resamples", "50", "--seed", seed]);
    assert_eq!(drawn("9"), drawn("9"));
    assert_ne!(drawn("9"), drawn("10"));
    for row in drawn("9") {
        assert!(number(&row, "low") <= number(&row, "conversions") && number(&row, "conversions") <= number(&row, "high"), "{row}");
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
    error(&["attribute"], expect![[""]]);
    error(&["attribute", "--paths", "FILE", "--org", "shop"], expect![[""]]);
    error(&["attribute", "--paths", "FILE", "--window", "7d"], expect![[""]]);
    error(&["attribute", "--org", "shop", "--order", "2"], expect![[""]]);
    error(&["attribute", "--paths", "FILE", "--seed", "2"], expect![[""]]);
}

#[test]
fn mistakes_are_named_with_their_remedy() {
    error(&["attribute", "--paths", "FILE", "--model", "time_decay"], expect![[""]]);
    error(&["attribute", "--paths", "FILE", "--order", "5"], expect![[""]]);
    error(&["attribute", "--paths", "FILE", "--intervals", "--resamples", "3"], expect![[""]]);
    error(&["attribute", "--paths", "no-such.csv"], expect![[""]]);
    let tributary = Tributary::new();
    let file = tributary.write("paths.csv", "path,total_conversions\nA > B,1\nA > > B,2\n");
    expect![[""]].assert_eq(&tributary.error(&["attribute", "--paths", &file]));
}

#[test]
fn the_demo_data_of_channel_attribution() {
    let Some(file) = shared("data/channelattribution/Data.csv") else { return };
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
