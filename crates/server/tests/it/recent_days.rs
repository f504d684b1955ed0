//! Recent days with what is still arriving, and which decisions depend on the model.

use expect_test::expect;
use serde_json::Value;

use crate::tributary::Tributary;

fn micros(cell: &Value) -> i64 {
    types::money::parse_micros(cell.as_str().unwrap_or("0")).unwrap()
}

#[test]
fn what_recent_days_of_the_demo_company_will_come_to_is_foretold_within_the_interval() {
    let tributary = Tributary::new();
    tributary.json(&["demo", "--load-only"]);
    // As it looked in the middle of September, and as it turned out.
    let ask = |from: &str, to: &str| tributary.json(&["completion", "--org", "demo", "--from", from, "--to", to]);
    let then = ask("2026-09-01", "2026-09-15");
    let later = ask("2026-09-01", "2026-11-19");
    assert_eq!(then["days"].as_array().unwrap().len(), 15);
    let mut inside = 0;
    for (then, later) in then["days"].as_array().unwrap().iter().zip(later["days"].as_array().unwrap()) {
        assert_eq!((&then["day"], later["is_complete"].as_bool()), (&later["day"], Some(true)));
        assert!(!then["is_complete"].as_bool().unwrap());
        let (range, came) = (&then["conversions_expected"], later["conversions"].as_f64().unwrap());
        inside += u32::from((range["low"].as_f64().unwrap()..=range["high"].as_f64().unwrap()).contains(&came));
    }
    assert!(inside >= 11, "{inside} of 15 days lie within an interval of 90 %");
    let shares: Vec<f64> = then["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day["completion"].as_f64().unwrap())
        .collect();
    assert!(
        shares.is_sorted_by(|earlier, later| earlier >= later),
        "younger days are less complete: {shares:?}"
    );
    let total = &then["total"];
    let came: i64 = later["days"].as_array().unwrap()[..15].iter().map(|day| micros(&day["revenue"])).sum();
    let (low, high) = (micros(&total["revenue_expected"]["low"]), micros(&total["revenue_expected"]["high"]));
    assert!((low..=high).contains(&came), "{came} is not between {low} and {high}");
}

#[test]
fn too_few_days_are_said_and_give_no_number() {
    let tributary = Tributary::with_shop();
    let days = ["--org", "shop", "--from", "2024-05-01", "--to", "2024-05-31"];
    let answer = tributary.json(&[&["completion"], &days[..]].concat());
    assert_eq!(
        (&answer["reason"], &answer["days"]),
        (&"there is no order yet".into(), &serde_json::json!([]))
    );
    let rows = "kind,at,customer,channel,amount\ntouch,2024-05-29T10:00:00Z,ada,Meta Ads,\norder,2024-05-30T10:00:00Z,ada,,12.00\n";
    let map = "category: external_revenue\nrow_key: '{customer}|{at}'\ncurrency: reporting\nrecords:\n  - record: touch\n    when: {column: kind, is: touch}\n    \
               fields: {customer_key: customer, recorded_at: at, channel: channel}\n  - record: order\n    when: {column: kind, is: order}\n    fields: {customer_key: customer, recorded_at: at, revenue: amount}\n";
    let (map, rows) = (tributary.write("map.yaml", map), tributary.write("rows.csv", rows));
    tributary.json(&["import", "--org", "shop", "--source", "shop", "--map", &map, &rows]);
    let answer = tributary.json(&[&["completion"], &days[..]].concat());
    assert_eq!(answer["reason"], "nothing had arrived by age 0 on any day that is old enough");
    assert_eq!(answer["as_of"], "2024-05-30");
    assert_eq!(answer["warnings"][0], "Orders end on 2024-05-30: days after it are left out");
    let of_touch = answer["days"].as_array().unwrap().iter().find(|day| day["day"] == "2024-05-29").unwrap();
    assert_eq!((&of_touch["conversions"], &of_touch["revenue"]), (&1.0.into(), &"12.00".into()));
    assert_eq!((&of_touch["conversions_expected"], &of_touch["completion"]), (&Value::Null, &Value::Null));
    let error = tributary.error(&[&["completion", "--window", "200d"], &days[..]].concat());
    assert!(error.contains("at most 120 days"), "{error}");
}

#[test]
fn channels_whose_verdict_depends_on_the_model_are_told_from_stable_ones() {
    let tributary = Tributary::new();
    tributary.json(&["demo", "--load-only"]);
    let days = ["--org", "demo", "--from", "2026-10-23", "--to", "2026-11-19"];
    let answer = tributary.json(&[&["stability", "--windows", "1d,7d,30d"], &days[..]].concat());
    let lines: Vec<String> = answer["channels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|channel| format!("{} {}", channel["channel"].as_str().unwrap(), channel["verdict"].as_str().unwrap()))
        .collect();
    expect![[r#"
        Meta Ads depends_on_both
        Google Ads depends_on_both
        TikTok Ads depends_on_both
        LinkedIn Ads stable
        E-mail stable
        Organic search depends_on_window
        Direct stable
        Referral stable"#]]
    .assert_eq(&lines.join("\n"));
    let report = tributary.json(
        &[
            &[
                "report",
                "--metrics",
                "attributed_revenue{linear},roas{linear}",
                "--dimensions",
                "channel",
                "--window",
                "7d",
            ],
            &days[..],
        ]
        .concat(),
    );
    for channel in answer["channels"].as_array().unwrap() {
        let row = report["rows"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row[0] == channel["channel"])
            .unwrap();
        let cells = channel["cells"].as_array().unwrap();
        let cell = cells
            .iter()
            .find(|cell| cell["model"] == "linear" && cell["window_seconds"] == 7 * 86_400)
            .unwrap();
        assert!((micros(&cell["revenue"]) - micros(&row[1])).abs() <= 5_000, "{cell} is not {row}");
        match (cell["roas"].as_f64(), row[2].as_f64()) {
            (Some(ours), Some(theirs)) => assert!((ours - theirs).abs() < 1e-9, "{cell} is not {row}"),
            (ours, theirs) => assert_eq!(ours, theirs, "{cell} is not {row}"),
        }
    }
    let error = tributary.error(&[&["stability", "--break-even", "0"], &days[..]].concat());
    assert!(error.contains("use a positive number"), "{error}");
}
