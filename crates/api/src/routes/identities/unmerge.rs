//! Taking identifiers from a customer.

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
#[schema(as = UnmergeCustomer)]
pub(crate) struct UnmergeBody {
    customer_id: Uuid,
    /// The `id`s of the identifiers that belong to somebody else.
    identifiers: Vec<Uuid>,
    /// Why, in a sentence; it is kept with your name.
    reason: String,
}

/// Take identifiers from a customer: they are told apart from those that stay, for good, and rows follow their identifiers.
#[utoipa::path(
    post, path = "/api/identities/unmerge", operation_id = "unmerge_customer", tag = "identities", request_body = UnmergeBody,
    responses((status = 200, description = "Taken apart", body = DecidedBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller, Body(body): Body<UnmergeBody>) -> Result<Json<DecidedBody>, Problem> {
    let identifiers: Vec<CustomerId> = body.identifiers.into_iter().map(CustomerId).collect();
    let changed = shared
        .app
        .identities
        .unmerge(&caller.context, CustomerId(body.customer_id), &identifiers, &body.reason)
        .await?;
    Ok(Json(changed.into()))
}
