use axum::http::StatusCode;
use expect_test::expect;
use semantic::{Cell, Decimal};

use super::{World, text};

const DAYS: &str = "from=2026-11-01&to=2026-11-19";

fn money(cents: i128) -> Cell {
    Cell::Decimal(Decimal::new(cents, 2, 2))
}

#[tokio::test]
async fn claims_that_follow_no_touch_of_ours_are_unknown_orders() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let claims = vec![
        text("Meta Ads"),
        text("meta_ads"),
        text("7d_click_1d_view"),
        Cell::Decimal(Decimal::new(2, 0, 0)),
        money(12_000),
        Cell::Integer(0),
    ];
    // Asked first, and again beside what depends on it.
    world.engine.answer(vec![claims.clone()]);
    world.engine.answer(vec![claims]);
    let answer = world
        .get(&format!("/api/analytics/reconciliation?{DAYS}&window=14d"), Some(&cookie))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = answer.json();
    expect![[r#"
        {"attribution_settings":["7d_click_1d_view"],"bars":[{"conversions":2.0,"is_level":true,"kind":"claimed","revenue":"120.00"},{"conversions":-2.0,"is_level":false,"kind":"unknown_orders","revenue":"-120.00"},{"conversions":0.0,"is_level":false,"kind":"view_through","revenue":"0.00"},{"conversions":0.0,"is_level":false,"kind":"window_difference","revenue":"0.00"},{"conversions":0.0,"is_level":false,"kind":"overlap","revenue":"0.00"},{"conversions":0.0,"is_level":false,"kind":"other_channels","revenue":"0.00"},{"conversions":0.0,"is_level":false,"kind":"other_days","revenue":"0.00"},{"conversions":0.0,"is_level":false,"kind":"longer_window","revenue":"0.00"},{"conversions":0.0,"is_level":false,"kind":"refunds","revenue":"0.00"},{"conversions":0.0,"is_level":false,"kind":"unexplained","revenue":"0.00"},{"conversions":0.0,"is_level":true,"kind":"attributed","revenue":"0.00"}],"claimable_orders":0,"has_channel":true,"over_claim":{"conversions":null,"revenue":null},"platform":"Meta Ads","reasons":["unknown_orders"],"rule":{"click_seconds":604800,"engaged_view_seconds":86400,"is_shared":false,"open_seconds":null,"view_seconds":86400},"sources":["meta_ads"]}"#]]
    .assert_eq(&body["platforms"][0].to_string());
    assert_eq!(
        (&body["date_basis"], &body["model"], &body["data_version"]),
        (&"touch".into(), &"linear".into(), &7.into())
    );
    let asked = world.engine.asked.lock().unwrap();
    let windows: Vec<i64> = asked[4].1.credits.iter().map(|source| source.settings.window_seconds).collect();
    assert_eq!(windows, [7 * 86_400, 14 * 86_400], "the longest of the platforms' windows, and ours");
}

#[tokio::test]
async fn without_claims_nothing_is_asked_about_orders() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let answer = world.get(&format!("/api/analytics/reconciliation?{DAYS}"), Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["platforms"], serde_json::json!([]));
    assert_eq!(world.engine.asked.lock().unwrap().len(), 3);
    let tag = answer.headers["etag"].to_str().unwrap().to_owned();
    assert!(tag.contains("7-"), "{tag}");
}

#[tokio::test]
async fn too_few_days_are_said_in_the_answer() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let body = world.get(&format!("/api/analytics/completion?{DAYS}"), Some(&cookie)).await.json();
    assert_eq!(
        (&body["reason"], &body["arrivals"]),
        (&"there is no order yet".into(), &serde_json::json!([]))
    );
    let body = world
        .get(&format!("/api/analytics/stability?{DAYS}&windows=7d,30d"), Some(&cookie))
        .await
        .json();
    assert_eq!(
        (&body["channels"], &body["windows"]),
        (&serde_json::json!([]), &serde_json::json!([604_800, 2_592_000]))
    );
}

#[tokio::test]
async fn questions_that_cannot_be_answered_are_refused_with_their_place() {
    let world = World::new().await;
    let cookie = world.admin().await;
    for (path, pointer) in [
        ("reconciliation?from=2026-11-19&to=2026-11-01", "/to"),
        ("reconciliation?window=soon", "/window"),
        ("completion?window=200d", "/window"),
        ("completion?from=2020-01-01&to=2026-11-01", "/from"),
        ("stability?windows=7d,-1d", "/windows"),
        ("stability?break_even=0", "/break_even"),
        ("stability?from=2026-11-01", "/to"),
    ] {
        let answer = world.get(&format!("/api/analytics/{path}"), Some(&cookie)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{path}: {}", answer.text);
    }
    let answer = world.get("/api/analytics/reconciliation?modell=linear", Some(&cookie)).await;
    assert!(answer.status.is_client_error(), "{}", answer.text);
}
