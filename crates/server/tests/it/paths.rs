//! Paths, assists and overlap of the demo company: they add up, and agree with the credit that the models give.

use serde_json::Value;

use crate::tributary::Tributary;

fn micros(cell: &Value) -> i64 {
    types::money::parse_micros(cell.as_str().unwrap_or("0")).unwrap()
}

fn number(cell: &Value) -> i64 {
    cell.as_i64().unwrap()
}

fn sum(rows: &Value, field: &str) -> i64 {
    rows.as_array().unwrap().iter().map(|row| number(&row[field])).sum()
}

#[test]
fn paths_of_the_demo_add_up_and_agree_with_credit() {
    let tributary = Tributary::new();
    tributary.json(&["demo", "--load-only"]);
    let report = tributary.json(&[
        "report",
        "--org",
        "demo",
        "--metrics",
        "revenue,conversions",
        "--from",
        "2025-01-01",
        "--to",
        "2026-12-31",
    ]);
    for (step, journey) in [
        ("channel", "rolling"),
        ("channel", "closed"),
        ("campaign", "rolling"),
        ("interaction", "rolling"),
        ("source", "closed"),
    ] {
        let ask = |command: &str| tributary.json(&[command, "--org", "demo", "--step", step, "--journey", journey, "--window", "14d"]);
        let paths = ask("paths");
        let summary = &paths["summary"];
        assert_eq!(micros(&summary["revenue"]), micros(&report["totals"][0]), "{step} {journey}");
        assert_eq!(number(&summary["conversions"]), number(&report["totals"][1]), "{step} {journey}");
        let attributed = number(&summary["attributed_conversions"]);
        assert_eq!(attributed + number(&summary["unattributed_conversions"]), number(&summary["conversions"]));
        assert!(
            number(&summary["unattributed_conversions"]) > 0 && number(&summary["not_converted"]) > 0,
            "{summary}"
        );
        for part in ["lengths", "lag_of_first", "lag_of_last"] {
            assert_eq!(sum(&paths[part], "conversions"), attributed, "{step} {part}");
        }
        assert_eq!(sum(&paths["flow"]["branches"], "conversions"), attributed, "{step}");
        for field in ["conversions", "not_converted"] {
            assert_eq!(sum(&paths["paths"], field) + number(&paths["rest"][field]), {
                let of = if field == "conversions" { "attributed_conversions" } else { field };
                number(&summary[of])
            });
        }
        let flow: i64 = paths["flow"]["branches"]
            .as_array()
            .unwrap()
            .iter()
            .map(|branch| micros(&branch["revenue"]))
            .sum();
        assert_eq!(flow, micros(&summary["attributed_revenue"]), "{step}");

        let assists = tributary.json(&[
            "assists",
            "--org",
            "demo",
            "--step",
            step,
            "--journey",
            journey,
            "--window",
            "14d",
            "--limit",
            "500",
        ]);
        assert_eq!(assists["summary"]["conversions"], summary["conversions"]);
        assert_eq!(sum(&assists["steps"], "last_conversions"), attributed, "every path has one last step");
        assert_eq!(sum(&assists["steps"], "first_conversions"), attributed, "and one first step");
        let overlap = ask("overlap");
        for row in overlap["steps"].as_array().unwrap() {
            let same = assists["steps"]
                .as_array()
                .unwrap()
                .iter()
                .find(|other| other["step"] == row["step"])
                .unwrap();
            for field in ["conversions", "revenue", "sole_conversions"] {
                assert_eq!(row[field], same[field], "{step} {row}");
            }
        }
    }
}

#[test]
fn first_and_last_steps_of_the_demo_are_what_first_and_last_touch_credit() {
    let tributary = Tributary::new();
    tributary.json(&["demo", "--load-only"]);
    for journey in ["rolling", "closed"] {
        let assists = tributary.json(&["assists", "--org", "demo", "--journey", journey, "--limit", "500"]);
        let credits = tributary.json(&["attribute", "--org", "demo", "--journey", journey, "--model", "first_touch,last_touch"]);
        let credit = |model: &str, channel: &Value| {
            let rows = credits.as_array().unwrap().iter();
            rows.filter(|row| row["model"] == model && row["channel"] == *channel)
                .fold((0, 0.0), |(revenue, count), row| {
                    (revenue + micros(&row["revenue"]), count + row["conversions"].as_f64().unwrap())
                })
        };
        let steps = assists["steps"].as_array().unwrap();
        assert!(steps.len() > 3, "{assists}");
        for step in steps {
            let (revenue, count) = credit("last_touch", &step["step"]);
            assert_eq!(
                (micros(&step["last_revenue"]), number(&step["last_conversions"]) as f64),
                (revenue, count),
                "{step}"
            );
            let (_, count) = credit("first_touch", &step["step"]);
            assert_eq!(number(&step["first_conversions"]) as f64, count, "{step}");
        }
        let (revenue, count) = credit("last_touch", &Value::Null);
        let summary = &assists["summary"];
        assert_eq!(
            (
                micros(&summary["unattributed_revenue"]),
                number(&summary["unattributed_conversions"]) as f64
            ),
            (revenue, count)
        );
    }
}

#[test]
fn what_is_wrong_with_a_question_about_paths_is_said() {
    let tributary = Tributary::with_shop();
    assert_eq!(
        tributary.error(&["paths", "--org", "shop", "--step", "advert"]),
        "error: --step: `advert` is not a kind of step: use one of channel, campaign, source, interaction\n"
    );
    assert_eq!(
        tributary.error(&["overlap", "--org", "shop", "--limit", "100"]),
        "error: limit: `limit` is 100: use a number from 1 to 40\n"
    );
    assert_eq!(
        tributary.error(&["assists", "--org", "shop", "--from", "2026-01-01"]),
        "error: to: give both days, or leave both out for all time\n"
    );
    let empty = tributary.json(&["paths", "--org", "shop"]);
    assert_eq!(
        (&empty["summary"]["conversions"], &empty["paths"]),
        (&0.into(), &Value::Array(Vec::new()))
    );
}
