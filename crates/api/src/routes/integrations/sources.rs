//! The connected sources.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use metastore::Source;
use serde::Serialize;
use utoipa::ToSchema;

use crate::gate::Caller;
use crate::problem::Problem;
use crate::state::Shared;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sources)]
pub(crate) struct SourcesBody {
    sources: Vec<SourceBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
struct SourceBody {
    /// Names the source in rows, mappings and on the command line.
    key: String,
    name: String,
    /// `platform_native`, `external_marketing`, `external_revenue` or `external_operational`.
    category: String,
    /// RFC 3339.
    created_at: String,
}

/// The organisation's sources, by key.
#[utoipa::path(
    get, path = "/api/integrations/sources", operation_id = "list_sources", tag = "integrations",
    responses((status = 200, description = "The sources", body = SourcesBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller) -> Result<Json<SourcesBody>, Problem> {
    let sources = shared.app.metastore.sources(&caller.context).await?;
    Ok(Json(SourcesBody {
        sources: sources.into_iter().map(SourceBody::from).collect(),
    }))
}

impl From<Source> for SourceBody {
    fn from(source: Source) -> Self {
        Self {
            key: source.key,
            name: source.name,
            category: source.category.as_str().to_owned(),
            created_at: source.created_at.to_string(),
        }
    }
}
