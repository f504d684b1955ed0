//! The newest settings.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::VersionBody;
use crate::ask::Defaults;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::state::Shared;

/// The newest version of the organisation's attribution settings; the defaults, as version 0, where none was saved.
#[utoipa::path(
    get, path = "/api/analytics/attribution/settings", operation_id = "attribution_settings", tag = "analytics",
    responses((status = 200, description = "The settings", body = VersionBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller) -> Result<Json<VersionBody>, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let newest = shared.app.metastore.attribution_settings(&caller.context).await?.pop();
    newest
        .map_or_else(|| Ok(VersionBody::defaults()), |saved| VersionBody::new(saved, &defaults.zone))
        .map(Json)
}
