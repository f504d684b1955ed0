use authz::Role;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{StatusCode, header};
use expect_test::expect;
use std::net::SocketAddr;

use super::{PASSWORD, World, cookie_of, request};

#[tokio::test]
async fn signing_in_shows_who_one_is_and_what_one_may_do() {
    let world = World::new().await;
    world.person("mara@alder.example", Role::MarketingManager).await;
    let answer = world.sign_in(" MARA@alder.example", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let mut body = answer.json();
    body["user"]["id"] = "…".into();
    body["organization"]["id"] = "…".into();
    expect![[r#"
        {
          "actions": [
            "public",
            "own_session",
            "view_sources",
            "view_reports",
            "view_attribution",
            "calculate_attribution",
            "view_metrics"
          ],
          "organization": {
            "currency": "EUR",
            "id": "…",
            "name": "Alder & Fell",
            "zone": "Europe/Berlin"
          },
          "user": {
            "email": "mara@alder.example",
            "id": "…",
            "name": "Mara Lind",
            "role": "marketing_manager"
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&body).unwrap());
    let shown = world.get("/api/session", Some(&cookie_of(&answer))).await;
    assert_eq!(shown.text, answer.text);
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_needs_https_beyond_this_machine() {
    let world = World::new().await;
    world.person("mara@alder.example", Role::Viewer).await;
    let sign_in = async |host: &str| {
        let body = format!(r#"{{"email":"mara@alder.example","password":"{PASSWORD}"}}"#);
        let request = axum::http::Request::post("/api/session")
            .header(header::HOST, host)
            .header(header::CONTENT_TYPE, "application/json");
        let answer = world.send(request.body(Body::from(body)).unwrap()).await;
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
        let token = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
        assert_eq!(token.len(), 64);
        cookie.replace(&token, "TOKEN")
    };
    let local = "tributary_session=TOKEN; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax";
    assert_eq!(sign_in("localhost:8080").await, local);
    assert_eq!(sign_in("127.0.0.1:8080").await, local);
    assert_eq!(sign_in("[::1]:8080").await, local);
    assert_eq!(sign_in("tributary.alder.example").await, format!("{local}; Secure"));
    assert_eq!(sign_in("localhost.evil.example").await, format!("{local}; Secure"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_person_get_the_same_answer() {
    let world = World::new().await;
    world.person("mara@alder.example", Role::Viewer).await;
    let wrong = world.sign_in("mara@alder.example", "wrong password").await;
    let unknown = world.sign_in("jon@alder.example", PASSWORD).await;
    assert_eq!((wrong.status, wrong.code()), (StatusCode::UNAUTHORIZED, "wrong-credentials".to_owned()));
    assert_eq!((unknown.status, unknown.code()), (wrong.status, wrong.code()));
    assert_eq!(unknown.json()["detail"], wrong.json()["detail"]);
    assert!(wrong.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn the_sixth_attempt_in_a_minute_is_refused_even_with_the_right_password() {
    let world = World::new().await;
    world.person("mara@alder.example", Role::Viewer).await;
    for _ in 0..5 {
        assert_eq!(
            world.sign_in("mara@alder.example", "wrong password").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    world.clock.advance_seconds(18);
    let refused = world.sign_in("mara@alder.example", PASSWORD).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::TOO_MANY_REQUESTS, "too-many-attempts".to_owned())
    );
    assert_eq!(refused.headers[header::RETRY_AFTER], "42");
    world.clock.advance_seconds(42);
    assert_eq!(world.sign_in("mara@alder.example", PASSWORD).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn attempts_are_counted_by_the_callers_address() {
    let world = World::new().await;
    world.person("mara@alder.example", Role::Viewer).await;
    let sign_in = async |address: &str, password: &str| {
        let body = format!(r#"{{"email":"mara@alder.example","password":"{password}"}}"#);
        let mut request = request("POST", "/api/session", None)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(address.parse::<SocketAddr>().unwrap()));
        world.send(request).await.status
    };
    for _ in 0..5 {
        assert_eq!(sign_in("203.0.113.1:1000", "wrong password").await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        sign_in("203.0.113.1:1001", PASSWORD).await,
        StatusCode::TOO_MANY_REQUESTS,
        "the port does not matter"
    );
    assert_eq!(sign_in("203.0.113.2:1000", PASSWORD).await, StatusCode::CREATED);
}

#[tokio::test]
async fn a_session_ends_after_twelve_idle_hours_or_seven_days() {
    let hour = 3_600;
    let world = World::new().await;
    let cookie = world.admin().await;
    let status = async || world.get("/api/session", Some(&cookie)).await.status;
    for _ in 0..15 {
        world.clock.advance_seconds(11 * hour);
        assert_eq!(status().await, StatusCode::OK, "in use at least every eleven hours");
    }
    world.clock.advance_seconds(3 * hour);
    assert_eq!(status().await, StatusCode::UNAUTHORIZED, "seven days old");

    let fresh = cookie_of(&world.sign_in("organization_admin@alder.example", PASSWORD).await);
    world.clock.advance_seconds(12 * hour);
    assert_eq!(
        world.get("/api/session", Some(&fresh)).await.status,
        StatusCode::UNAUTHORIZED,
        "idle for twelve hours"
    );
}

#[tokio::test]
async fn a_token_is_worth_nothing_after_signing_out_or_signing_in_anew() {
    let world = World::new().await;
    let first = world.admin().await;
    let body = format!(r#"{{"email":"organization_admin@alder.example","password":"{PASSWORD}"}}"#);
    let second = cookie_of(&world.post("/api/session", &body, Some(&first)).await);
    assert_ne!(first, second);
    assert_eq!(world.get("/api/session", Some(&first)).await.status, StatusCode::UNAUTHORIZED);
    let out = world
        .send(request("DELETE", "/api/session", Some(&second)).body(Body::empty()).unwrap())
        .await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(
        out.headers[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .starts_with("tributary_session=; Path=/; Max-Age=0")
    );
    assert_eq!(world.get("/api/session", Some(&second)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_role_that_is_taken_away_acts_at_once() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let user = world.metastore.user_by_email("organization_admin@alder.example").await.unwrap().unwrap();
    assert_eq!(world.get("/api/integrations/sources", Some(&cookie)).await.status, StatusCode::OK);
    world.metastore.add_membership(&world.context(), user.id, Role::Viewer).await.unwrap();
    assert_eq!(world.get("/api/integrations/sources", Some(&cookie)).await.status, StatusCode::FORBIDDEN);
    world.metastore.remove_membership(&world.context(), user.id).await.unwrap();
    assert_eq!(world.get("/api/session", Some(&cookie)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_first_administrator_is_made_on_the_command_line() {
    let world = World::new().await;
    let create =
        async |email: &str, password: &str| crate::accounts::create_admin(&world.metastore, &*world.clock, &world.context(), email, password).await;
    create("mara@alder.example", PASSWORD).await.unwrap();
    assert_eq!(
        world.sign_in("mara@alder.example", PASSWORD).await.json()["user"]["role"],
        "organization_admin"
    );
    expect!["a password has at least 8 characters: choose a longer one"]
        .assert_eq(&create("jon@alder.example", "short").await.unwrap_err().to_string());
    expect!["somebody with the e-mail address `mara@alder.example` exists already"]
        .assert_eq(&create("mara@alder.example", PASSWORD).await.unwrap_err().to_string());
}
