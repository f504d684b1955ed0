//! Who changed the channel rules, and when.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::channel_rules::Version;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::state::Shared;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelRulesHistory)]
pub(crate) struct HistoryBody {
    /// Newest first; the last is version 0, the rules before anybody changed them.
    versions: Vec<VersionBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelRulesVersion)]
struct VersionBody {
    version: i64,
    /// How many rules it has.
    rules: usize,
    /// RFC 3339; absent for version 0.
    saved_at: Option<String>,
    saved_by: Option<String>,
    note: Option<String>,
}

/// Every version of the channel rules, without the rules themselves: `GET /api/marketing/channel-rules?version=` has those.
#[utoipa::path(
    get, path = "/api/marketing/channel-rules/history", operation_id = "channel_rules_history", tag = "marketing",
    responses((status = 200, description = "The versions", body = HistoryBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller) -> Result<Json<HistoryBody>, Problem> {
    let versions = Version::all(&shared.app.metastore, &caller.context).await?;
    Ok(Json(HistoryBody {
        versions: versions.into_iter().map(VersionBody::from).collect(),
    }))
}

impl From<Version> for VersionBody {
    fn from(version: Version) -> Self {
        let saved = version.saved;
        Self {
            version: version.number,
            rules: version.rules.rules.len(),
            saved_at: saved.as_ref().map(|saved| saved.saved_at.to_string()),
            saved_by: saved.as_ref().map(|saved| saved.saved_by.clone()),
            note: saved.map(|saved| saved.note),
        }
    }
}
