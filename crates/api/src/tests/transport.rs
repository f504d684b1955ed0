use axum::Router;
use axum::http::{StatusCode, header};
use expect_test::expect;
use semantic::EngineError;

use super::World;

const SPEND: &str = r#"{"metrics":["spend"],"from":"2026-11-01","to":"2026-11-02"}"#;

#[tokio::test]
async fn failures_of_the_engine_become_problems_that_say_what_to_do() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let ask = async |error| {
        world.engine.fail(error);
        let answer = world.post("/api/reports/query", SPEND, Some(&cookie)).await;
        format!(
            "{} {}: {}",
            answer.status.as_u16(),
            answer.code(),
            answer.json()["detail"].as_str().unwrap()
        )
    };
    expect!["504 timeout: The query took longer than 30 s: narrow the date range or remove a dimension."]
        .assert_eq(&ask(EngineError::Timeout { seconds: 30 }).await);
    expect!["422 query-too-large: The query needs more than 400 MB of memory: narrow the date range or remove a dimension."]
        .assert_eq(&ask(EngineError::Memory { megabytes: 400 }).await);
    expect!["503 busy: Too many queries of this organisation are running: try again in a moment."].assert_eq(&ask(EngineError::Busy).await);
    expect!["422 amount-overflow: An amount is beyond what can be added up exactly."].assert_eq(&ask(EngineError::Overflow).await);
    expect!["500 internal: The request could not be completed. Try again; if it happens again, report the request id."]
        .assert_eq(&ask(EngineError::Internal("secret of the engine".into())).await);
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_the_security_headers() {
    let world = World::new().await;
    for path in ["/healthz", "/api/session", "/api/nothing", "/api/openapi.json"] {
        let answer = world.get(path, None).await;
        assert_eq!(answer.headers["x-request-id"].len(), 36, "{path}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        if answer.status.is_client_error() {
            assert_eq!(answer.json()["request_id"], answer.headers["x-request-id"].to_str().unwrap());
        }
    }
}

#[tokio::test]
async fn an_unknown_path_and_a_wrong_method_are_problems() {
    let world = World::new().await;
    let answer = world.get("/api/nothing/here", None).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "not-found".to_owned()));
    let answer = world.post("/api/integrations/sources", "{}", None).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed".to_owned())
    );
    assert_eq!(answer.headers[header::ALLOW], "GET,HEAD");
}

#[tokio::test]
async fn a_panic_ends_one_request_only() {
    let pages = Router::new().route("/page", axum::routing::get(async || -> &'static str { panic!("a bug") }));
    let world = World::around(crate::Config::default(), pages).await;
    let answer = world.get("/page", None).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::INTERNAL_SERVER_ERROR, "internal".to_owned()));
    assert!(!answer.text.contains("a bug"));
    assert_eq!(world.get("/healthz", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_collector_and_the_web_app_live_beside_our_routes() {
    let rest = Router::new()
        .route("/api/ingest/events", axum::routing::post(async || StatusCode::ACCEPTED))
        .fallback(async || "the web app");
    let world = World::around(crate::Config::default(), rest).await;
    assert_eq!(world.post("/api/ingest/events", "{}", None).await.status, StatusCode::ACCEPTED);
    assert_eq!(world.get("/journeys", None).await.text, "the web app");
    assert_eq!(world.get("/api/ingest/nothing", None).await.code(), "not-found");
    assert_eq!(world.get("/api/session", None).await.code(), "sign-in-required");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let pages = Router::new().route("/page", axum::routing::get(async || std::future::pending::<&'static str>().await));
    let config = crate::Config {
        request_timeout: std::time::Duration::from_millis(20),
        ..crate::Config::default()
    };
    let answer = World::around(config, pages).await.get("/page", None).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::GATEWAY_TIMEOUT, "timeout".to_owned()));
}

#[tokio::test]
async fn readiness_asks_database_and_engine() {
    let world = World::new().await;
    assert_eq!(world.get("/readyz", None).await.text, "ready\n");
    assert_eq!(world.get("/healthz", None).await.text, "ok\n");
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_can_read_it() {
    let world = World::new().await;
    let request = super::request("GET", "/api/openapi.json", None).header(header::ACCEPT_ENCODING, "gzip");
    let answer = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.headers[header::CONTENT_ENCODING], "gzip");
}
