//! Which channels help, and which close.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::paths::LIMIT_MAX;
use semantic::paths::assists::{self, AssistRow};
use serde::Serialize;
use utoipa::ToSchema;

use super::path_question::{Limits, PathParameters, ScopeBody, SummaryBody};
use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assists)]
pub(crate) struct AssistsBody {
    #[serde(flatten)]
    scope: ScopeBody,
    summary: SummaryBody,
    /// By conversions, most first.
    steps: Vec<AssistBody>,
    /// True where there are more steps than are named.
    is_truncated: bool,
    data_version: i64,
}

/// One step. A conversion counts once for every step on its path, so columns do not add up to all conversions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assist)]
struct AssistBody {
    step: String,
    /// Conversions on whose path the step is.
    conversions: i64,
    revenue: String,
    /// Those of which it is not the last step.
    assisted_conversions: i64,
    assisted_revenue: String,
    /// Those of which it is the first step.
    first_conversions: i64,
    /// Those of which it is the last step.
    last_conversions: i64,
    last_revenue: String,
    /// Those with no other step.
    sole_conversions: i64,
    /// Assisted conversions for each one that the step closed; null where it closed none.
    assists_per_last: Option<f64>,
    /// Touchpoint influence: the share of converting paths that the step is on.
    influence: Option<f64>,
    /// Paths without conversion that the step is on.
    not_converted: i64,
    /// Conversions among the paths that the step is on.
    conversion_rate_with: Option<f64>,
    /// Conversions among the paths that it is not on. The difference is no measure of effect: who is about to buy searches more.
    conversion_rate_without: Option<f64>,
    /// Customer journey length of its conversions, in touches.
    average_touches: Option<f64>,
    /// The same in days, from the first touch to the conversion.
    average_days: Option<f64>,
}

/// Assisted conversions, touchpoint influence and customer journey length by channel, campaign, source or interaction. 50 rows unless
/// `limit` says otherwise, at most 500.
#[utoipa::path(
    get, path = "/api/analytics/assists", operation_id = "assists", tag = "analytics", params(PathParameters),
    responses((status = 200, description = "Who helps", body = AssistsBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<PathParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let limits = Limits {
        default: assists::LIMIT_DEFAULT,
        max: LIMIT_MAX,
    };
    let resolved = parameters.resolve(&defaults, limits, false, shared.app.clock.now())?;
    let tag = conditional.tag(&caller, &defaults, &resolved.days);
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let plans = assists::plans(&resolved.question);
    let [steps, summary] = ask_all(&shared, &caller.context, [&plans.steps, &plans.summary]).await?;
    let found = assists::finish(&resolved.question, &steps, &summary, defaults.currency);
    let body = AssistsBody {
        scope: resolved.scope,
        summary: found.summary.into(),
        steps: found.steps.into_iter().map(AssistBody::from).collect(),
        is_truncated: found.is_truncated,
        data_version: found.data_version,
    };
    Ok(tag.answer(found.data_version, body))
}

impl From<AssistRow> for AssistBody {
    fn from(row: AssistRow) -> Self {
        Self {
            step: row.step,
            conversions: row.conversions,
            revenue: row.revenue,
            assisted_conversions: row.assisted_conversions,
            assisted_revenue: row.assisted_revenue,
            first_conversions: row.first_conversions,
            last_conversions: row.last_conversions,
            last_revenue: row.last_revenue,
            sole_conversions: row.sole_conversions,
            assists_per_last: row.assists_per_last,
            influence: row.influence,
            not_converted: row.not_converted,
            conversion_rate_with: row.conversion_rate_with,
            conversion_rate_without: row.conversion_rate_without,
            average_touches: row.average_touches,
            average_days: row.average_days,
        }
    }
}
