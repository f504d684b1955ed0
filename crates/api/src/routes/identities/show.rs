//! By what a customer is known, and why that is one person.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use types::CustomerId;

use super::body::IdentityBody;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::state::Shared;

/// By what a customer is known, the evidence of each link, and what people decided. An id of before a merge finds the customer, too.
#[utoipa::path(
    get, path = "/api/identities/{customer_id}", operation_id = "customer_identity", tag = "identities",
    params(("customer_id" = String, Path, description = "The customer's id, or the key that the sources use")),
    responses((status = 200, description = "The customer's identity", body = IdentityBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller, Path(customer): Path<String>) -> Result<Json<IdentityBody>, Problem> {
    let by_key = CustomerId::derive(caller.context.organization_id(), &customer);
    for candidate in customer.parse().ok().into_iter().chain([by_key]) {
        if let Some(person) = shared.app.identities.person(&caller.context, candidate).await? {
            return Ok(Json(person.into()));
        }
    }
    Err(Problem::not_found("customer"))
}
