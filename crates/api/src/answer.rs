//! Answers that a browser may keep: the tag is made of the data version and everything else that the answer depends on, so that equal
//! tags mean equal answers, and a changed answer always has another tag.

use axum::Json;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::ask::Defaults;
use crate::gate::Caller;
use crate::problem::Problem;

/// The question of a GET request, and the tag of the answer that the client has.
#[derive(Debug)]
pub(crate) struct Conditional {
    uri: String,
    if_none_match: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Conditional {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or_else(|| parts.uri.to_string(), |OriginalUri(uri)| uri.to_string());
        let if_none_match = parts
            .headers
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        Ok(Self { uri, if_none_match })
    }
}

/// The tag of answers to one question of one caller, up to the data version.
#[derive(Debug)]
pub(crate) struct Tag {
    digest: String,
    if_none_match: Option<String>,
}

impl Conditional {
    /// `resolved` names what the question left open and the clock or the organisation decided, such as the days of a default range.
    pub(crate) fn tag(self, caller: &Caller, defaults: &Defaults, resolved: &str) -> Tag {
        let mut digest = Sha256::new();
        // Debug text of the settings: it names every field, and it need not be stable beyond this version, which is part of the tag too.
        for part in [
            env!("CARGO_PKG_VERSION"),
            &self.uri,
            &format!("{:?}", caller.context),
            &format!("{defaults:?}"),
            resolved,
        ] {
            digest.update(part.len().to_be_bytes());
            digest.update(part.as_bytes());
        }
        Tag {
            digest: hex::encode(&digest.finalize()[..16]),
            if_none_match: self.if_none_match,
        }
    }
}

impl Tag {
    /// 304 if the client has the answer of this data version already.
    pub(crate) fn not_modified(&self, data_version: i64) -> Option<Response> {
        let tag = self.text(data_version);
        let known = self.if_none_match.as_deref()?;
        if known.split(',').any(|known| known.trim() == tag) {
            Some((StatusCode::NOT_MODIFIED, self.headers(data_version)).into_response())
        } else {
            None
        }
    }

    pub(crate) fn answer(&self, data_version: i64, body: impl Serialize) -> Response {
        (self.headers(data_version), Json(body)).into_response()
    }

    /// Weak: the compressed and the plain form of an answer have the same tag.
    fn text(&self, data_version: i64) -> String {
        format!("W/\"{data_version}-{}\"", self.digest)
    }

    fn headers(&self, data_version: i64) -> [(header::HeaderName, HeaderValue); 3] {
        let tag = HeaderValue::from_str(&self.text(data_version)).expect("digits and hexadecimal");
        [
            (header::ETAG, tag),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
            (header::VARY, HeaderValue::from_static("cookie")),
        ]
    }
}
