use axum::http::{StatusCode, header};
use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::World;

async fn check(world: &World, cookie: &str, path: &str, body: &str, expected: Expect) {
    let answer = world.post(path, body, Some(cookie)).await;
    let problem = answer.json();
    let mut out = format!("{} {}\n", answer.status.as_u16(), answer.code());
    for error in problem["errors"].as_array().unwrap_or(&Vec::new()) {
        let part = |name: &str| error[name].as_str().unwrap_or("-").to_owned();
        out.push_str(&format!(
            "{} {}: {} ({})\n",
            part("pointer"),
            part("code"),
            part("message"),
            part("suggestion")
        ));
    }
    expected.assert_eq(&out);
}

#[tokio::test]
async fn a_fault_in_a_body_is_named_with_its_place_and_a_suggestion() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let query = "/api/reports/query";
    let calculate = "/api/analytics/attribution/calculate";
    let check = async |path, body, expected| check(&world, &cookie, path, body, expected).await;
    check(
        query,
        r#"{"metrics":["spend"],"from":"2026-11-01","to":"2026-11-02","dimension":["channel"]}"#,
        expect![[r#"
            422 invalid-request
            /dimension unknown-field: unknown field `dimension`, expected one of `metrics`, `dimensions`, `filters`, `from`, `to`, `grain`, `zone`, `attribution`, `date_basis`, `sort`, `limit` (dimensions)
        "#]],
    )
    .await;
    check(
        query,
        r#"{"metrics":["spend"],"to":"2026-11-02"}"#,
        expect![[r#"
            422 invalid-request
            /from missing: missing field `from` (-)
        "#]],
    )
    .await;
    check(
        query,
        r#"{"metrics":["spend"],"from":"2026-11-01","to":"2026-11-02","filters":[{"dimension":"channel","operator":"iss","values":[]}]}"#,
        expect![[r#"
            422 invalid-request
            /filters/0/operator unknown-value: unknown variant `iss`, expected one of `is`, `is_not`, `contains`, `not_contains`, `is_null`, `is_not_null` (is)
        "#]],
    )
    .await;
    check(
        query,
        r#"{"metrics":["spned"],"from":"2026-11-01","to":"2026-11-02","limit":-1}"#,
        expect![[r#"
            422 invalid-request
            /limit wrong-type: invalid value: integer `-1`, expected u32 (-)
        "#]],
    )
    .await;
    check(
        query,
        r#"{"metrics":["spned"],"from":"2026-11-01","to":"2026-02-30"}"#,
        expect![[r#"
        422 invalid-request
        /to invalid-date: `2026-02-30` is not a day: write it as YYYY-MM-DD (-)
        /metrics/0 unknown-metric: there is no metric `spned` (spend)
    "#]],
    )
    .await;
    check(calculate, r#"{"models":["linear","lineer"]}"#, expect![[r#"
        422 invalid-request
        /models/1 unknown-value: unknown variant `lineer`, expected one of `first_touch`, `last_touch`, `linear`, `time_decay`, `position_based`, `custom`, `last_non_direct`, `j_shaped`, `inverse_j`, `w_shaped`, `full_path`, `markov`, `shapley`, `ordered_shapley`, `leave_one_out` (linear)
    "#]]).await;
    check(
        calculate,
        r#"{"window":"-3d"}"#,
        expect![[r#"
        422 invalid-request
        /window invalid-settings: `-3d` is not a duration: write a whole number with its unit, such as 30d, 12h, 90m or 3600s (-)
    "#]],
    )
    .await;
    check(calculate, r#"{"position":[0,0,0]}"#, expect![[r#"
        422 invalid-request
        /position invalid-settings: the attribution setting `position` is all zero: give at least one of first, middle and last a share, such as 0.4, 0.2, 0.4 (-)
    "#]]).await;
    check(calculate, r#"{"custom":{"channels":{"Meta Ads":-2}}}"#, expect![[r#"
        422 invalid-request
        /custom/channels/Meta Ads invalid-settings: the attribution setting `custom.channels.Meta Ads` is -2: use 0, or a number between 0.000000001 and 1000000000 (-)
    "#]]).await;
    check(
        calculate,
        r#"{"by":["chanel"],"models":["linear"]}"#,
        expect![[r#"
        422 invalid-request
        /by/0 unknown-dimension: there is no dimension `chanel` (channel)
    "#]],
    )
    .await;
    check(
        calculate,
        r#"{"models":[]}"#,
        expect![[r#"
        422 invalid-request
        /models missing: name at least one attribution model, such as `linear` (-)
    "#]],
    )
    .await;
    check(
        calculate,
        "{\"window\":\"30d\"",
        expect![[r#"
        400 malformed-json
    "#]],
    )
    .await;
    check(
        "/api/session",
        r#"{"email":"a@b","password":"x","role":"organization_admin"}"#,
        expect![[r#"
            422 invalid-request
            /role unknown-field: unknown field `role`, expected one of `email`, `password`, `organization_id` (-)
        "#]],
    )
    .await;
    assert!(world.engine.asked.lock().unwrap().is_empty(), "nothing was asked of the engine");
}

#[tokio::test]
async fn a_fault_in_a_parameter_is_named_too() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let first_error = async |path: &str| {
        let answer = world.get(path, Some(&cookie)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", answer.text);
        answer.json()["errors"][0].to_string()
    };
    expect![[r#"{"code":"unknown-field","message":"unknown field `limt`, expected `search` or `limit`","pointer":"/limt","suggestion":"limit"}"#]]
        .assert_eq(&first_error("/api/analytics/customers?limt=3").await);
    expect![[r#"{"code":"wrong-type","message":"invalid digit found in string","pointer":"/limit"}"#]]
        .assert_eq(&first_error("/api/analytics/customers?limit=many").await);
    expect![[r#"{"code":"limit-exceeded","message":"`limit` is 1001: use a number from 1 to 1000","pointer":"/limit"}"#]]
        .assert_eq(&first_error("/api/analytics/customers?limit=1001").await);
    let id = "0198c0de-0000-7000-8000-000000000000";
    expect![[r#"{"code":"unknown-value","message":"unknown variant `fortnight`, expected one of `15min`, `hour`, `day`, `week`, `month`, `quarter`, `year`, `total`","pointer":"/grain"}"#]].assert_eq(&first_error(&format!("/api/analytics/campaigns/{id}/performance?grain=fortnight")).await);
    expect![[r#"{"code":"missing","message":"give the last day as well, or leave both days out for the last 28 full days","pointer":"/to"}"#]]
        .assert_eq(&first_error(&format!("/api/analytics/campaigns/{id}/performance?from=2026-11-01")).await);
    expect![[r#"{"code":"invalid-range","message":"the range ends on 2026-11-01 before it starts on 2026-11-09: give the earlier day as the start","pointer":"/to"}"#]].assert_eq(&first_error(&format!("/api/analytics/campaigns/{id}/performance?from=2026-11-09&to=2026-11-01")).await);
    expect![[r#"{"code":"unknown-model","message":"there is no attribution model `best`: use first_touch, last_touch, linear, time_decay, position_based, custom, last_non_direct, j_shaped, inverse_j, w_shaped or full_path","pointer":"/models"}"#]].assert_eq(&first_error(&format!("/api/analytics/assets/{id}/roi?models=linear,best")).await);
    expect![[r#"{"code":"invalid-settings","message":"`forever` is not a duration: write a whole number with its unit, such as 30d, 12h, 90m or 3600s","pointer":"/window"}"#]].assert_eq(&first_error(&format!("/api/analytics/customer-journey/{id}?window=forever")).await);
}

/// Bodies that are right, one for every route that takes one.
fn right_bodies() -> Vec<(&'static str, Value)> {
    let settings = json!({
        "window_seconds": 86400, "journey": "closed", "half_life_seconds": 3600, "position": [0.4, 0.2, 0.4], "conversion_types": ["purchase"],
        "custom": {"first": 1.0, "middle": 1.0, "last": 1.0, "channels": {"Meta Ads": 2.0}, "interactions": {"click": 1.0}, "half_life_seconds": 60}
    });
    let filters = json!([{"dimension": "channel", "operator": "is", "values": ["Meta Ads"]}]);
    vec![
        (
            "/api/session",
            json!({"email": "a@b.example", "password": "x", "organization_id": "0198c0de-0000-7000-8000-000000000000"}),
        ),
        (
            "/api/marketing/channel-rules/test",
            json!({
                "touch": {
                    "data_source": "web", "utm_source": "google", "utm_medium": "cpc", "utm_campaign": "x", "utm_content": "x", "utm_term": "x",
                    "click_id": "gclid:1", "referrer": "https://www.google.com/", "landing_page": "https://shop.example/"
                },
                "set": {"own_hosts": ["a.example"], "payment_hosts": ["b.example"], "rules": [{
                    "id": "a", "name": "A", "channel": "A", "source": "google_ads", "match": "any",
                    "conditions": [{"field": "utm_medium", "operator": "is", "values": ["cpc"]}]
                }]},
                "with_effect": true
            }),
        ),
        (
            "/api/reports/query",
            json!({
                "metrics": ["spend"], "dimensions": ["channel"], "filters": filters, "from": "2026-11-01", "to": "2026-11-02", "grain": "day",
                "zone": "UTC", "attribution": settings, "date_basis": "touch", "sort": [{"by": "spend", "descending": true}], "limit": 10
            }),
        ),
        (
            "/api/analytics/attribution/calculate",
            json!({
                "models": ["linear"], "by": ["channel"], "window": "30d", "journey": "closed", "half_life": "7d", "position": [0.4, 0.2, 0.4],
                "conversion_types": ["purchase"], "custom": settings["custom"], "from": "2026-11-01", "to": "2026-11-02", "zone": "UTC",
                "filters": filters, "date_basis": "touch"
            }),
        ),
    ]
}

/// Every place in a value, as a JSON pointer.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    if !at.is_empty() {
        out.push(at.to_owned());
    }
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| places(value, &format!("{at}/{}", name.replace('/', "~1")), out)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| places(value, &format!("{at}/{index}"), out)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn a_value_of_another_type_in_any_field_is_refused_and_never_an_error_of_the_server() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let mut tried = 0;
    for (path, right) in right_bodies() {
        let answer = world.post(path, &right.to_string(), Some(&cookie)).await;
        assert_ne!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{path} refuses the right body: {}",
            answer.text
        );
        let mut pointers = Vec::new();
        places(&right, "", &mut pointers);
        for pointer in pointers {
            for wrong in [json!({"raw": "1"}), json!({"$ne": null}), json!([["x"]]), json!(true), json!(1e300)] {
                let mut body = right.clone();
                let place = body.pointer_mut(&pointer).unwrap();
                if std::mem::discriminant(place) == std::mem::discriminant(&wrong) {
                    continue;
                }
                *place = wrong;
                let answer = world.post(path, &body.to_string(), Some(&cookie)).await;
                assert!(answer.status.is_client_error(), "{path} {pointer} answered {} to {body}", answer.status);
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "only {tried} bodies were tried");
}

#[tokio::test]
async fn columns_of_our_tables_cannot_be_slipped_into_a_body() {
    let world = World::new().await;
    let cookie = world.admin().await;
    for (path, right) in right_bodies() {
        for name in [
            "organization_id",
            "org_id",
            "role",
            "id",
            "user_id",
            "actor",
            "created_at",
            "sql",
            "params",
            "__proto__",
        ] {
            let mut body = right.clone();
            if body.as_object_mut().unwrap().insert(name.to_owned(), json!("x")).is_some() {
                continue;
            }
            let answer = world.post(path, &body.to_string(), Some(&cookie)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} took `{name}`");
        }
    }
}

#[tokio::test]
async fn a_body_must_be_json_and_at_most_a_mebibyte() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let form = super::request("POST", "/api/reports/query", Some(&cookie)).header(header::CONTENT_TYPE, "text/plain");
    let answer = world.send(form.body("{}".into()).unwrap()).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json".to_owned())
    );
    let large = format!(r#"{{"metrics":["{}"]}}"#, "x".repeat(1024 * 1024));
    let answer = world.post("/api/reports/query", &large, Some(&cookie)).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, "too-large".to_owned()));
    let deep = format!(r#"{{"metrics":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let answer = world.post("/api/reports/query", &deep, Some(&cookie)).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
}
