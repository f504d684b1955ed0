//! How one campaign did.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::{campaign_performance, identity};
use serde::{Deserialize, Serialize};
use types::CampaignId;
use utoipa::{IntoParams, ToSchema};

use super::identity::IdentityBody;
use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::attribution_body::ModelBody;
use crate::day_range;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::{Parameters, PathId};
use crate::state::Shared;
use crate::table::{GrainBody, TableBody};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PerformanceParameters {
    /// First day, included, as YYYY-MM-DD. Without days: the last 28 full days.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    /// One row a day if absent.
    #[param(inline)]
    grain: Option<GrainBody>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    zone: Option<String>,
    /// Model of the attributed figures; linear if absent.
    #[param(inline)]
    model: Option<ModelBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignPerformance)]
pub(crate) struct PerformanceBody {
    campaign: IdentityBody,
    #[serde(flatten)]
    table: TableBody,
}

/// Cost, reach and earnings of one campaign over time. The totals are the campaign's figures over the whole range.
#[utoipa::path(
    get, path = "/api/analytics/campaigns/{id}/performance", operation_id = "campaign_performance", tag = "analytics",
    params(("id" = uuid::Uuid, Path, description = "The campaign"), PerformanceParameters),
    responses((status = 200, description = "The campaign's figures", body = PerformanceBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    PathId(id): PathId<CampaignId>,
    Parameters(parameters): Parameters<PerformanceParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let (from, to) = day_range::resolve(parameters.from, parameters.to, &defaults.zone, shared.app.clock.now())?;
    let tag = conditional.tag(&caller, &defaults, &format!("{from} {to}"));
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let grain = parameters.grain.unwrap_or(GrainBody::Day).into();
    let model = parameters.model.unwrap_or(ModelBody::Linear).into();
    let query = campaign_performance::query(id, from, to, parameters.zone, grain, model);
    let prepared = semantic::plan(&query, &defaults.organization())?;
    let [known, figures] = ask_all(&shared, &caller.context, [&identity::campaign_plan(id), &prepared.plan]).await?;
    let campaign = identity::finish(&known).ok_or_else(|| Problem::not_found("campaign"))?;
    let data_version = figures.data_version;
    Ok(tag.answer(
        data_version,
        PerformanceBody {
            campaign: IdentityBody::new(id.0, campaign),
            table: prepared.finish(figures).into(),
        },
    ))
}
