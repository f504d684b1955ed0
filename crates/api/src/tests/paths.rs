use attribution::Journey;
use axum::http::StatusCode;
use semantic::{Cell, Param, PathStep};

use super::{World, text};

fn money(amount: &str) -> Cell {
    Cell::Decimal(amount.parse().unwrap())
}

fn count(number: i64) -> Cell {
    Cell::Integer(number)
}

/// (has_path, conversions, revenue, not converted, touches, seconds, seconds of the last)
fn summary(world: &World) {
    world.engine.answer(vec![
        vec![
            Cell::Bool(true),
            count(8),
            money("80.00"),
            count(32),
            count(20),
            count(86_400 * 16),
            count(0),
        ],
        vec![Cell::Bool(false), count(2), money("20.00"), count(0), count(0), Cell::Null, Cell::Null],
    ]);
}

#[tokio::test]
async fn a_path_report_adds_up_and_says_what_it_was_asked() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let day = 86_400;
    world.engine.answer(vec![vec![
        text("Ads > E-mail"),
        count(3),
        money("30.00"),
        count(1),
        count(6),
        count(3 * day),
        count(0),
    ]]);
    let row = |length, lag: Cell, conversions, revenue, lost| {
        vec![
            length,
            lag.clone(),
            lag,
            count(conversions),
            revenue,
            count(lost),
            count(6),
            count(3 * day),
            count(0),
            count(0),
        ]
    };
    world.engine.answer(vec![
        row(count(2), count(2), 3, money("30.00"), 0),
        row(count(2), Cell::Null, 0, Cell::Null, 5),
        row(count(0), Cell::Null, 1, money("10.00"), 0),
    ]);
    world
        .engine
        .answer(vec![vec![text("Ads > E-mail"), Cell::Bool(false), count(3), money("30.00"), count(5)]]);
    let path = "/api/analytics/paths?from=2026-11-01&to=2026-11-07&window=14d&journey=closed&step=campaign&collapse=false&limit=1";
    let answer = world.get(path, Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = answer.json();
    let summary = &body["summary"];
    assert_eq!((&summary["conversions"], &summary["revenue"]), (&4.into(), &"40.00".into()));
    assert_eq!(
        (&summary["attributed_conversions"], &summary["unattributed_conversions"]),
        (&3.into(), &1.into())
    );
    assert_eq!(body["paths"][0]["steps"], serde_json::json!(["Ads", "E-mail"]));
    assert_eq!(
        (&body["paths"][0]["average_touches"], &body["paths"][0]["average_days"]),
        (&2.0.into(), &1.0.into())
    );
    assert_eq!((&body["rest"]["conversions"], &body["rest"]["not_converted"]), (&0.into(), &4.into()));
    assert_eq!(body["flow"]["branches"][0]["end"], "complete");
    assert_eq!(body["flow"]["links"][0]["to"], "2:E-mail");
    assert_eq!(body["is_collapsed"], false);
    assert_eq!(
        (&body["step"], &body["zone"], &body["currency"]),
        (&"campaign".into(), &"Europe/Berlin".into(), &"EUR".into())
    );
    assert_eq!(body["lag_of_first"][2]["conversions"], 3);

    let asked = world.engine.asked.lock().unwrap();
    let source = &asked[0].1.paths[0];
    assert_eq!(
        (source.step, source.settings.journey, source.settings.window_seconds),
        (PathStep::Campaign, Journey::Closed, 14 * 86_400)
    );
    let start = Param::Instant("2026-10-31T23:00:00Z".parse().unwrap());
    assert_eq!(asked[0].1.params[0], start, "days are cut in the organisation's zone");
    assert!(asked[0].1.sql.starts_with("SELECT path,"), "repeated steps are not collapsed");
}

#[tokio::test]
async fn assists_and_overlap_say_who_helps_and_what_goes_together() {
    let world = World::new().await;
    let cookie = world.admin().await;
    world.engine.answer(vec![vec![
        text("Ads"),
        count(5),
        money("50.00"),
        count(5),
        count(15),
        count(86_400 * 5),
        count(0),
        count(4),
        money("40.00"),
        count(3),
        count(1),
        money("10.00"),
        count(0),
    ]]);
    summary(&world);
    let answer = world.get("/api/analytics/assists?conversion_type=lead", Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = answer.json();
    let ads = &body["steps"][0];
    assert_eq!(
        (&ads["step"], &ads["assisted_conversions"], &ads["assists_per_last"]),
        (&"Ads".into(), &4.into(), &4.0.into())
    );
    assert_eq!((&ads["influence"], &ads["conversion_rate_with"]), (&0.625.into(), &0.5.into()));
    let pair = |step: &str, other: &str, conversions| {
        vec![
            text(step),
            text(other),
            count(conversions),
            money("10.00"),
            count(1),
            count(1),
            money("5.00"),
        ]
    };
    world
        .engine
        .answer(vec![pair("Ads", "Ads", 5), pair("Search", "Search", 4), pair("Ads", "Search", 3)]);
    summary(&world);
    let answer = world.get("/api/analytics/overlap", Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let pair = &answer.json()["pairs"][0];
    assert_eq!(
        (&pair["step"], &pair["other_step"], &pair["share_of_step"]),
        (&"Ads".into(), &"Search".into(), &0.6.into())
    );
    let asked = world.engine.asked.lock().unwrap();
    assert_eq!(asked[0].1.paths[0].settings.conversion_types, ["lead"]);
}

#[tokio::test]
async fn questions_about_paths_that_cannot_be_answered_are_refused_with_their_place() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let first_error = async |path: &str| {
        let answer = world.get(path, Some(&cookie)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", answer.text);
        let error = &answer.json()["errors"][0];
        error["pointer"].as_str().unwrap().to_owned()
    };
    for (question, place) in [
        ("paths?step=ad", "/step"),
        ("paths?limit=501", "/limit"),
        ("paths?window=forever", "/window"),
        ("paths?from=2026-11-02&to=2026-11-01", "/to"),
        ("paths?from=2026-11-02", "/to"),
        ("paths?zone=Nowhere", "/zone"),
        ("paths?colapse=true", "/colapse"),
        ("assists?collapse=true", "/collapse"),
        ("overlap?limit=41", "/limit"),
    ] {
        assert_eq!(first_error(&format!("/api/analytics/{question}")).await, place, "{question}");
    }
    assert!(world.engine.asked.lock().unwrap().is_empty());
}
