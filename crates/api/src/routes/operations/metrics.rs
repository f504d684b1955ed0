//! The server's measurements.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::state::Shared;

/// Requests, latencies and query times in the OpenMetrics text format. For administrators, unless the server is configured to show them to everybody.
#[utoipa::path(
    get, path = "/metrics", operation_id = "server_metrics", tag = "operations",
    responses((status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text"))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")],
        shared.telemetry.render(),
    )
}
