//! The API over real HTTP on real data.

use serde_json::{Value, json};

use crate::tributary::{Server, Tributary, repository};

pub(crate) struct Session {
    server: Server,
    agent: ureq::Agent,
    cookie: String,
}

impl Session {
    pub(crate) fn start(tributary: &Tributary) -> Self {
        let server = tributary.serve();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let login = &server.ready["new_logins"][0];
        let body = json!({ "email": login["email"], "password": login["password"] });
        let response = agent.post(server.url("/api/session")).send_json(body).unwrap();
        assert_eq!(response.status(), 201);
        let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { server, agent, cookie }
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        let mut response = self.agent.get(self.server.url(path)).header("cookie", &self.cookie).call().unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let mut response = self
            .agent
            .post(self.server.url(path))
            .header("cookie", &self.cookie)
            .send_json(body)
            .unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap())
    }
}

fn with_kaggle() -> Tributary {
    let tributary = Tributary::with_shop();
    let (map, data) = (
        repository("examples/kaggle/map.yaml"),
        repository("examples/kaggle/attribution_data.csv.gz"),
    );
    tributary.json(&[
        "import",
        "--org",
        "shop",
        "--source",
        "kaggle",
        "--map",
        map.to_str().unwrap(),
        data.to_str().unwrap(),
    ]);
    tributary
}

#[test]
fn a_signed_in_person_sees_the_same_figures_as_the_command_line() {
    let tributary = with_kaggle();
    let session = Session::start(&tributary);
    let (status, me) = session.get("/api/session");
    assert_eq!((status, &me["organization"]["name"]), (200, &json!("shop")));

    let (status, sources) = session.get("/api/integrations/sources");
    assert_eq!(status, 200, "{sources}");
    assert!(sources.to_string().contains("kaggle"), "{sources}");
    let (status, sync) = session.get("/api/integrations/sync-status");
    assert_eq!(status, 200, "{sync}");
    assert!(sync.to_string().contains("62483"), "{sync}");

    let query = json!({ "metrics": ["revenue", "orders", "aov", "attributed_revenue{linear}"], "dimensions": ["channel"], "from": "2018-07-01", "to": "2018-07-31", "zone": "UTC" });
    let (status, table) = session.post("/api/reports/query", query);
    assert_eq!(status, 422, "revenue has no channel of its own: {table}");
    let query = json!({ "metrics": ["attributed_revenue{linear}", "attributed_conversions{linear}"], "dimensions": ["channel"], "from": "2018-07-01", "to": "2018-07-31", "zone": "UTC" });
    let (status, table) = session.post("/api/reports/query", query);
    assert_eq!(status, 200, "{table}");
    assert_eq!(table["totals"][1], "11423.50");

    let body = json!({ "models": ["linear", "first_touch"], "window": "30d", "journey": "rolling", "half_life": "7d", "by": ["channel"] });
    let (status, table) = session.post("/api/analytics/attribution/calculate", body);
    assert_eq!(status, 200, "{table}");
    assert!(table.to_string().contains("3486.50"), "first touch gives Facebook 3,486.50: {table}");
}

#[test]
fn a_customers_journey_is_told_with_credit() {
    let tributary = with_kaggle();
    let session = Session::start(&tributary);
    let (status, customers) = session.get("/api/analytics/customers?limit=5");
    assert_eq!(status, 200, "{customers}");
    let id = customers["customers"][0]["customer_id"]
        .as_str()
        .unwrap_or_else(|| panic!("{customers}"))
        .to_owned();
    let (status, journey) = session.get(&format!("/api/analytics/customer-journey/{id}"));
    assert_eq!(status, 200, "{journey}");
    let (status, problem) = session.get("/api/analytics/customer-journey/00000000-0000-5000-8000-000000000000");
    assert_eq!((status, &problem["status"]), (404, &json!(404)));
}

#[test]
fn refusals_name_place_and_remedy() {
    let tributary = with_kaggle();
    let session = Session::start(&tributary);
    let (status, problem) = session.post(
        "/api/reports/query",
        json!({ "metrics": ["revenu"], "from": "2018-07-01", "to": "2018-07-31" }),
    );
    assert_eq!(status, 422);
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][0]["suggestion"]),
        (&json!("/metrics/0"), &json!("revenue")),
        "{problem}"
    );
    let (status, problem) = session.post(
        "/api/analytics/attribution/calculate",
        json!({ "models": ["linnear"], "window": "30d", "by": ["channel"] }),
    );
    assert!((400..500).contains(&status), "{problem}");
    let (status, problem) = session.post(
        "/api/analytics/attribution/calculate",
        json!({ "models": ["linear"], "window": "-3d", "by": ["channel"] }),
    );
    assert_eq!(status, 422, "{problem}");
    assert!(problem.to_string().contains("window"), "{problem}");
}

#[test]
fn nobody_sees_anything_without_signing_in() {
    let tributary = with_kaggle();
    let session = Session::start(&tributary);
    let anonymous = Session {
        cookie: String::new(),
        agent: session.agent.clone(),
        server: session.server,
    };
    for path in ["/api/session", "/api/integrations/sources", "/api/analytics/customers", "/metrics"] {
        assert_eq!(anonymous.get(path).0, 401, "{path}");
    }
    let (status, problem) = anonymous.post(
        "/api/reports/query",
        json!({ "metrics": ["revenue"], "from": "2018-07-01", "to": "2018-07-31" }),
    );
    assert_eq!((status, &problem["code"]), (401, &json!("sign-in-required")), "{problem}");
    for path in ["/healthz", "/readyz", "/api/openapi.json"] {
        assert_eq!(anonymous.agent.get(anonymous.server.url(path)).call().unwrap().status(), 200, "{path}");
    }
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let tributary = Tributary::with_shop();
    let _server = tributary.serve();
    let error = tributary.error(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(error.contains("another server is running"), "{error}");
}
