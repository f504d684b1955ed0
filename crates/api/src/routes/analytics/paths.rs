//! Which paths lead to conversions.

mod bodies;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::paths::{LIMIT_MAX, report};
use serde::Deserialize;
use utoipa::IntoParams;

use super::path_question::{Limits, PathParameters, StepBody};
use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::attribution_body::JourneyBody;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;
use bodies::PathsBody;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PathsParameters {
    /// First day, included, as YYYY-MM-DD. Without days: the last 28 full days. A conversion belongs to its own day, a path without one
    /// to the day of its last touch.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    zone: Option<String>,
    /// Longest age of a touch that is still on a path: `30d`; the organisation's own if absent.
    window: Option<String>,
    #[param(inline)]
    journey: Option<JourneyBody>,
    /// The type of conversion that paths lead to; those that the organisation counts if absent.
    conversion_type: Option<String>,
    /// Channels if absent.
    #[param(inline)]
    step: Option<StepBody>,
    /// Paths that are named one by one: 50 if absent, at most 500.
    limit: Option<u32>,
    /// Whether equal consecutive steps become one; true if absent.
    collapse: Option<bool>,
}

/// Top paths with and without conversion, their lengths and time lags, and how they flow from step to step. Every part adds up to the
/// summary; small branches of the flow are folded into the step `null`.
#[utoipa::path(
    get, path = "/api/analytics/paths", operation_id = "paths", tag = "analytics", params(PathsParameters),
    responses((status = 200, description = "The paths", body = PathsBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<PathsParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let is_collapsed = parameters.collapse.unwrap_or(true);
    let limits = Limits {
        default: report::LIMIT_DEFAULT,
        max: LIMIT_MAX,
    };
    let resolved = parameters.common().resolve(&defaults, limits, is_collapsed, shared.app.clock.now())?;
    let tag = conditional.tag(&caller, &defaults, &resolved.days);
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let plans = report::plans(&resolved.question);
    let [top, distribution, flow] = ask_all(&shared, &caller.context, [&plans.top, &plans.distribution, &plans.flow]).await?;
    let report = report::finish(&top, &distribution, &flow, defaults.currency);
    Ok(tag.answer(report.data_version, PathsBody::new(report, resolved.scope, is_collapsed)))
}

impl PathsParameters {
    fn common(self) -> PathParameters {
        PathParameters {
            from: self.from,
            to: self.to,
            zone: self.zone,
            window: self.window,
            journey: self.journey,
            conversion_type: self.conversion_type,
            step: self.step,
            limit: self.limit,
        }
    }
}
