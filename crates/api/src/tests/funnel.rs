use axum::http::StatusCode;
use semantic::Cell;

use super::World;

#[tokio::test]
async fn steps_that_nothing_is_known_of_are_null_and_each_names_who_counted_it() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let answer = world.get("/api/analytics/funnel?from=2026-10-01&to=2026-10-31", Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = answer.json();
    assert_eq!((&body["kind"], &body["by"]), (&"marketing".into(), &"channel".into()));
    assert_eq!(body["compared"], serde_json::json!(["2026-08-31", "2026-09-30"]));
    let steps: Vec<_> = body["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["step"].as_str().unwrap(), step["source"].as_str().unwrap(), step["rate_of"].as_str()))
        .collect();
    assert_eq!(
        steps,
        [
            ("impressions", "platform", None),
            ("clicks", "platform", Some("impressions")),
            ("visits", "own", Some("clicks")),
            ("leads", "credited", Some("visits")),
            ("orders", "credited", Some("visits")),
            ("revenue", "credited", Some("orders")),
        ]
    );
    for figures in body["total"]["steps"].as_array().unwrap() {
        assert!(figures["value"].is_null() && figures["rate"].is_null(), "{figures}");
    }
}

#[tokio::test]
async fn customers_who_did_one_step_after_another_are_counted() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let step = |events: i64, customers: i64, days: f64| [Cell::Integer(events), Cell::Integer(customers), Cell::Number(days * 86_400_000_000.0)];
    world
        .engine
        .answer(vec![[step(900, 400, 0.0), step(300, 100, 2.0), step(80, 25, 9.0)].concat()]);
    let path = "/api/analytics/funnel?kind=ordered&from=2026-10-01&to=2026-10-31&steps=visit,newsletter_signup,%20purchase&window=14d";
    let answer = world.get(path, Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = answer.json();
    assert_eq!((&body["kind"], &body["window_seconds"]), (&"ordered".into(), &(14 * 86_400).into()));
    let last = &body["steps"][2];
    assert_eq!((&last["step"], &last["customers"]), (&"purchase".into(), &25.into()));
    assert_eq!((&last["rate"], &last["rate_of_first"]), (&0.25.into(), &0.0625.into()));
    assert_eq!(last["median_seconds"], 777_600.0);
}

#[tokio::test]
async fn what_a_funnel_cannot_be_is_refused_with_place_and_remedy() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let many = format!("kind=ordered&steps={}", ["visit"; 9].join(","));
    let refused = [
        ("by=conversion_type", "/by", "dimension-missing"),
        ("by=ad", "/by", "dimension-missing"),
        ("by=contry", "/by", "unknown-dimension"),
        ("goals=lead", "/goals", "unknown-goal"),
        ("steps=visit,purchase", "/steps", "unknown-field"),
        ("compare=last", "/compare", "unknown-value"),
        ("kind=ordered", "/steps", "limit-exceeded"),
        (many.as_str(), "/steps", "limit-exceeded"),
        ("kind=ordered&steps=visit,purchase&by=channel", "/by", "unknown-field"),
        ("kind=ordered&steps=visit,purchase&window=0d", "/window", "invalid-settings"),
        ("kind=ordered&steps=visit,purchase&window=-3d", "/window", "invalid-settings"),
        ("window=-3d", "/window", "invalid-settings"),
    ];
    for (query, pointer, code) in refused {
        let path = format!("/api/analytics/funnel?from=2026-10-01&to=2026-10-31&{query}");
        let answer = world.get(&path, Some(&cookie)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {}", answer.text);
        let error = &answer.json()["errors"][0];
        assert_eq!(
            (error["pointer"].as_str(), error["code"].as_str()),
            (Some(pointer), Some(code)),
            "{query}: {error}"
        );
    }
    let answer = world.get("/api/analytics/funnel?from=2026-10-31&to=2026-10-01", Some(&cookie)).await;
    assert_eq!(answer.json()["errors"][0]["code"], "invalid-range");
}
