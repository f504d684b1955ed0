//! The customers from which a journey is chosen.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::customers::{self, CustomerSummary, LIMIT_MAX};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::answer::Conditional;
use crate::ask::{Defaults, ask};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;

const LIMIT_DEFAULT: u32 = 50;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CustomersParameters {
    /// Part of the customer's key at the source, in any case, or a whole customer id.
    search: Option<String>,
    /// 50 if absent, at most 1,000.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Customers)]
pub(crate) struct CustomersBody {
    customers: Vec<CustomerBody>,
    /// The reporting currency.
    currency: String,
    data_version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Customer)]
struct CustomerBody {
    customer_id: Uuid,
    /// The sources' own id of the customer.
    customer_key: Option<String>,
    /// Orders and other conversions.
    conversions: i64,
    /// Orders and conversions minus refunds, in the reporting currency.
    revenue: Option<String>,
    /// Latest order, conversion or refund (RFC 3339).
    last_at: String,
}

/// Customers with at least one order or conversion, the latest first.
#[utoipa::path(
    get, path = "/api/analytics/customers", operation_id = "list_customers", tag = "analytics", params(CustomersParameters),
    responses((status = 200, description = "Customers", body = CustomersBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<CustomersParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let limit = parameters.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(Problem::invalid_field(
            "/limit",
            "limit-exceeded",
            format!("`limit` is {limit}: use a number from 1 to {LIMIT_MAX}"),
        ));
    }
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let tag = conditional.tag(&caller, &defaults, "");
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let raw = ask(&shared, &caller.context, &customers::plan(parameters.search.as_deref(), limit)).await?;
    let found = customers::finish(&raw, defaults.currency);
    let body = CustomersBody {
        customers: found.into_iter().map(CustomerBody::from).collect(),
        currency: defaults.currency.as_str().to_owned(),
        data_version: raw.data_version,
    };
    Ok(tag.answer(raw.data_version, body))
}

impl From<CustomerSummary> for CustomerBody {
    fn from(customer: CustomerSummary) -> Self {
        Self {
            customer_id: customer.customer_id.0,
            customer_key: customer.customer_key,
            conversions: customer.conversions,
            revenue: customer.revenue,
            last_at: customer.last_at.to_string(),
        }
    }
}
