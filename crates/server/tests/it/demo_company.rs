//! The demo company: loaded once, added up, compared with its truth, served.

use crate::tributary::{Server, Tributary};

fn report(tributary: &Tributary, metrics: &str, dimensions: &str) -> serde_json::Value {
    tributary.json(&[
        "report",
        "--org",
        "demo",
        "--metrics",
        metrics,
        "--dimensions",
        dimensions,
        "--from",
        "2025-01-01",
        "--to",
        "2026-12-31",
    ])
}

fn micros(cell: &serde_json::Value) -> i64 {
    types::money::parse_micros(cell.as_str().unwrap_or("0")).unwrap()
}

#[test]
fn the_demo_loads_once_and_every_model_adds_up_to_all_revenue() {
    let tributary = Tributary::new();
    let loaded = tributary.json(&["demo", "--load-only"]);
    let rows = loaded["rows"].as_u64().unwrap();
    assert!((800_000..1_300_000).contains(&rows), "{rows} rows");
    assert_eq!(tributary.json(&["demo", "--load-only"])["rows"], 0, "the second start finds the data");

    let totals = report(&tributary, "revenue", "")["totals"].clone();
    let by_channel = tributary.json(&["attribute", "--org", "demo", "--by", "channel", "--model", "all"]);
    for model in ["first_touch", "last_touch", "linear", "time_decay", "position_based", "custom"] {
        let credited: i64 = by_channel
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["model"] == model)
            .map(|row| micros(&row["revenue"]))
            .sum();
        assert_eq!(credited, micros(&totals[0]), "{model}");
    }
    let health = tributary.json(&["doctor"]);
    assert_eq!(health["is_healthy"], true, "{health}");
}

#[test]
fn splitting_a_total_by_any_dimension_loses_nothing() {
    let tributary = Tributary::new();
    tributary.json(&["demo", "--load-only"]);
    let metrics = "attributed_revenue{linear},attributed_revenue{position_based}";
    for dimension in ["channel", "campaign", "asset", "country", "device"] {
        let split = report(&tributary, metrics, dimension);
        let width = split["columns"].as_array().unwrap().len();
        for metric in [width - 2, width - 1] {
            let sum: i64 = split["rows"].as_array().unwrap().iter().map(|row| micros(&row[metric])).sum();
            assert_eq!(sum, micros(&split["totals"][metric]), "{dimension}");
        }
    }
}

#[test]
fn the_demo_serves_pages_and_stops_in_order() {
    let tributary = Tributary::new();
    let server = Server::start(tributary.command(&["demo", "--listen", "127.0.0.1:0", "--format", "json"]));
    let health = ureq::get(server.url("/healthz")).call().unwrap();
    assert_eq!(health.status(), 200);
    let email = server.ready["email"].as_str().unwrap().to_owned();
    server.stop();
    let again = Server::start(tributary.command(&["demo", "--listen", "127.0.0.1:0", "--format", "json"]));
    assert_eq!(again.ready["email"], email.as_str());
    again.stop();
}
