//! What one creative asset cost and earned.

use std::sync::Arc;

use attribution::Model;
use axum::extract::State;
use axum::response::Response;
use semantic::{asset_roi, identity};
use serde::{Deserialize, Serialize};
use types::AssetId;
use utoipa::{IntoParams, ToSchema};

use super::identity::IdentityBody;
use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::day_range;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::{Parameters, PathId};
use crate::state::Shared;
use crate::table::{GrainBody, TableBody};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoiParameters {
    /// First day, included, as YYYY-MM-DD. Without days: the last 28 full days.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    /// One row for the whole range if absent.
    #[param(inline)]
    grain: Option<GrainBody>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    zone: Option<String>,
    /// Models of the attributed figures, separated by commas, or `all`; linear if absent.
    models: Option<String>,
    /// Dimensions to break the figures down by, separated by commas: `campaign`, `channel` …
    by: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssetRoi)]
pub(crate) struct RoiBody {
    asset: IdentityBody,
    #[serde(flatten)]
    table: TableBody,
}

/// Cost and earnings of one creative asset, under one or several models. Cost is that of the ads that name the asset.
#[utoipa::path(
    get, path = "/api/analytics/assets/{id}/roi", operation_id = "asset_roi", tag = "analytics",
    params(("id" = uuid::Uuid, Path, description = "The asset"), RoiParameters),
    responses((status = 200, description = "The asset's figures", body = RoiBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    PathId(id): PathId<AssetId>,
    Parameters(parameters): Parameters<RoiParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let models = Model::parse_list(parameters.models.as_deref().unwrap_or("linear"))
        .map_err(|error| Problem::invalid_field("/models", "unknown-model", error.to_string()))?;
    let by = parameters.by.as_deref().unwrap_or_default();
    let dimensions = by.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let (from, to) = day_range::resolve(parameters.from, parameters.to, &defaults.zone, shared.app.clock.now())?;
    let tag = conditional.tag(&caller, &defaults, &format!("{from} {to}"));
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let grain = parameters.grain.unwrap_or(GrainBody::Total).into();
    let query = asset_roi::query(id, from, to, parameters.zone, grain, &models, dimensions);
    let prepared = semantic::plan(&query, &defaults.organization())?;
    let [known, figures] = ask_all(&shared, &caller.context, [&identity::asset_plan(id), &prepared.plan]).await?;
    let asset = identity::finish(&known).ok_or_else(|| Problem::not_found("asset"))?;
    let data_version = figures.data_version;
    Ok(tag.answer(
        data_version,
        RoiBody {
            asset: IdentityBody::new(id.0, asset),
            table: prepared.finish(figures).into(),
        },
    ))
}
