use axum::http::StatusCode;
use expect_test::expect;
use types::SourceCategory;

use super::{World, text};
use semantic::Cell;

#[tokio::test]
async fn sources_tell_when_they_were_read_and_which_days_they_cover() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let context = world.context();
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    for (key, category) in [("meta_ads", SourceCategory::ExternalMarketing), ("shop", SourceCategory::ExternalRevenue)] {
        world
            .metastore
            .upsert_source(&context, key, key, category, at("2026-11-01T00:00:00Z"))
            .await
            .unwrap();
    }
    let id = uuid::Uuid::from_u128(5);
    let counts = metastore::ImportCounts {
        read: 10,
        accepted: 8,
        duplicates: 1,
        quarantined: 1,
    };
    world
        .metastore
        .start_import(&context, id, "shop", &["orders.csv".to_owned()], at("2026-11-20T07:00:00Z"))
        .await
        .unwrap();
    let finished = at("2026-11-20T07:00:30Z");
    world
        .metastore
        .finish_import(&context, id, metastore::ImportStatus::Succeeded, counts, None, finished)
        .await
        .unwrap();
    world.engine.answer(vec![vec![
        text("shop"),
        Cell::Integer(8),
        text("2026-11-01T00:30:00Z"),
        text("2026-11-19T23:30:00Z"),
        Cell::Null,
        Cell::Null,
    ]]);
    let body = world.get("/api/integrations/sync-status", Some(&cookie)).await.json();
    expect![[r#"
        [
          {
            "age_seconds": null,
            "category": "external_marketing",
            "data_from": null,
            "data_through": null,
            "key": "meta_ads",
            "last_import": null,
            "last_import_at": null,
            "name": "meta_ads",
            "rows": 0,
            "status": "never"
          },
          {
            "age_seconds": 3570,
            "category": "external_revenue",
            "data_from": "2026-11-01",
            "data_through": "2026-11-20",
            "key": "shop",
            "last_import": {
              "accepted": 8,
              "duplicates": 1,
              "files": [
                "orders.csv"
              ],
              "finished_at": "2026-11-20T07:00:30Z",
              "id": "00000000-0000-0000-0000-000000000005",
              "message": null,
              "quarantined": 1,
              "rows_read": 10,
              "source": "shop",
              "started_at": "2026-11-20T07:00:00Z",
              "status": "succeeded"
            },
            "last_import_at": "2026-11-20T07:00:30Z",
            "name": "shop",
            "rows": 8,
            "status": "succeeded"
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&body["sources"]).unwrap());
    assert_eq!(
        (&body["data_from"], &body["data_through"], &body["data_version"]),
        (&"2026-11-01".into(), &"2026-11-20".into(), &7.into())
    );
    assert_eq!(body["imports"].as_array().unwrap().len(), 1);
    let sources = world.get("/api/integrations/sources", Some(&cookie)).await.json();
    assert_eq!(sources["sources"][0]["category"], "external_marketing");
}

#[tokio::test]
async fn a_calculation_says_what_it_was_computed_with_and_its_rows_add_up() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let body = r#"{"models":["linear"],"window":"14d","journey":"closed","half_life":"3d","by":["channel"],"from":"2026-11-01","to":"2026-11-20"}"#;
    let answer = world.post("/api/analytics/attribution/calculate", body, Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = answer.json();
    let ids: Vec<_> = body["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["model", "channel", "is_unattributed", "revenue", "conversions"]);
    assert_eq!(body["totals"].as_array().unwrap().len(), ids.len());
    expect![[r#"{"calendar_days_in":null,"conversion_types":["purchase"],"counted":"every","custom":{"channels":{},"first":1.0,"half_life_seconds":null,"interactions":{},"last":1.0,"middle":1.0},"direct":"only_alone","direct_channels":["Direct"],"half_life_seconds":259200,"ignored_channels":["(payment provider)","(internal)"],"journey":"closed","milestones":{"lead":["lead"],"opportunity":["opportunity","deal"]},"position":[0.4,0.2,0.4],"revenue":{"discounts_deducted":true,"refunds_deducted":true,"shipping":true,"tax":true},"window_seconds":1209600,"windows":[]}"#]].assert_eq(&body["settings"].to_string());
    let asked = world.engine.asked.lock().unwrap();
    assert_eq!(asked[0].1.credits[0].settings.window_seconds, 14 * 86_400);
}

#[tokio::test]
async fn without_a_setting_of_its_own_a_question_uses_the_organisations() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let settings = attribution::Settings {
        window_seconds: 3_600,
        ..attribution::Settings::default()
    };
    let json = serde_json::to_string(&settings).unwrap();
    world
        .metastore
        .save_attribution_settings(
            &world.context(),
            metastore::NewSettings {
                json: &json,
                ..metastore::NewSettings::default()
            },
            "2026-11-20T08:00:00Z".parse().unwrap(),
        )
        .await
        .unwrap();
    let answer = world.post("/api/analytics/attribution/calculate", "{}", Some(&cookie)).await;
    assert_eq!(answer.json()["settings"]["window_seconds"], 3_600);
    let asked = world.engine.asked.lock().unwrap();
    assert_eq!(asked[0].1.credits[0].models, attribution::Model::STANDARD);
}
