//! What stands before every handler: unsafe requests must come from our own pages, the session must be live, and the permission table
//! must allow the route's action.

use std::sync::Arc;

use authz::{Action, Actor, Decision, Facts, OrgContext};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use types::UserId;

use crate::problem::{Code, Problem};
use crate::session::{self, Token};
use crate::state::Shared;

/// The gate of one route.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub(crate) shared: Arc<Shared>,
    pub(crate) action: Action,
}

/// Who calls, for handlers behind a gate that asks for a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    pub(crate) context: OrgContext,
    pub(crate) user_id: UserId,
}

pub(crate) async fn pass(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let (method, headers) = (request.method().clone(), request.headers().clone());
    match check(&gate, &method, &headers).await {
        Ok(caller) => {
            if let Some(caller) = caller {
                request.extensions_mut().insert(caller);
            }
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn check(gate: &Gate, method: &Method, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    if !method.is_safe() && !is_same_origin(headers) {
        return Err(Problem::new(
            Code::CrossSite,
            "Requests that change something are accepted from this server's own pages only.",
        ));
    }
    if gate.action == Action::Public {
        return Ok(None);
    }
    let sign_in = || {
        Problem::new(
            Code::SignInRequired,
            "You are not signed in, or your session has ended. Sign in with POST /api/session.",
        )
    };
    let token = Token::of(headers).ok_or_else(sign_in)?;
    let app = &gate.shared.app;
    let session = session::resume(&app.metastore, &token, app.clock.now()).await?.ok_or_else(sign_in)?;
    let actor = Actor::User {
        id: session.user_id,
        role: session.role,
    };
    // Campaigns are not assigned and reports not published yet: every fact is false, and what needs one is denied.
    match authz::decide(actor, gate.action, Facts::default()) {
        Decision::Allow => Ok(Some(Caller {
            context: OrgContext::from_credential(session.organization_id, actor),
            user_id: session.user_id,
        })),
        Decision::Deny => {
            let detail = format!(
                "As {} you may not do this. An administrator of your organisation can change your role.",
                with_article(session.role.as_str())
            );
            Err(Problem::new(Code::NotAllowed, detail))
        }
    }
}

/// Browsers say where a request comes from. A request that says nothing is no browser's, and carries no cookie that somebody else's page
/// could have used.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (headers.contains_key(header::ORIGIN), text("origin"), text("host")) {
        (false, ..) => true,
        (true, Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, origin)| origin.eq_ignore_ascii_case(host)),
        (true, ..) => false,
    }
}

fn with_article(role: &str) -> String {
    let words = role.replace('_', " ");
    let article = if words.starts_with(['a', 'o']) { "an" } else { "a" };
    format!("{article} {words}")
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().copied();
        // Only a public route has no caller, and its handler must not ask for one.
        caller.ok_or_else(|| Problem::new(Code::SignInRequired, "Sign in with POST /api/session."))
    }
}
