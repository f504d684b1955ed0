//! Sign in.

use std::net::SocketAddr;
use std::sync::Arc;

use authz::{Actor, OrgContext};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metastore::Membership;
use serde::Deserialize;
use types::OrganizationId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::show::{SessionBody, describe};
use crate::password;
use crate::problem::{Code, Problem};
use crate::request::Body;
use crate::session::{self, Token};
use crate::state::Shared;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    email: String,
    password: String,
    /// Which organisation, for people who belong to several; the oldest if absent.
    #[serde(default)]
    organization_id: Option<Uuid>,
}

/// Sign in with e-mail address and password. The session travels in a cookie that scripts cannot read.
#[utoipa::path(
    post, path = "/api/session", operation_id = "sign_in", tag = "session", request_body = SignIn,
    responses((status = 201, description = "Signed in; the session is in the cookie `tributary_session`", body = SessionBody))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    address: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Body(body): Body<SignIn>,
) -> Result<Response, Problem> {
    let app = &shared.app;
    let now = app.clock.now();
    let address = address.map(|axum::Extension(ConnectInfo(address))| address.ip());
    shared.sign_ins.attempt(&body.email, address, now).map_err(too_many)?;

    let wrong = || {
        Problem::new(
            Code::WrongCredentials,
            "E-mail address and password do not match. Check both, then try again.",
        )
    };
    if body.password.len() > password::LENGTH_MAX {
        return Err(wrong());
    }
    let user = app.metastore.user_by_email(&body.email).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let is_right = shared.passwords.verify(body.password, hash).await;
    let user = user.filter(|_| is_right).ok_or_else(wrong)?;
    let membership = choose(app.metastore.memberships(user.id).await?, body.organization_id).ok_or_else(wrong)?;
    shared.sign_ins.succeed(&body.email, address);

    if let Some(old) = Token::of(&headers) {
        app.metastore.delete_session(old.hash()).await?;
    }
    let token = session::start(&app.metastore, membership.organization_id, user.id, now).await?;
    let actor = Actor::User {
        id: user.id,
        role: membership.role,
    };
    let session = describe(&shared, &OrgContext::from_credential(membership.organization_id, actor), user.id).await?;
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, token.cookie(&headers))], Json(session)).into_response())
}

fn choose(memberships: Vec<Membership>, asked: Option<Uuid>) -> Option<Membership> {
    let is_asked = |membership: &Membership| asked.is_none_or(|id| membership.organization_id == OrganizationId(id));
    memberships.into_iter().find(is_asked)
}

fn too_many(seconds: u64) -> Problem {
    Problem::new(Code::TooManyAttempts, format!("Too many attempts to sign in. Try again in {seconds} s.")).retry_after(seconds)
}
