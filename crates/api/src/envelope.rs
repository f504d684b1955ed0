//! What surrounds every request, the web app's and the collector's too: a request id, a deadline, measurement, security headers, and the
//! bodies of problems.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use uuid::Uuid;

use crate::problem::{Code, Problem};
use crate::state::Shared;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Scripts, styles and data come from this server only, nobody frames it. Style attributes are allowed because chart libraries set them.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; \
                                       font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Set where the answer has no such header yet.
const SECURITY_HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

pub(crate) fn wrap(router: Router, shared: &Arc<Shared>) -> Router {
    // The last layer is the outermost. A panic must become a problem before the outermost layer writes problems' bodies.
    router
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(Arc::clone(shared), surround))
}

async fn surround(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = Uuid::new_v4().to_string();
    let method = request.method().clone();
    let is_api = request.uri().path().starts_with("/api/");
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();

    let answer = tokio::time::timeout(shared.app.config.request_timeout, next.run(request)).await;
    let mut response = answer.unwrap_or_else(|_| {
        let seconds = shared.app.config.request_timeout.as_secs();
        Problem::new(
            Code::Timeout,
            format!("The answer took longer than {seconds} s. Narrow the date range, or try again."),
        )
        .into_response()
    });
    response = finish_problem(response, &request_id);

    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_api {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert(REQUEST_ID, value);
    }
    let took = started.elapsed();
    let status = response.status().as_u16();
    shared.telemetry.request(known_method(&method), &route, status, took);
    tracing::info!(http.method = %method, http.route = route, http.status = status, request.id = request_id, took_ms = took.as_millis(), "answered a request");
    response
}

/// Writes the body of a problem, and keeps the headers that other layers added to it.
fn finish_problem(mut response: Response, request_id: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let mut rendered = problem.render(request_id);
    for (name, value) in response.headers() {
        if !matches!(*name, header::CONTENT_LENGTH | header::CONTENT_TYPE | header::CONTENT_ENCODING) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered
}

/// Methods as labels: a client may invent any number of them.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(panic = text, "a request panicked");
    Problem::new(
        Code::Internal,
        "The request could not be completed. Try again; if it happens again, report the request id.",
    )
    .into_response()
}
