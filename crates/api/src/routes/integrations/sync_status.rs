//! How fresh the data is, and which days it covers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use metastore::{Import, Source};
use semantic::coverage::{self, Coverage};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::ask::{Defaults, ask};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;

const LIMIT_DEFAULT: u32 = 50;
const LIMIT_MAX: u32 = 1_000;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SyncStatusParameters {
    /// How many imports are listed, newest first; 50 if absent, at most 1,000.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncStatus)]
pub(crate) struct SyncStatusBody {
    sources: Vec<SourceStatusBody>,
    /// Newest first.
    imports: Vec<ImportBody>,
    /// First and last day of which any source has rows.
    data_from: Option<String>,
    data_through: Option<String>,
    data_version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SourceStatus)]
struct SourceStatusBody {
    key: String,
    name: String,
    category: String,
    /// Status of the newest import: `running`, `succeeded`, `failed` or `interrupted`; `never` if nothing was imported yet.
    status: String,
    /// When the newest import finished (RFC 3339), and how many seconds ago.
    last_import_at: Option<String>,
    age_seconds: Option<i64>,
    last_import: Option<ImportBody>,
    /// Rows of the source in the lake.
    rows: i64,
    /// Day of the earliest and of the latest row: the platform's own day where it reports by day, else the day in the organisation's zone.
    data_from: Option<String>,
    data_through: Option<String>,
}

/// One import. `rows_read` and `quarantined` count rows; `accepted` and `duplicates` count records, of which a row makes none or several.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Import)]
struct ImportBody {
    id: Uuid,
    source: String,
    files: Vec<String>,
    /// `running`, `succeeded`, `failed` or `interrupted`.
    status: String,
    started_at: String,
    finished_at: Option<String>,
    rows_read: u64,
    accepted: u64,
    duplicates: u64,
    quarantined: u64,
    /// Why it failed.
    message: Option<String>,
}

/// The sources with their newest imports, and the imports, newest first.
#[utoipa::path(
    get, path = "/api/integrations/sync-status", operation_id = "sync_status", tag = "integrations", params(SyncStatusParameters),
    responses((status = 200, description = "Sources and imports", body = SyncStatusBody))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<SyncStatusParameters>,
) -> Result<Json<SyncStatusBody>, Problem> {
    let limit = parameters.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(Problem::invalid_field(
            "/limit",
            "limit-exceeded",
            format!("`limit` is {limit}: use a number from 1 to {LIMIT_MAX}"),
        ));
    }
    let metastore = &shared.app.metastore;
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let zone = types::date_range::parse_zone(&defaults.zone).map_err(|error| Problem::internal(&error))?;
    let raw = ask(&shared, &caller.context, &coverage::plan()).await?;
    let covered = coverage::finish(&raw, &zone);
    let latest = metastore.latest_imports(&caller.context).await?;
    let now = shared.app.clock.now();
    let status = |source: &Source| {
        let last = latest.iter().find(|import| import.source_key == source.key);
        SourceStatusBody::new(source, last, covered.iter().find(|covered| covered.source == source.key), now)
    };
    Ok(Json(SyncStatusBody {
        sources: metastore.sources(&caller.context).await?.iter().map(status).collect(),
        imports: metastore
            .imports(&caller.context, limit)
            .await?
            .into_iter()
            .map(ImportBody::from)
            .collect(),
        data_from: covered.iter().filter_map(|source| source.from).min().map(|day| day.to_string()),
        data_through: covered.iter().filter_map(|source| source.through).max().map(|day| day.to_string()),
        data_version: raw.data_version,
    }))
}

impl SourceStatusBody {
    fn new(source: &Source, last: Option<&Import>, covered: Option<&Coverage>, now: Timestamp) -> Self {
        let finished_at = last.and_then(|import| import.finished_at);
        Self {
            key: source.key.clone(),
            name: source.name.clone(),
            category: source.category.as_str().to_owned(),
            status: last.map_or("never", |import| import.status.as_str()).to_owned(),
            last_import_at: finished_at.map(|finished_at| finished_at.to_string()),
            age_seconds: finished_at.map(|finished_at| now.duration_since(finished_at).as_secs()),
            last_import: last.cloned().map(ImportBody::from),
            rows: covered.map_or(0, |covered| covered.rows),
            data_from: covered.and_then(|covered| covered.from).map(|day| day.to_string()),
            data_through: covered.and_then(|covered| covered.through).map(|day| day.to_string()),
        }
    }
}

impl From<Import> for ImportBody {
    fn from(import: Import) -> Self {
        Self {
            id: import.id,
            source: import.source_key,
            files: import.files,
            status: import.status.as_str().to_owned(),
            started_at: import.started_at.to_string(),
            finished_at: import.finished_at.map(|finished_at| finished_at.to_string()),
            rows_read: import.counts.read,
            accepted: import.counts.accepted,
            duplicates: import.counts.duplicates,
            quarantined: import.counts.quarantined,
            message: import.message,
        }
    }
}
