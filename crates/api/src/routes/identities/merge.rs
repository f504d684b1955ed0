//! Saying that two customers are one person.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use types::CustomerId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::DecidedBody;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Body;
use crate::state::Shared;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergeCustomers)]
pub(crate) struct MergeBody {
    customer_id: Uuid,
    other_id: Uuid,
    /// Why, in a sentence; it is kept with your name.
    reason: String,
}

/// Merge two customers into one, whatever the links say. It can be taken back with `unmerge`.
#[utoipa::path(
    post, path = "/api/identities/merge", operation_id = "merge_customers", tag = "identities", request_body = MergeBody,
    responses((status = 200, description = "Merged", body = DecidedBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller, Body(body): Body<MergeBody>) -> Result<Json<DecidedBody>, Problem> {
    let customers = [CustomerId(body.customer_id), CustomerId(body.other_id)];
    let changed = shared.app.identities.merge(&caller.context, customers, &body.reason).await?;
    Ok(Json(changed.into()))
}
