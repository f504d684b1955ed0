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
fn the_demo_companys_leads_and_funnel_add_up() {
    let tributary = Tributary::new();
    tributary.json(&["demo", "--load-only"]);
    let days = ["--org", "demo", "--from", "2026-01-01", "--to", "2026-09-30"];
    let pipeline = tributary.json(&[&["pipeline", "--by", "channel"], &days[..]].concat());
    assert_eq!(pipeline["order"], serde_json::json!(["lead", "qualified", "opportunity"]));
    assert_eq!(pipeline["is_order_inferred"], true);
    let count = |object: &serde_json::Value, key: &str| object[key].as_i64().unwrap();
    for stage in pipeline["stages"].as_array().unwrap() {
        assert_eq!(
            count(stage, "entered"),
            count(stage, "progressed") + count(stage, "lost") + count(stage, "open"),
            "{stage}"
        );
    }
    let outcome = &pipeline["outcome"];
    assert!((500..5_000).contains(&count(outcome, "leads")), "{outcome}");
    let groups = pipeline["groups"].as_array().unwrap();
    for part in ["leads", "won", "lost", "open"] {
        let sum: i64 = groups.iter().map(|group| count(&group["outcome"], part)).sum();
        assert_eq!(sum, count(outcome, part), "{part}");
    }
    let values: i64 = groups.iter().map(|group| micros(&group["outcome"]["won_value"])).sum();
    assert_eq!(values, micros(&outcome["won_value"]));

    let funnel = tributary.json(&[&["funnel", "--by", "channel"], &days[..]].concat());
    let report = tributary.json(&[&["report", "--metrics", "impressions,clicks,revenue"], &days[..]].concat());
    let total = |step: usize| &funnel["total"]["steps"][step]["value"];
    assert_eq!(
        (total(0), total(1), total(5)),
        (&report["totals"][0], &report["totals"][1], &report["totals"][2])
    );
    let rows: i64 = funnel["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| micros(&row["steps"][5]["value"]))
        .sum();
    assert_eq!(rows, micros(total(5)), "channels and what has no touch are all revenue");
    let direct = funnel["rows"].as_array().unwrap().iter().find(|row| row["key"] == "Direct").unwrap();
    assert!(direct["steps"][0]["value"].is_null(), "nobody is shown Direct: {direct}");

    let ordered = tributary.json(&[&["funnel", "--steps", "visit,newsletter_signup,purchase", "--window", "60d"], &days[..]].concat());
    let customers: Vec<i64> = ordered["steps"].as_array().unwrap().iter().map(|step| count(step, "customers")).collect();
    assert!(customers.is_sorted_by(|one, next| one > next) && customers[2] > 0, "{customers:?}");
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
