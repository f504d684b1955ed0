//! `POST /api/ingest/events`.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event::{self, Rejection};
use super::problem::Problem;
use super::stored::{StoredBatch, StoredRejection};
use super::{Collector, Unavailable};
use crate::refusal::clip;

/// Largest request, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Most events of a request.
const EVENTS_MAX: usize = 500;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestBody {
    events: Vec<Value>,
}

/// Accepted means durable: the events will be in the lake even if the machine loses power now. Whether some of them came before is known
/// only when they are committed; duplicates by (source, event_id) within 400 days appear once.
#[derive(Debug, Serialize)]
struct Answer {
    accepted: usize,
    rejected: Vec<Rejection>,
}

pub(super) async fn post_events(State(collector): State<Collector>, request: Request) -> Response {
    match receive(&collector, request).await {
        Ok(answer) => (StatusCode::ACCEPTED, axum::Json(answer)).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn receive(collector: &Collector, request: Request) -> Result<Answer, Problem> {
    let inner = &collector.inner;
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let organization_id = match inner.keys.organization(authorization).await {
        Ok(Some(organization_id)) => organization_id,
        Ok(None) => {
            return Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "bad_write_key",
                "send a write key of your organisation as `Authorization: Bearer trib_wk_…`",
            ));
        }
        Err(error) => {
            tracing::error!(%error, "the write key cannot be looked up");
            return Err(Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "the write key cannot be checked just now: send the events again",
            )
            .retry_after(5));
        }
    };
    let body = read_body(request).await?;
    let received_at = inner.clock.now();
    let events = parse(&body)?;
    let (batch, rejected) = check_all(events, received_at);
    let accepted = batch.events.len();
    if accepted > 0 || !rejected.is_empty() {
        let line = serde_json::to_vec(&batch).map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string()))?;
        inner.append(organization_id, line).await.map_err(unavailable)?;
    }
    if accepted == 0 && !rejected.is_empty() {
        let detail = format!(
            "none of the {} events can be accepted: `errors` says why; mend them and send them again",
            rejected.len()
        );
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "all_rejected", detail).with_errors(rejected));
    }
    Ok(Answer { accepted, rejected })
}

fn unavailable(reason: Unavailable) -> Problem {
    match reason {
        Unavailable::Busy(reason) => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            format!("{reason}: send the events again in a moment"),
        )
        .retry_after(1),
        Unavailable::Broken(reason) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "log_closed", reason).retry_after(60),
    }
}

async fn read_body(request: Request) -> Result<Bytes, Problem> {
    let too_large = || {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("a request holds at most {BODY_BYTES_MAX} bytes: send fewer events at once"),
        )
    };
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_BYTES_MAX) {
        return Err(too_large());
    }
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "encoding",
            "send the body without compression",
        ));
    }
    let body: Body = request.into_body();
    to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| too_large())
}

fn parse(body: &[u8]) -> Result<Vec<Value>, Problem> {
    let RequestBody { events } = serde_json::from_slice(body).map_err(|error| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "bad_json",
            format!("the body is not {{\"events\": […]}}: {error}"),
        )
    })?;
    match events.len() {
        0 => Err(Problem::new(StatusCode::BAD_REQUEST, "no_events", "`events` is empty: send at least one")),
        count if count > EVENTS_MAX => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_many_events",
            format!("the request has {count} events, more than {EVENTS_MAX}: send several requests"),
        )),
        _ => Ok(events),
    }
}

fn check_all(events: Vec<Value>, received_at: Timestamp) -> (StoredBatch, Vec<Rejection>) {
    let mut batch = StoredBatch {
        received_at: received_at.as_microsecond(),
        events: Vec::with_capacity(events.len()),
        rejected: Vec::new(),
    };
    let mut rejected = Vec::new();
    for (index, value) in events.into_iter().enumerate() {
        // Checking takes the event apart; most are good, so the copy for the quarantine is made of the second look.
        let copy = value.clone();
        match event::check(index, value, received_at) {
            Ok(event) => batch.events.push(event),
            Err(rejection) => {
                batch.rejected.push(StoredRejection {
                    index: index as u64,
                    field: rejection.field.clone(),
                    code: rejection.code.to_owned(),
                    message: rejection.message.clone(),
                    raw: clip(event::without_secrets(copy).to_string().as_bytes()),
                });
                rejected.push(rejection);
            }
        }
    }
    (batch, rejected)
}
