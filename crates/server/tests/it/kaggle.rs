//! Real journeys, from CSV to answer, against independently computed figures.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::tributary::{Tributary, repository, shared};

/// Expected revenue by channel for rolling journeys, 30 days, half-life 7 days; computed facts, from the data set's description.
const EXPECTED: &str = include_str!("kaggle/expected_rolling_30d.json");
/// Cents that rounding to whole cents may move a channel's total: one for every thousand conversions.
const TOLERANCE: f64 = 0.01 * 1.838;

fn imported() -> Tributary {
    let tributary = Tributary::with_shop();
    let (map, data) = (
        repository("examples/kaggle/map.yaml"),
        repository("examples/kaggle/attribution_data.csv.gz"),
    );
    let summary = tributary.json(&[
        "import",
        "--org",
        "shop",
        "--source",
        "kaggle",
        "--map",
        map.to_str().unwrap(),
        data.to_str().unwrap(),
    ]);
    assert_eq!((&summary["rows_read"], &summary["quarantined"]), (&Value::from(62_483), &Value::from(0)));
    tributary
}

/// Revenue in cents by model and channel; the unattributed under the empty name.
fn cents(rows: &Value) -> BTreeMap<(String, String), i64> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let cents = |row: &Value| text(&row["revenue"]).replace('.', "").parse::<i64>().unwrap();
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| ((text(&row["model"]), text(&row["channel"])), cents(row)))
        .collect()
}

#[test]
fn five_models_agree_with_the_independent_computation() {
    let tributary = imported();
    let rows = tributary.json(&[
        "attribute",
        "--org",
        "shop",
        "--window",
        "30d",
        "--journey",
        "rolling",
        "--half-life",
        "7d",
        "--by",
        "channel",
        "--model",
        "all",
    ]);
    let found = cents(&rows);
    let expected: BTreeMap<String, BTreeMap<String, f64>> = serde_json::from_str(EXPECTED).unwrap();
    for (model, channels) in &expected {
        for (channel, amount) in channels {
            let ours = found[&(model.clone(), channel.clone())] as f64 / 100.0;
            assert!((ours - amount).abs() <= TOLERANCE, "{model} {channel}: {ours} instead of {amount}");
        }
    }
    for model in ["first_touch", "last_touch", "linear", "time_decay", "position_based", "custom"] {
        let total: i64 = found.iter().filter(|((of, _), _)| of == model).map(|(_, cents)| cents).sum();
        assert_eq!(total, 1_142_350, "{model} adds up to 11,423.50 exactly");
    }
    let conversions: f64 = rows
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["model"] == "linear")
        .map(|row| row["conversions"].as_f64().unwrap())
        .sum();
    assert!((conversions - 1838.0).abs() < 1e-6, "{conversions}");
}

#[test]
fn the_committed_expectation_is_the_shared_one() {
    if let Some(file) = shared("data/kaggle-attribution/expected_rolling_30d.json") {
        assert_eq!(std::fs::read_to_string(file).unwrap().trim(), EXPECTED.trim());
    }
}

#[test]
fn the_same_file_again_changes_nothing() {
    let tributary = imported();
    let before = tributary.figure("revenue");
    let (map, data) = (
        repository("examples/kaggle/map.yaml"),
        repository("examples/kaggle/attribution_data.csv.gz"),
    );
    let summary = tributary.json(&[
        "import",
        "--org",
        "shop",
        "--source",
        "kaggle",
        "--map",
        map.to_str().unwrap(),
        data.to_str().unwrap(),
    ]);
    assert_eq!(summary["accepted"], 0);
    assert_eq!(tributary.figure("revenue"), before);
}

#[test]
fn closed_journeys_and_short_windows_leave_revenue_unattributed_but_keep_the_total() {
    let tributary = imported();
    for (window, journey) in [("1s", "rolling"), ("1h", "closed"), ("90d", "closed")] {
        let found = cents(&tributary.json(&[
            "attribute",
            "--org",
            "shop",
            "--window",
            window,
            "--journey",
            journey,
            "--model",
            "linear",
        ]));
        assert_eq!(found.values().sum::<i64>(), 1_142_350, "{window} {journey}");
    }
}

#[test]
fn the_written_credits_equal_the_computed_ones() {
    let tributary = imported();
    let report = tributary.json(&["derive", "--org", "shop"]);
    assert!(report["credits"].as_u64().unwrap() > 1838 * 6);
    assert_eq!(
        tributary.json(&["derive", "--org", "shop"])["credits"],
        0,
        "nothing changed, nothing is written again"
    );
    assert!(tributary.json(&["doctor"])["is_healthy"].as_bool().unwrap());
}
