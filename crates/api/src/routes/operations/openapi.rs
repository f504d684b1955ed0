//! This API's description.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;

static DOCUMENT: LazyLock<String> = LazyLock::new(crate::openapi);

/// The OpenAPI 3.1 document of this API.
#[utoipa::path(get, path = "/api/openapi.json", operation_id = "openapi", tag = "operations", responses((status = 200, description = "OpenAPI 3.1")))]
pub(crate) async fn handler() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}
