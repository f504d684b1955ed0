//! Reading requests: JSON bodies, query parameters and ids in paths, refused with the place of the fault and, for a misspelt name, the
//! name that was probably meant.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use types::suggest::nearest;

use crate::problem::{Code, FieldError, Problem};

/// Largest JSON body.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Serde quotes the value that it refuses, however long.
const MESSAGE_LENGTH_MAX: usize = 500;

/// A JSON body of exactly the fields that `T` has.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                Code::NotJson,
                "Send the body as JSON, with the header `Content-Type: application/json`.",
            ));
        }
        let bytes = read(request).await?;
        // Syntax first: a body that is not JSON at all has no place to point at.
        serde_json::from_slice::<serde::de::IgnoredAny>(&bytes)
            .map_err(|error| Problem::new(Code::MalformedJson, format!("The body is not JSON: {error}.")))?;
        let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
        serde_path_to_error::deserialize(&mut deserializer).map(Body).map_err(|error| {
            let pointer = pointer(error.path());
            Problem::invalid(vec![field_error(pointer, &error.into_inner().to_string())])
        })
    }
}

/// Query parameters of exactly the names that `T` has.
#[derive(Debug)]
pub(crate) struct Parameters<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(rejection) => Err(Problem::invalid(vec![parameter_error(&rejection)])),
        }
    }
}

/// An id in the path. Text that is no id names nothing, so it is answered like an unknown id.
#[derive(Debug)]
pub(crate) struct PathId<T>(pub(crate) T);

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found("id"))?;
        text.parse().map(Self).map_err(|_| Problem::not_found("id"))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

async fn read(request: Request) -> Result<Bytes, Problem> {
    let body = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await;
    body.map_err(|_| {
        Problem::new(
            Code::TooLarge,
            format!("The body did not arrive whole, or has more than {BODY_BYTES_MAX} bytes: send less."),
        )
    })
}

/// The path as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut out = String::new();
    for segment in path {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        out.push('/');
        out.push_str(&name);
    }
    out
}

/// Serde's message as an error of ours. Its wording "unknown field `x`, expected one of `a`, `b`" carries the names to suggest from.
fn field_error(mut pointer: String, message: &str) -> FieldError {
    // serde_json adds " at line 1 column 7", which says nothing beside the pointer.
    let message = message.rsplit_once(" at line ").map_or(message, |(before, _)| before);
    let message: String = message.chars().take(MESSAGE_LENGTH_MAX).collect();
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (code, suggestion) = if message.starts_with("unknown field") {
        ("unknown-field", suggestion(&quoted))
    } else if message.starts_with("unknown variant") {
        ("unknown-value", suggestion(&quoted))
    } else if message.starts_with("missing field") {
        // Serde points at the object that lacks it.
        pointer.push('/');
        pointer.push_str(quoted.first().copied().unwrap_or_default());
        ("missing", None)
    } else if message.starts_with("duplicate field") {
        ("duplicate", None)
    } else {
        ("wrong-type", None)
    };
    FieldError {
        pointer,
        code: code.to_owned(),
        message,
        suggestion,
    }
}

fn parameter_error(rejection: &QueryRejection) -> FieldError {
    let mut message = rejection.to_string();
    let mut cause = std::error::Error::source(rejection);
    while let Some(error) = cause {
        message = error.to_string();
        cause = error.source();
    }
    // "to: invalid value …" where serde knows the parameter; "unknown field `too`, …" where the name itself is wrong.
    let (name, message) = match message.split_once(": ") {
        Some((name, rest)) if !name.contains(' ') => (name.to_owned(), rest.to_owned()),
        Some(_) | None => (message.split('`').nth(1).unwrap_or_default().to_owned(), message.clone()),
    };
    field_error(format!("/{name}"), &message)
}

/// The first of the quoted names is the one that was given, the others are known.
fn suggestion(quoted: &[&str]) -> Option<String> {
    let (given, known) = quoted.split_first()?;
    nearest(given, known.iter().copied()).map(str::to_owned)
}
