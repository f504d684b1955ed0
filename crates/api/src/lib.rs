//! The HTTP API: routes, their bodies, sign-in, permissions and problems; the OpenAPI document comes from the same list of routes.
//!
//! A request passes: `envelope` (request id, deadline, security headers) → `gate` (same origin, session, permission table) → `request`
//! (typed body, parameters, ids) → one handler (`routes/<area>/<verb>.rs`) → one question to a port → a body of our own. Problems travel
//! as values and get their text in the envelope.
//!
//! This crate deliberately knows no lake, no engine and no SQL: it asks the [`semantic::QueryEngine`] port and the metadata database.
//! Work that writes data (imports, the collector) is other crates' business; their routers are surrounded by [`router_around`].

pub mod accounts;
mod acquisition_question;
mod answer;
mod ask;
mod attribution_body;
mod channel_rules;
mod comma_list;
mod day_range;
mod envelope;
mod gate;
mod identities;
mod jobs;
mod known_channels;
mod limiter;
mod password;
mod problem;
mod request;
#[expect(unused_qualifications, reason = "utoipa's expansion qualifies the types of parameters")]
mod routes;
mod routing;
mod session;
mod state;
mod table;
mod telemetry;
mod value_models;

use axum::Router;

pub use identities::{Identities, IdentityError};
pub use state::{AppState, Config};

/// The API's routes.
pub fn router(state: AppState) -> Router {
    router_around(state, Router::new())
}

/// The API's routes beside those of `rest` (the collector, the web app and its fallback), all in one envelope. `rest` guards itself.
/// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: sign-in attempts are limited by the caller's address.
pub fn router_around(state: AppState, rest: Router) -> Router {
    let shared = state::Shared::new(state);
    let routes = routes::all(shared.app.config.metrics_are_public).into_router(&shared);
    envelope::wrap(routes.merge(rest), &shared)
}

/// The OpenAPI 3.1 document, as pretty JSON.
pub fn openapi() -> String {
    let mut text = routes::all(false).document().to_pretty_json().expect("a document of plain values");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
