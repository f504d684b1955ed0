//! Saving channel rules as a new version.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use metastore::NewChannelRules;
use serde::Deserialize;
use utoipa::ToSchema;

use super::show::ChannelRulesBody;
use crate::channel_rules::{RuleSetBody, Version, version_of_tag};
use crate::gate::Caller;
use crate::problem::{Code, Problem};
use crate::request::Body;
use crate::state::Shared;

/// Longest note, in bytes.
const NOTE_BYTES_MAX: usize = 500;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SaveChannelRules)]
pub(crate) struct SaveBody {
    set: RuleSetBody,
    /// What was changed and why, for those who look back.
    #[serde(default)]
    note: String,
}

/// Save the channel rules as a new version. They hold for touches that come in afterwards; touches that are there keep their channel.
/// `If-Match` is the tag of the rules that were changed: if somebody else saved in between, nothing is saved.
#[utoipa::path(
    put, path = "/api/marketing/channel-rules", operation_id = "save_channel_rules", tag = "marketing", request_body = SaveBody,
    params(("If-Match" = String, Header, description = "Tag of the rules that were changed")),
    responses((status = 200, description = "The new version", body = ChannelRulesBody))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<SaveBody>,
) -> Result<Response, Problem> {
    let tag = headers.get(header::IF_MATCH).and_then(|tag| tag.to_str().ok());
    let after = tag.and_then(version_of_tag).ok_or_else(|| {
        Problem::invalid_field(
            "/If-Match",
            "missing",
            "send the tag (`ETag`) of the rules that you changed as `If-Match`, so that nobody's change is lost",
        )
    })?;
    if body.note.len() > NOTE_BYTES_MAX {
        return Err(Problem::invalid_field(
            "/note",
            "too-long",
            format!("longer than {NOTE_BYTES_MAX} bytes: shorten it"),
        ));
    }
    let rules = body.set.check("/set")?;
    let metastore = &shared.app.metastore;
    let user = metastore.user(caller.user_id).await?;
    let new = NewChannelRules {
        json: &serde_json::to_string(&rules).map_err(|error| Problem::internal(&error))?,
        note: body.note.trim(),
        saved_by: user.as_ref().map_or("", |user| &user.email),
        after,
    };
    if metastore
        .save_channel_rules(&caller.context, new, shared.app.clock.now())
        .await?
        .is_none()
    {
        return Err(Problem::new(
            Code::ChangedMeanwhile,
            "Somebody else saved channel rules in between. Load them again, and repeat your change on them.",
        ));
    }
    let version = Version::newest(metastore, &caller.context).await?;
    Ok(([(header::ETAG, version.tag())], Json(ChannelRulesBody::from(version))).into_response())
}
