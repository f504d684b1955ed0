use authz::{Action, Actor, Decision, Facts, Role};
use axum::body::Body;
use axum::http::{StatusCode, header};
use expect_test::expect;
use types::UserId;
use uuid::Uuid;

use super::{World, request};

/// Every route as (method, path with ids filled in, action).
fn routes() -> Vec<(String, String, Action)> {
    let id = "0198c0de-0000-7000-8000-000000000000";
    let routes = crate::routes::all(false);
    let named = routes.list().iter().map(|route| {
        let method = crate::routing::method_name(&route.method).to_owned();
        (method, route.path.replace("{id}", id).replace("{customer_id}", id), route.action)
    });
    named.collect()
}

#[test]
fn the_list_of_routes_and_their_actions() {
    let lines: Vec<String> = crate::routes::all(false)
        .list()
        .iter()
        .map(|route| format!("{:?} {} {}\n", route.action, crate::routing::method_name(&route.method), route.path))
        .collect();
    expect![[r#"
        Public POST /api/session
        OwnSession GET /api/session
        OwnSession DELETE /api/session
        ViewSources GET /api/integrations/sources
        ViewSources GET /api/integrations/sync-status
        ViewReports GET /api/analytics/campaigns/{id}/performance
        ViewReports GET /api/analytics/assets/{id}/roi
        ViewReports GET /api/analytics/customer-journey/{customer_id}
        ViewReports GET /api/analytics/pipeline
        ViewReports GET /api/analytics/funnel
        ViewReports GET /api/analytics/cohorts
        ViewReports GET /api/analytics/retention
        ViewReports GET /api/analytics/customers
        ViewReports GET /api/analytics/paths
        ViewReports GET /api/analytics/assists
        ViewReports GET /api/analytics/overlap
        CalculateAttribution POST /api/analytics/attribution/calculate
        CalculateAttribution POST /api/analytics/attribution/compare
        ViewAttribution GET /api/analytics/attribution/settings
        ManageAttribution POST /api/analytics/attribution/settings
        ViewAttribution GET /api/analytics/attribution/settings/history
        CalculateAttribution POST /api/analytics/attribution/settings/what-if
        ViewReports GET /api/analytics/campaign-audit
        ViewSources GET /api/marketing/channel-rules
        ManageAttribution PUT /api/marketing/channel-rules
        ViewSources GET /api/marketing/channel-rules/history
        ViewSources POST /api/marketing/channel-rules/test
        CalculateAttribution GET /api/jobs/{id}
        ViewAttribution GET /api/analytics/reconciliation
        ViewAttribution GET /api/analytics/completion
        ViewAttribution GET /api/analytics/stability
        ViewReports GET /api/identities/{customer_id}
        ManageSources POST /api/identities/merge
        ManageSources POST /api/identities/unmerge
        ViewReports POST /api/reports/query
        ViewReports GET /api/reports/catalogue
        Public GET /healthz
        Public GET /readyz
        ViewServerMetrics GET /metrics
        Public GET /api/openapi.json
    "#]]
    .assert_eq(&lines.concat());
}

#[tokio::test]
async fn nobody_who_is_not_signed_in_gets_past_a_route_that_is_not_public() {
    let world = World::new().await;
    for (method, path, action) in routes() {
        let answer = world.send(request(&method, &path, None).body(Body::empty()).unwrap()).await;
        if action == Action::Public {
            assert_ne!(answer.code_or_status(), "sign-in-required", "{method} {path}");
        } else {
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::UNAUTHORIZED, "sign-in-required".to_owned()),
                "{method} {path}"
            );
        }
    }
    assert!(world.engine.asked.lock().unwrap().is_empty(), "nothing was asked of the engine");
}

#[tokio::test]
async fn every_role_gets_on_every_route_what_the_permission_table_says() {
    let world = World::new().await;
    for role in Role::ALL {
        let email = format!("{}@alder.example", role.as_str());
        let mut cookie = world.cookie(role).await;
        for (method, path, action) in routes() {
            let answer = world.send(request(&method, &path, Some(&cookie)).body(Body::empty()).unwrap()).await;
            let actor = Actor::User {
                id: UserId(Uuid::nil()),
                role,
            };
            let is_allowed = authz::decide(actor, action, Facts::default()) == Decision::Allow;
            assert_eq!(
                answer.status != StatusCode::FORBIDDEN,
                is_allowed,
                "{role:?} {method} {path}: {}",
                answer.text
            );
            assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{role:?} {method} {path}");
            if method == "DELETE" {
                cookie = super::cookie_of(&world.sign_in(&email, super::PASSWORD).await);
            }
        }
    }
}

#[tokio::test]
async fn the_refusal_says_what_the_role_is_and_who_can_help() {
    let world = World::new().await;
    let cookie = world.cookie(Role::Analyst).await;
    let answer = world.get("/api/integrations/sources", Some(&cookie)).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "not-allowed".to_owned()));
    expect!["As an analyst you may not do this. An administrator of your organisation can change your role."]
        .assert_eq(answer.json()["detail"].as_str().unwrap());
}

#[tokio::test]
async fn pages_of_other_sites_cannot_act_for_somebody_who_is_signed_in() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let send = async |name: &'static str, value: &'static str| {
        let request = request("DELETE", "/api/session", Some(&cookie)).header(name, value);
        world.send(request.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(send("sec-fetch-site", "cross-site").await, StatusCode::FORBIDDEN);
    assert_eq!(send("sec-fetch-site", "same-site").await, StatusCode::FORBIDDEN);
    assert_eq!(send("origin", "https://evil.example").await, StatusCode::FORBIDDEN);
    assert_eq!(send("origin", "null").await, StatusCode::FORBIDDEN);
    assert_eq!(send("origin", "http://localhost:8081").await, StatusCode::FORBIDDEN);
    assert_eq!(world.get("/api/session", Some(&cookie)).await.status, StatusCode::OK, "still signed in");
    assert_eq!(send("origin", "http://localhost:8080").await, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn the_metrics_are_for_administrators_unless_the_server_is_told_otherwise() {
    let open = World::with(crate::Config {
        metrics_are_public: true,
        ..crate::Config::default()
    })
    .await;
    open.get("/healthz", None).await;
    let answer = open.get("/metrics", None).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer
            .text
            .contains(r#"tributary_http_requests_total{method="GET",route="/healthz",status="200"} 1"#),
        "{}",
        answer.text
    );
    assert!(
        answer.headers[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("application/openmetrics-text")
    );
    assert_eq!(World::new().await.get("/metrics", None).await.status, StatusCode::UNAUTHORIZED);
}

impl super::Answer {
    fn code_or_status(&self) -> String {
        if self
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "application/problem+json")
        {
            self.code()
        } else {
            self.status.to_string()
        }
    }
}
