//! The embedded web app: hashed files for ever, the page itself always fresh, every other address the page (its router decides).

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::response::IntoResponse;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Files;

const NOT_BUILT: &str =
    "The web app is not in this binary. Build it with `cargo xtask demo`, or with `npm ci && npm run build` in web/, and build the binary again.";

pub(crate) fn router() -> Router {
    Router::new().fallback(answer)
}

async fn answer(method: Method, uri: Uri) -> Response<Body> {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return problem(
            StatusCode::NOT_FOUND,
            "not-found",
            "There is no such address in the API; see /api/openapi.json.",
        );
    }
    if method != Method::GET && method != Method::HEAD {
        return problem(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Only GET is possible here.");
    }
    match Files::get(path).filter(|_| !path.is_empty()) {
        Some(file) => respond(path, file),
        // A file that is gone must not be answered with the page: a browser would take it for a script.
        None if path.starts_with("assets/") => problem(StatusCode::NOT_FOUND, "not-found", "There is no such file; load the page again."),
        None => match Files::get("index.html") {
            Some(page) => respond("index.html", page),
            None => (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response(),
        },
    }
}

fn respond(path: &str, file: rust_embed::EmbeddedFile) -> Response<Body> {
    let caching = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = Response::new(Body::from(file.data));
    let mime = HeaderValue::from_str(file.metadata.mimetype()).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(header::CONTENT_TYPE, mime);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

fn problem(status: StatusCode, code: &str, detail: &str) -> Response<Body> {
    let body =
        serde_json::json!({ "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(), "code": code, "detail": detail });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
