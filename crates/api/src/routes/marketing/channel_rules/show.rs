//! The channel rules that hold, or held.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::channel_rules::{RuleSetBody, Version};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShowParameters {
    /// An earlier version; 0 for the rules before anybody changed them. The newest if absent.
    version: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelRules)]
pub(crate) struct ChannelRulesBody {
    /// 0 until somebody saves rules.
    version: i64,
    #[serde(flatten)]
    set: RuleSetBody,
    /// RFC 3339; absent for version 0.
    saved_at: Option<String>,
    saved_by: Option<String>,
    note: Option<String>,
    /// Saved rules hold for touches that come in afterwards.
    applies: AppliesBody,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChannelRulesApply)]
pub(crate) enum AppliesBody {
    /// Touches keep the channel that they were given when they came in.
    FromNowOn,
}

impl From<Version> for ChannelRulesBody {
    fn from(version: Version) -> Self {
        let saved = version.saved;
        Self {
            version: version.number,
            set: version.rules.into(),
            saved_at: saved.as_ref().map(|saved| saved.saved_at.to_string()),
            saved_by: saved.as_ref().map(|saved| saved.saved_by.clone()),
            note: saved.map(|saved| saved.note),
            applies: AppliesBody::FromNowOn,
        }
    }
}

/// The ordered rules that give a touch its channel where its source names none. The tag is what `PUT` wants as `If-Match`.
#[utoipa::path(
    get, path = "/api/marketing/channel-rules", operation_id = "channel_rules", tag = "marketing", params(ShowParameters),
    responses((status = 200, description = "The rules", body = ChannelRulesBody), (status = 304, description = "The client has these rules"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<ShowParameters>,
    headers: axum::http::HeaderMap,
) -> Result<Response, Problem> {
    let metastore = &shared.app.metastore;
    let version = match parameters.version {
        None => Version::newest(metastore, &caller.context).await?,
        Some(number) => {
            let all = Version::all(metastore, &caller.context).await?;
            all.into_iter()
                .find(|version| version.number == number)
                .ok_or_else(|| Problem::not_found("version of the channel rules"))?
        }
    };
    let tag = version.tag();
    let answer = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "private, no-cache".parse().expect("plain letters")),
    ];
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    Ok((answer, Json(ChannelRulesBody::from(version))).into_response())
}
