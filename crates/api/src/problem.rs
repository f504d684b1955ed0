//! Errors as RFC 9457 problems: what went wrong, where in the request, and what to do next.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The kinds of problems; each has one status and one stable code for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Code {
    MalformedJson,
    InvalidRequest,
    NotJson,
    TooLarge,
    SignInRequired,
    WrongCredentials,
    NotAllowed,
    CrossSite,
    NotFound,
    MethodNotAllowed,
    TooManyAttempts,
    ChangedMeanwhile,
    AmountOverflow,
    QueryTooLarge,
    Busy,
    Conflict,
    Timeout,
    NotReady,
    Internal,
}

impl Code {
    const fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::MalformedJson => (StatusCode::BAD_REQUEST, "malformed-json", "The body is not JSON"),
            Self::InvalidRequest => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid-request",
                "The request cannot be carried out as written",
            ),
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", "The body must be JSON"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::SignInRequired => (StatusCode::UNAUTHORIZED, "sign-in-required", "Sign in first"),
            Self::WrongCredentials => (StatusCode::UNAUTHORIZED, "wrong-credentials", "Sign-in failed"),
            Self::NotAllowed => (StatusCode::FORBIDDEN, "not-allowed", "Your role does not allow this"),
            Self::CrossSite => (StatusCode::FORBIDDEN, "cross-site", "The request came from another site"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is nothing here"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "The method is not supported here"),
            Self::TooManyAttempts => (StatusCode::TOO_MANY_REQUESTS, "too-many-attempts", "Too many attempts"),
            Self::ChangedMeanwhile => (
                StatusCode::PRECONDITION_FAILED,
                "changed-meanwhile",
                "Somebody else changed it in between",
            ),
            Self::AmountOverflow => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "amount-overflow",
                "The amounts are too large to add up exactly",
            ),
            Self::QueryTooLarge => (StatusCode::UNPROCESSABLE_ENTITY, "query-too-large", "The question needs too much memory"),
            Self::Conflict => (StatusCode::CONFLICT, "conflict", "Somebody else changed it"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Too much is running at once"),
            Self::Timeout => (StatusCode::GATEWAY_TIMEOUT, "timeout", "The answer took too long"),
            Self::NotReady => (StatusCode::SERVICE_UNAVAILABLE, "not-ready", "The server is not ready"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on the server"),
        }
    }
}

/// What a handler returns instead of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    retry_after_seconds: Option<u64>,
}

/// The body of every error (`application/problem+json`).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// URI that names the kind of problem.
    r#type: String,
    title: String,
    status: u16,
    /// What happened and what to do next, in words.
    detail: String,
    /// Stable name of the kind of problem, for programs.
    code: String,
    /// Quote it when asking for help; the server's log has it too.
    request_id: String,
    /// Everything that is wrong with the request, each with its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// JSON pointer into the body, or `/name` of a query parameter.
    pub(crate) pointer: String,
    pub(crate) code: String,
    pub(crate) message: String,
    /// What was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) suggestion: Option<String>,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after_seconds: None,
        }
    }

    /// A request that is well-formed but wrong; the detail is the first error's message.
    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = errors.first().map(|error| error.message.clone()).unwrap_or_default();
        Self {
            code: Code::InvalidRequest,
            detail: detail.into(),
            errors,
            retry_after_seconds: None,
        }
    }

    pub(crate) fn invalid_field(pointer: &str, code: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            message: message.into(),
            suggestion: None,
        }])
    }

    /// The same answer for what does not exist and for what belongs to another organisation.
    pub(crate) fn not_found(what: &'static str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what} in your organisation."))
    }

    /// A failure that is ours: the cause goes to the log, not to the client.
    pub(crate) fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(error = %chain(error), "a request failed");
        Self::new(
            Code::Internal,
            "The request could not be completed. Try again; if it happens again, report the request id.",
        )
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The response with its body; the request id is known to the outermost layer only.
    pub(crate) fn render(&self, request_id: &str) -> Response {
        let (status, code, title) = self.code.parts();
        let body = ProblemBody {
            r#type: format!("urn:tributary:problem:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.detail.to_string(),
            code: code.to_owned(),
            request_id: request_id.to_owned(),
            errors: self.errors.clone(),
        };
        let body = serde_json::to_vec(&body).expect("a problem is plain text and numbers");
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for Problem {
    /// Status only: [`crate::envelope`] writes the body, because it knows the request id.
    fn into_response(self) -> Response {
        let mut response = self.code.parts().0.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<metastore::Error> for Problem {
    fn from(error: metastore::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<semantic::EngineError> for Problem {
    fn from(error: semantic::EngineError) -> Self {
        use semantic::EngineError;
        let detail = format!("{}.", capitalise(&error.to_string()));
        match error {
            EngineError::Timeout { .. } => Self::new(Code::Timeout, detail),
            EngineError::Memory { .. } => Self::new(Code::QueryTooLarge, detail),
            EngineError::Busy => Self::new(Code::Busy, detail).retry_after(1),
            EngineError::Overflow => Self::new(Code::AmountOverflow, detail),
            EngineError::Internal(_) => Self::internal(&error),
        }
    }
}

impl From<semantic::QueryError> for Problem {
    fn from(error: semantic::QueryError) -> Self {
        Self::invalid(error.problems.into_iter().map(FieldError::from).collect())
    }
}

impl From<semantic::Problem> for FieldError {
    fn from(problem: semantic::Problem) -> Self {
        let semantic::Problem {
            pointer,
            code,
            message,
            suggestion,
        } = problem;
        Self {
            pointer,
            code: code.as_str().to_owned(),
            message,
            suggestion,
        }
    }
}

fn capitalise(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}

/// The error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        out.push_str(": ");
        out.push_str(&error.to_string());
        cause = error.source();
    }
    out
}
