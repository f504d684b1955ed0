//! Whether requests can be served.

use std::sync::Arc;

use authz::OrgContext;
use axum::extract::State;

use crate::problem::{Code, Problem};
use crate::state::Shared;

/// Answers 200 when the metadata database and the engine answer, else 503.
#[utoipa::path(get, path = "/readyz", operation_id = "readiness", tag = "operations", responses((status = 200, description = "Ready", body = String)))]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>) -> Result<&'static str, Problem> {
    check(&shared).await.map(|()| "ready\n")
}

async fn check(shared: &Shared) -> Result<(), Problem> {
    let organizations = shared
        .app
        .metastore
        .organizations()
        .await
        .map_err(|error| not_ready("metadata database", &error))?;
    // One organisation is enough to know that the engine works; a fresh installation has none.
    if let Some(organization) = organizations.first() {
        let context = OrgContext::system(organization.id);
        shared
            .app
            .engine
            .data_version(&context)
            .await
            .map_err(|error| not_ready("engine", &error))?;
    }
    Ok(())
}

fn not_ready(what: &str, error: &dyn std::error::Error) -> Problem {
    tracing::warn!(error = %error, "not ready: the {what} does not answer");
    Problem::new(Code::NotReady, format!("The {what} does not answer. The server's log says why.")).retry_after(5)
}
