//! How far a job is, and its answer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use uuid::Uuid;

use crate::gate::Caller;
use crate::jobs::JobBody;
use crate::problem::Problem;
use crate::state::Shared;

/// A calculation that took longer than a request waits: its progress, and its answer for an hour after it was started.
#[utoipa::path(
    get, path = "/api/jobs/{id}", operation_id = "job", tag = "jobs", params(("id" = Uuid, Path, description = "The job")),
    responses((status = 200, description = "The job", body = JobBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller, Path(id): Path<String>) -> Result<Json<JobBody>, Problem> {
    let id: Uuid = id.parse().map_err(|_| Problem::not_found("job"))?;
    shared.jobs.show(&caller.context, id).map(Json)
}
