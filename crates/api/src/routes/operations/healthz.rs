//! Whether the process lives.

/// Answers as long as the process can answer at all.
#[utoipa::path(get, path = "/healthz", operation_id = "health", tag = "operations", responses((status = 200, description = "Alive", body = String)))]
pub(crate) async fn handler() -> &'static str {
    "ok\n"
}
