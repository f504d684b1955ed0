//! The API at its front door: a real metadata database in a temporary directory, real sign-in, and an engine that answers every plan with a
//! prepared table (the second implementation of the port; the real engine stands behind the same routes in the server's tests).

mod attribution;
mod bodies;
mod channel_rules;
mod funnel;
mod identities;
mod journeys;
mod openapi;
mod paths;
mod permissions;
mod pipeline;
mod reconciliation;
mod sign_in;
mod tags;
mod transport;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use ::journeys::identity::person::{Person, Refused};
use async_trait::async_trait;
use authz::{OrgContext, Role};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use metastore::{Metastore, NewOrganization, NewUser, Organization, PasswordHash};
use semantic::engine::RawTable;
use semantic::{Cell, EngineError, Plan, QueryEngine};
use tempfile::TempDir;
use tower::ServiceExt;
use types::{Currency, CustomerId, ManualClock};

use crate::{AppState, Config, Identities, IdentityError};

const PASSWORD: &str = "correct horse battery";

/// Answers with what it was given, in order, then with empty tables; remembers who asked for what.
#[derive(Debug, Default)]
struct PreparedEngine {
    answers: Mutex<VecDeque<Result<RawTable, EngineError>>>,
    asked: Mutex<Vec<(OrgContext, Plan)>>,
    version: Mutex<i64>,
}

#[async_trait]
impl QueryEngine for PreparedEngine {
    async fn query(&self, context: &OrgContext, plan: &Plan) -> Result<RawTable, EngineError> {
        self.asked.lock().unwrap().push((*context, plan.clone()));
        let prepared = self.answers.lock().unwrap().pop_front();
        prepared.unwrap_or_else(|| {
            Ok(RawTable {
                columns: Vec::new(),
                rows: Vec::new(),
                totals: Vec::new(),
                data_version: *self.version.lock().unwrap(),
                is_truncated: false,
            })
        })
    }

    async fn data_version(&self, _context: &OrgContext) -> Result<i64, EngineError> {
        Ok(*self.version.lock().unwrap())
    }
}

impl PreparedEngine {
    fn answer(&self, rows: Vec<Vec<Cell>>) {
        let data_version = *self.version.lock().unwrap();
        self.answers.lock().unwrap().push_back(Ok(RawTable {
            columns: Vec::new(),
            rows,
            totals: Vec::new(),
            data_version,
            is_truncated: false,
        }));
    }

    fn fail(&self, error: EngineError) {
        self.answers.lock().unwrap().push_back(Err(error));
    }
}

/// Knows of one merged customer, and of all others nothing but their ids; refuses and remembers decisions as it is told.
#[derive(Debug, Default)]
struct PreparedIdentities {
    merged: Mutex<Option<Person>>,
    decided: Mutex<Vec<String>>,
}

#[async_trait]
impl Identities for PreparedIdentities {
    async fn person(&self, _context: &OrgContext, customer: CustomerId) -> Result<Option<Person>, IdentityError> {
        let merged = self.merged.lock().unwrap().clone();
        let known = merged.filter(|person| person.customer == customer || person.identifiers.iter().any(|own| own.id == customer));
        Ok(Some(known.unwrap_or_else(|| Person {
            customer,
            identifiers: Vec::new(),
            links: Vec::new(),
            apart: Vec::new(),
            decisions: Vec::new(),
            is_truncated: false,
        })))
    }

    async fn unmerge(
        &self,
        _context: &OrgContext,
        customer: CustomerId,
        identifiers: &[CustomerId],
        reason: &str,
    ) -> Result<Vec<CustomerId>, IdentityError> {
        let (Some(first), false) = (identifiers.first(), reason.is_empty()) else {
            let refused = if reason.is_empty() { Refused::NoReason } else { Refused::AllOrNone };
            return Err(refused.into());
        };
        self.decided.lock().unwrap().push(format!("{first} is not {customer}: {reason}"));
        Ok(vec![customer, *first])
    }

    async fn merge(&self, _context: &OrgContext, customers: [CustomerId; 2], reason: &str) -> Result<Vec<CustomerId>, IdentityError> {
        let [one, other] = customers;
        if one == other {
            return Err(Refused::SamePerson.into());
        }
        self.decided.lock().unwrap().push(format!("{one} is {other}: {reason}"));
        Ok(vec![one, other])
    }
}

struct World {
    router: Router,
    metastore: Metastore,
    engine: Arc<PreparedEngine>,
    identities: Arc<PreparedIdentities>,
    clock: Arc<ManualClock>,
    organization: Organization,
    _directory: TempDir,
}

/// An answer, read whole.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The problem's code.
    fn code(&self) -> String {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{}", self.text);
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

impl World {
    async fn new() -> Self {
        Self::with(Config::default()).await
    }

    async fn with(config: Config) -> Self {
        Self::around(config, Router::new()).await
    }

    /// Our routes beside other ones.
    async fn around(config: Config, rest: Router) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let metastore = Metastore::open_sqlite(&directory.path().join("metastore.sqlite")).await.unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-20T08:00:00Z".parse().unwrap()));
        let engine = Arc::new(PreparedEngine::default());
        let identities = Arc::new(PreparedIdentities::default());
        *engine.version.lock().unwrap() = 7;
        let new = NewOrganization {
            name: "Alder & Fell".to_owned(),
            currency: Currency::EUR,
            zone: "Europe/Berlin".to_owned(),
        };
        let organization = metastore.create_organization(&*clock, new).await.unwrap();
        let state = AppState {
            metastore: metastore.clone(),
            engine: Arc::clone(&engine) as Arc<dyn QueryEngine>,
            identities: Arc::clone(&identities) as Arc<dyn Identities>,
            clock: Arc::clone(&clock) as Arc<dyn types::Clock>,
            config,
        };
        Self {
            router: crate::router_around(state, rest),
            metastore,
            engine,
            identities,
            clock,
            organization,
            _directory: directory,
        }
    }

    fn context(&self) -> OrgContext {
        OrgContext::system(self.organization.id)
    }

    /// A person of the organisation; the password is the same for everybody, because hashing is slow on purpose.
    async fn person(&self, email: &str, role: Role) {
        static HASH: std::sync::LazyLock<PasswordHash> = std::sync::LazyLock::new(|| crate::accounts::hash_password(PASSWORD));
        let new = NewUser {
            email: email.to_owned(),
            name: "Mara Lind".to_owned(),
            password_hash: HASH.clone(),
        };
        let user = self.metastore.create_user(&*self.clock, new).await.unwrap();
        self.metastore.add_membership(&self.context(), user.id, role).await.unwrap();
    }

    async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.post("/api/session", &format!(r#"{{"email":"{email}","password":"{password}"}}"#), None)
            .await
    }

    /// The cookie of somebody signed in with this role.
    async fn cookie(&self, role: Role) -> String {
        let email = format!("{}@alder.example", role.as_str());
        self.person(&email, role).await;
        let answer = self.sign_in(&email, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        cookie_of(&answer)
    }

    async fn admin(&self) -> String {
        self.cookie(Role::OrganizationAdmin).await
    }

    async fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        self.send(request("GET", path, cookie).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, body: &str, cookie: Option<&str>) -> Answer {
        let request = request("POST", path, cookie).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

fn request(method: &str, path: &str, cookie: Option<&str>) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8080");
    match cookie {
        Some(cookie) => request.header(header::COOKIE, cookie),
        None => request,
    }
}

fn cookie_of(answer: &Answer) -> String {
    answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

fn text(value: &str) -> Cell {
    Cell::Text(value.into())
}
