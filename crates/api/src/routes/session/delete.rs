//! Sign out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;
use crate::session::{self, Token};
use crate::state::Shared;

/// End the session. The token is worth nothing from now on.
#[utoipa::path(delete, path = "/api/session", operation_id = "sign_out", tag = "session", responses((status = 204, description = "Signed out")))]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = Token::of(&headers) {
        shared.app.metastore.delete_session(token.hash()).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, session::removal_cookie(&headers))]).into_response())
}
