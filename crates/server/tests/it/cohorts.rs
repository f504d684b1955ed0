//! Cohorts and retention of a shop of four customers, from files to the page, checked by hand; and the demo company's, which must add up.

use serde_json::{Value, json};

use crate::tributary::Tributary;

const MAP: &str = r#"
row_key: "{key}"
currency: EUR
zone: UTC
records:
  - record: touch
    when: {column: kind, is: touch}
    fields: {customer_key: who, recorded_at: at, channel: channel, interaction_type: {constant: click}}
  - record: order
    when: {column: kind, is: order}
    fields: {customer_key: who, recorded_at: at, revenue: amount, order_id: key}
  - record: refund
    when: {column: kind, is: refund}
    fields: {customer_key: who, recorded_at: at, order_id: order, refund: amount}
  - record: spend
    when: {column: kind, is: spend}
    fields: {civil_date: at, account_id: {constant: one}, level: {constant: account}, channel: channel, spend: amount}
"#;

/// Ada and Bo were won by Meta in January, Cy by e-mail in February; nobody knows who won Di. The last order is of 10 April, so that
/// January is ripe for two months (of 30.4375 days from 1 February) and February for one.
const ROWS: &str = "\
key,kind,who,at,channel,order,amount
s1,spend,,2026-01-05,Meta Ads,,140.00
s2,spend,,2026-02-05,Meta Ads,,30.00
t1,touch,ada,2026-01-02T09:00:00Z,Meta Ads,,
t2,touch,ada,2026-01-02T10:00:00Z,E-mail,,
a1,order,ada,2026-01-02T12:00:00Z,,,60.00
a2,order,ada,2026-02-10T12:00:00Z,,,60.00
r1,refund,ada,2026-03-20T12:00:00Z,,a2,10.00
t3,touch,bo,2026-01-10T09:00:00Z,Meta Ads,,
b1,order,bo,2026-01-10T12:00:00Z,,,40.00
t4,touch,bo,2026-02-20T09:00:00Z,E-mail,,
t5,touch,cy,2026-02-02T09:00:00Z,E-mail,,
c1,order,cy,2026-02-02T12:00:00Z,,,20.00
d1,order,di,2026-01-20T12:00:00Z,,,30.00
d2,order,di,2026-04-10T00:00:00Z,,,5.00
";

fn shop() -> Tributary {
    let tributary = Tributary::with_shop();
    let (map, rows) = (tributary.write("map.yaml", MAP), tributary.write("rows.csv", ROWS));
    let report = tributary.json(&["import", "--org", "shop", "--source", "files", "--map", &map, &rows]);
    assert!(!report.to_string().contains("quarantined\":1"), "{report}");
    tributary
}

fn micros(cell: &Value) -> i64 {
    types::money::parse_micros(cell.as_str().unwrap_or("0")).unwrap()
}

fn row<'a>(rows: &'a Value, label: &str) -> &'a Value {
    let rows = rows.as_array().unwrap();
    let found = rows.iter().find(|row| match label {
        "unattributed" => row["source"]["is_unattributed"] == true,
        label => row["source"]["key"] == label || row["cohort"] == label,
    });
    found.unwrap_or_else(|| panic!("no row {label} in {rows:?}"))
}

fn ltvs(row: &Value) -> Vec<Value> {
    row["months"].as_array().unwrap().iter().map(|month| month["ltv"].clone()).collect()
}

#[test]
fn cohorts_are_what_can_be_computed_on_paper() {
    let cohorts = shop().json(&["cohorts", "--org", "shop"]);
    let meta = row(&cohorts["sources"], "Meta Ads");
    assert_eq!((&meta["customers"], &meta["revenue"]), (&json!(2.0), &json!("150.00")));
    // Spend of February belongs to a cohort too, though Meta won nobody in it.
    assert_eq!(
        (&meta["spend"], &meta["cac"], &meta["payback_month"]),
        (&json!("170.00"), &json!("85.00"), &Value::Null)
    );
    // 100.00 in the first month; Ada's second order is in her second.
    assert_eq!(ltvs(meta), [json!("50.00"), json!("80.00")]);
    let january = row(&cohorts["cohorts"], "2026-01-01");
    assert_eq!(
        (&january["customers"], &january["revenue"], &january["spend"]),
        (&json!(3.0), &json!("185.00"), &json!("140.00"))
    );
    assert_eq!(ltvs(row(&cohorts["cohorts"], "2026-02-01")), [json!("20.00"), Value::Null]);
    assert_eq!(row(&cohorts["sources"], "unattributed")["revenue"], "35.00");
    assert_eq!(cohorts["total"]["revenue"], "205.00");
    assert!(cohorts["notes"][0].as_str().unwrap().contains("not enough data"), "{cohorts}");
}

#[test]
fn retention_counts_orders_and_meetings_apart() {
    let tributary = shop();
    let retention = tributary.json(&["retention", "--org", "shop", "--quiet-days", "60"]);
    let meta = row(&retention["sources"], "Meta Ads");
    // Ada ordered again on 10 February and then not for 58.5 days: she is not quiet yet; Bo is.
    assert_eq!((&meta["repeat_rate"], &meta["churn_rate"]), (&json!(0.5), &json!(0.5)));
    assert_eq!(
        meta["months"][1],
        json!({ "customers": 2.0, "ordered": 0.5, "engaged": 0.5 }),
        "Bo was met in February, Ada ordered"
    );
    assert_eq!(retention["total"]["repeat_rate"], 0.5);
    let error = tributary.error(&["retention", "--org", "shop", "--quiet-days", "0", "--by", "chanel"]);
    assert!(error.contains("did you mean `channel`?") && error.contains("quiet_days"), "{error}");
}

#[test]
fn last_touch_wins_other_customers_and_shared_credit_adds_up() {
    let tributary = shop();
    let last = tributary.json(&["cohorts", "--org", "shop", "--model", "last_touch"]);
    assert_eq!(row(&last["sources"], "Meta Ads")["customers"], 1.0, "Ada's last touch was an e-mail");
    let linear = tributary.json(&["cohorts", "--org", "shop", "--model", "linear"]);
    assert_eq!(row(&linear["sources"], "Meta Ads")["customers"], 1.5);
    assert_eq!(row(&linear["sources"], "Meta Ads")["revenue"], "95.00");
    for rows in ["sources", "cohorts", "cells"] {
        let sum: i64 = linear[rows].as_array().unwrap().iter().map(|row| micros(&row["revenue"])).sum();
        assert_eq!(sum, micros(&last["total"]["revenue"]), "{rows}");
    }
}

#[test]
fn the_demo_companys_cohorts_are_all_its_customers_and_all_their_revenue() {
    let tributary = Tributary::new();
    tributary.json(&["demo", "--load-only"]);
    let totals = tributary.json(&[
        "report",
        "--org",
        "demo",
        "--metrics",
        "revenue,new_customers",
        "--from",
        "2025-01-01",
        "--to",
        "2026-12-31",
    ])["totals"]
        .clone();
    for (by, model) in [("channel", "first_touch"), ("campaign", "time_decay")] {
        let cohorts = tributary.json(&["cohorts", "--org", "demo", "--by", by, "--model", model]);
        for rows in ["sources", "cohorts", "cells"] {
            let rows = cohorts[rows].as_array().unwrap();
            assert_eq!(rows.iter().map(|row| micros(&row["revenue"])).sum::<i64>(), micros(&totals[0]), "{by}");
            let customers: f64 = rows.iter().map(|row| row["customers"].as_f64().unwrap()).sum();
            assert!((customers - totals[1].as_f64().unwrap()).abs() < 1e-6, "{by}: {customers}");
        }
        let next = micros(&cohorts["total"]["predicted"]["next_12_months"]);
        assert!(
            (20_000_000..80_000_000).contains(&next),
            "a customer brings about €40 in another year: {next}"
        );
    }
}
