use axum::http::StatusCode;
use expect_test::expect;
use semantic::{Cell, Param};

use super::{World, text};

fn names(world: &World, names: &[&str]) {
    let row = |name: &&str| vec![text(name), Cell::Integer(4), Cell::Integer(0), text("2026-11-19T10:00:00Z")];
    world.engine.answer(names.iter().map(row).collect());
}

/// Total of a step: entered, progressed, lost, and median and 90th percentile in days.
fn figures(step: i64, [entered, progressed, lost]: [i64; 3], days: Option<[f64; 2]>) -> Vec<Cell> {
    let time = |at: usize| days.map_or(Cell::Null, |days| Cell::Number(days[at] * 86_400_000_000.0));
    let mut row = vec![Cell::Integer(step), Cell::Integer(1), Cell::Null, Cell::Null];
    row.extend([entered, progressed, lost, 1, 0].map(Cell::Integer));
    row.extend([time(0), time(0), time(1)]);
    row.extend([Cell::Decimal("1200.000000".parse().unwrap()), Cell::Null]);
    row
}

#[tokio::test]
async fn a_pipeline_is_told_stage_by_stage_with_its_velocity_and_who_is_stuck() {
    let world = World::new().await;
    let cookie = world.admin().await;
    names(&world, &["opportunity", "lead", "lost"]);
    world.engine.answer(vec![vec![text("lead"), text("opportunity"), Cell::Integer(3)]]);
    world.engine.answer(vec![
        figures(0, [10, 3, 3], Some([12.0, 20.0])),
        figures(1, [10, 6, 2], Some([2.0, 5.0])),
        figures(2, [5, 3, 1], Some([8.0, 14.0])),
    ]);
    world.engine.answer(vec![vec![
        Cell::Integer(1),
        text("0198c0de-0000-7000-8000-000000000000"),
        text("C-7"),
        Cell::Null,
        Cell::Integer(1_763_000_000_000_000),
        Cell::Number(777_600.0),
        Cell::Null,
        Cell::Integer(2),
    ]]);
    let answer = world.get("/api/analytics/pipeline?from=2026-10-01&to=2026-10-31", Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = answer.json();
    expect![[r#"
        {
          "average_value": "400.00",
          "cycle_mean_seconds": 1036800.0,
          "cycle_median_seconds": 1036800.0,
          "cycle_p90_seconds": 1728000.0,
          "lead_conversion_rate": 0.3,
          "leads": 10,
          "lost": 3,
          "open": 4,
          "velocity_per_day": "166.67",
          "win_rate": 0.5,
          "won": 3,
          "won_value": "1200.00"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&body["outcome"]).unwrap());
    let stage = &body["stages"][0];
    assert_eq!((&stage["stage"], &stage["open"], &stage["stuck"]), (&"lead".into(), &2.into(), &2.into()));
    assert_eq!(body["stages"][1]["stuck"], 0, "nobody is beyond the usual time");
    assert_eq!(body["stuck"][0]["customer_key"], "C-7");
    assert_eq!(
        (&body["is_order_inferred"], &body["lost_stages"]),
        (&true.into(), &serde_json::json!(["lost"]))
    );

    let asked = world.engine.asked.lock().unwrap();
    let end = "2026-11-20T23:00:00Z".parse().unwrap();
    assert_eq!(
        asked[0].1.params,
        [Param::Instant(end)],
        "nothing from tomorrow on, as Berlin counts days"
    );
}

#[tokio::test]
async fn what_a_pipeline_cannot_be_is_refused_with_place_and_remedy() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let days = "from=2026-10-01&to=2026-10-31";
    let refused = [
        ("cohort=leads", "/cohort", "unknown-value"),
        ("by=chanel", "/by", "unknown-dimension"),
        ("by=interaction_type", "/by", "dimension-missing"),
        ("stages=led", "/stages", "unknown-stage"),
        ("won=lead&lost=lead", "/lost", "duplicate"),
        ("zone=Berlin", "/zone", "invalid-zone"),
        ("stage=lead", "/stage", "unknown-field"),
    ];
    for (query, pointer, code) in refused {
        world.engine.answers.lock().unwrap().clear();
        names(&world, &["lead", "lost"]);
        let answer = world.get(&format!("/api/analytics/pipeline?{days}&{query}"), Some(&cookie)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {}", answer.text);
        let error = &answer.json()["errors"][0];
        assert_eq!(
            (error["pointer"].as_str(), error["code"].as_str()),
            (Some(pointer), Some(code)),
            "{query}: {error}"
        );
    }
}

#[tokio::test]
async fn without_stages_a_pipeline_is_empty_and_says_so() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let answer = world.get("/api/analytics/pipeline", Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = answer.json();
    assert_eq!((&body["stages"], &body["outcome"]["leads"]), (&serde_json::json!([]), &0.into()));
    assert_eq!(world.engine.asked.lock().unwrap().len(), 1, "nothing else needs to be asked");
}
