//! How leads pass the stages of the sales pipeline.

mod body;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use semantic::pipeline::{Cohort, Next, PipelineQuestion, Wish, start};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::Conditional;
use crate::ask::{Defaults, ask};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;
use crate::{comma_list, day_range};
use body::PipelineBody;

/// Which leads are looked at.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PipelineCohort)]
pub(crate) enum CohortBody {
    /// Leads whose first stage was entered in the range, followed through all stages up to now.
    #[default]
    Lead,
    /// At each stage, the leads that entered this stage in the range.
    Stage,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PipelineParameters {
    /// First day, included, as YYYY-MM-DD. Without days: the last 28 full days.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    zone: Option<String>,
    /// `lead` if absent.
    #[param(inline)]
    cohort: Option<CohortBody>,
    /// Splits by the first touch up to the lead's first stage: `channel`, `campaign`, `data_source`, `country` or `device`.
    by: Option<String>,
    /// Steps in their order, separated by commas. If absent, all stages that do not mean won or lost, in the order in which most leads pass them.
    stages: Option<String>,
    /// Stages that mean won, separated by commas; if absent, those that are called so (`won`, `closed_won`, `customer`). An order always wins.
    won: Option<String>,
    /// Stages that mean lost, separated by commas; if absent, those that are called so (`lost`, `closed_lost`, `disqualified` …).
    lost: Option<String>,
}

/// Leads by stage: entered, progressed, lost, open, times, value. A stage counts when it is first entered and no later one was entered
/// before, so at every stage entered = progressed + lost + open, and no rate is above 1. A lead is won with its first order from its first
/// stage on, or with a row of a won stage.
#[utoipa::path(
    get, path = "/api/analytics/pipeline", operation_id = "pipeline", tag = "analytics", params(PipelineParameters),
    responses((status = 200, description = "The pipeline", body = PipelineBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<PipelineParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let (from, to) = day_range::resolve(parameters.from, parameters.to, &defaults.zone, shared.app.clock.now())?;
    let zone = types::date_range::parse_zone(&defaults.zone).unwrap_or(TimeZone::UTC);
    let today = zone.to_datetime(shared.app.clock.now()).date();
    let end = today
        .saturating_add(1.day())
        .to_zoned(zone)
        .map_err(|error| Problem::internal(&error))?
        .timestamp();
    let tag = conditional.tag(&caller, &defaults, &format!("{from} {to} {end}"));
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let question = PipelineQuestion {
        from,
        to,
        zone: parameters.zone,
        cohort: match parameters.cohort.unwrap_or_default() {
            CohortBody::Lead => Cohort::Lead,
            CohortBody::Stage => Cohort::Stage,
        },
        wish: Wish {
            steps: comma_list::read(parameters.stages.as_deref()),
            won: comma_list::read(parameters.won.as_deref()),
            lost: comma_list::read(parameters.lost.as_deref()),
        },
        by: parameters.by,
    };
    let mut asking = start(question, &defaults.organization(), end)?;
    let pipeline = loop {
        let raw = ask(&shared, &caller.context, &asking.plan()).await?;
        match asking.answer(&raw)? {
            Next::Ask(next) => asking = *next,
            Next::Done(pipeline) => break *pipeline,
        }
    };
    let data_version = pipeline.data_version;
    Ok(tag.answer(data_version, PipelineBody::from(pipeline)))
}
