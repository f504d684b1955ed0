use axum::body::Body;
use axum::http::{StatusCode, header};
use semantic::Cell;

use super::{World, request, text};

#[tokio::test]
async fn an_answer_that_the_browser_has_is_not_sent_again_until_data_or_settings_change() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let get = async |path: &str, tag: Option<&str>| {
        let mut request = request("GET", path, Some(&cookie));
        if let Some(tag) = tag {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        let tag = answer.headers[header::ETAG].to_str().unwrap().to_owned();
        (answer.status, tag)
    };
    let path = "/api/analytics/customers";
    let (status, tag) = get(path, None).await;
    assert_eq!(status, StatusCode::OK);
    let asked = world.engine.asked.lock().unwrap().len();
    assert_eq!(get(path, Some(&tag)).await, (StatusCode::NOT_MODIFIED, tag.clone()));
    assert_eq!(world.engine.asked.lock().unwrap().len(), asked, "the engine was not asked again");
    assert_eq!(get(&format!("{path}?limit=3"), Some(&tag)).await.0, StatusCode::OK, "another question");

    let now = "2026-11-20T08:00:00Z".parse().unwrap();
    let settings = serde_json::to_string(&attribution::Settings {
        window_seconds: 60,
        ..attribution::Settings::default()
    })
    .unwrap();
    world
        .metastore
        .save_attribution_settings(
            &world.context(),
            metastore::NewSettings {
                json: &settings,
                ..metastore::NewSettings::default()
            },
            now,
        )
        .await
        .unwrap();
    let (status, changed) = get(path, Some(&tag)).await;
    assert_eq!(status, StatusCode::OK, "other settings");
    *world.engine.version.lock().unwrap() = 8;
    assert_eq!(get(path, Some(&changed)).await.0, StatusCode::OK, "newer data");
}

#[tokio::test]
async fn tags_of_different_people_differ() {
    let world = World::new().await;
    let admin = world.admin().await;
    let analyst = world.cookie(authz::Role::Analyst).await;
    let tag = async |cookie: &str| world.get("/api/analytics/customers", Some(cookie)).await.headers[header::ETAG].clone();
    assert_ne!(tag(&admin).await, tag(&analyst).await);
}

#[tokio::test]
async fn the_parts_of_a_page_come_from_one_data_version() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let identity = || {
        vec![
            text("Storm Shell"),
            text("Meta Ads"),
            text("meta_ads"),
            text("2026-10-01T00:00:00Z"),
            text("2026-11-19T00:00:00Z"),
        ]
    };
    // The first part is read from version 7, then data arrives and the second part comes from version 8.
    world.engine.answer(vec![identity()]);
    *world.engine.version.lock().unwrap() = 8;
    world.engine.answer(Vec::new());
    let mut renamed = identity();
    renamed[0] = Cell::Text("Storm Shell II".into());
    world.engine.answer(vec![renamed]);
    let path = "/api/analytics/campaigns/0198c0de-0000-7000-8000-000000000000/performance";
    let answer = world.get(path, Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["campaign"]["name"], "Storm Shell II");
    assert_eq!(answer.json()["meta"]["data_version"], 8);
    assert!(answer.headers[header::ETAG].to_str().unwrap().starts_with("W/\"8-"));
}
