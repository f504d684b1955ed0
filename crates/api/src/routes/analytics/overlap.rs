//! Which channels go together.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::paths::OVERLAP_LIMIT_MAX;
use semantic::paths::overlap::{self, OverlapPair, OverlapStep};
use serde::Serialize;
use utoipa::ToSchema;

use super::path_question::{Limits, PathParameters, ScopeBody, SummaryBody};
use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;

/// A symmetric matrix, written as its upper half.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Overlap)]
pub(crate) struct OverlapBody {
    #[serde(flatten)]
    scope: ScopeBody,
    summary: SummaryBody,
    /// By conversions, most first.
    steps: Vec<OverlapStepBody>,
    /// Every two of these steps that are on one path, in the order of the steps.
    pairs: Vec<OverlapPairBody>,
    /// Steps that are not named.
    steps_left_out: usize,
    data_version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverlapStep)]
struct OverlapStepBody {
    step: String,
    /// Conversions on whose path it is.
    conversions: i64,
    revenue: String,
    /// Those with no other step on their path.
    sole_conversions: i64,
    sole_revenue: String,
    /// Of its conversions, the share with another step on the path.
    shared: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverlapPair)]
struct OverlapPairBody {
    step: String,
    other_step: String,
    /// Conversions on whose path both are.
    conversions: i64,
    revenue: String,
    not_converted: i64,
    /// Of the conversions of `step`, the share that `other_step` is on the path of.
    share_of_step: Option<f64>,
    /// Of the conversions of `other_step`, the share that `step` is on the path of.
    share_of_other: Option<f64>,
}

/// Conversions and revenue that two channels (or campaigns, sources, interactions) both touched. 12 steps unless `limit` says otherwise,
/// at most 40.
#[utoipa::path(
    get, path = "/api/analytics/overlap", operation_id = "overlap", tag = "analytics", params(PathParameters),
    responses((status = 200, description = "What goes together", body = OverlapBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<PathParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let limits = Limits {
        default: overlap::LIMIT_DEFAULT,
        max: OVERLAP_LIMIT_MAX,
    };
    let resolved = parameters.resolve(&defaults, limits, false, shared.app.clock.now())?;
    let tag = conditional.tag(&caller, &defaults, &resolved.days);
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let plans = overlap::plans(&resolved.question);
    let [pairs, summary] = ask_all(&shared, &caller.context, [&plans.pairs, &plans.summary]).await?;
    let found = overlap::finish(&resolved.question, &pairs, &summary, defaults.currency);
    let body = OverlapBody {
        scope: resolved.scope,
        summary: found.summary.into(),
        steps: found.steps.into_iter().map(OverlapStepBody::from).collect(),
        pairs: found.pairs.into_iter().map(OverlapPairBody::from).collect(),
        steps_left_out: found.steps_left_out,
        data_version: found.data_version,
    };
    Ok(tag.answer(found.data_version, body))
}

impl From<OverlapStep> for OverlapStepBody {
    fn from(step: OverlapStep) -> Self {
        Self {
            step: step.step,
            conversions: step.conversions,
            revenue: step.revenue,
            sole_conversions: step.sole_conversions,
            sole_revenue: step.sole_revenue,
            shared: step.shared,
        }
    }
}

impl From<OverlapPair> for OverlapPairBody {
    fn from(pair: OverlapPair) -> Self {
        Self {
            step: pair.step,
            other_step: pair.other_step,
            conversions: pair.conversions,
            revenue: pair.revenue,
            not_converted: pair.not_converted,
            share_of_step: pair.share_of_step,
            share_of_other: pair.share_of_other,
        }
    }
}
