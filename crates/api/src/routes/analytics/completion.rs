//! How complete recent days are, and what they will come to.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::completion::{Arrival, Completion, CompletionQuestion, DayCompletion, MoneyRange, Range, Total, completion};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::attribution_body::{JourneyBody, ModelBody, SettingsBody, UsedSettingsBody};
use crate::day_range;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompletionParameters {
    /// First day of touches to list, included, as YYYY-MM-DD. Without days: the last 28 full days.
    from: Option<String>,
    /// Last day, included; orders after it are not known to the answer.
    to: Option<String>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    zone: Option<String>,
    /// Model of the credit; linear if absent.
    #[param(inline)]
    model: Option<ModelBody>,
    /// Longest age of a touch that is still credited, at most 120 days: `30d`; the organisation's own if absent.
    window: Option<String>,
    #[param(inline)]
    journey: Option<JourneyBody>,
    /// Half-life of the time-decay model: `7d`.
    half_life: Option<String>,
    /// One channel; all if absent.
    channel: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Completion)]
pub(crate) struct CompletionBody {
    /// Days of touches up to the last day with an order, oldest first.
    days: Vec<DayBody>,
    total: TotalBody,
    /// Share that has usually arrived by the end of each age; empty where nothing can be said.
    arrivals: Vec<ArrivalBody>,
    /// Why there are no projections; null if there are.
    reason: Option<String>,
    /// The last day with an order: ages are counted up to its end.
    as_of: Option<String>,
    /// Days of touches that the shares were learnt from.
    days_learnt: usize,
    warnings: Vec<String>,
    zone: String,
    currency: String,
    model: ModelBody,
    channel: Option<String>,
    settings: UsedSettingsBody,
    data_version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayCompletion)]
struct DayBody {
    day: String,
    /// Full days since.
    age_days: i64,
    /// The window is over: nothing more can arrive.
    is_complete: bool,
    #[serde(flatten)]
    so_far: TotalBody,
}

/// Revenue is before refunds; ROAS is over the spend of the same days. Ranges hold nine times of ten.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompletionFigures)]
struct TotalBody {
    /// Share of the conversions that has usually arrived by now, from 0 to 1; null where nothing can be said.
    completion: Option<f64>,
    conversions: f64,
    conversions_expected: Option<RangeBody>,
    revenue: String,
    revenue_expected: Option<MoneyRangeBody>,
    /// Null where no source reports spend.
    spend: Option<String>,
    roas: Option<f64>,
    roas_expected: Option<RangeBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpectedRange)]
struct RangeBody {
    expected: f64,
    low: f64,
    high: f64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpectedMoney)]
struct MoneyRangeBody {
    expected: String,
    low: String,
    high: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Arrival)]
struct ArrivalBody {
    age_days: usize,
    conversions: f64,
    revenue: f64,
}

/// Days of touches with what has arrived and what is still to come, learnt from days that are complete (chain ladder).
#[utoipa::path(
    get, path = "/api/analytics/completion", operation_id = "completion", tag = "analytics",
    params(CompletionParameters),
    responses((status = 200, description = "The days", body = CompletionBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<CompletionParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let (from, to) = day_range::resolve(parameters.from, parameters.to, &defaults.zone, shared.app.clock.now())?;
    let tag = conditional.tag(&caller, &defaults, &format!("{from} {to}"));
    let (window, half_life) = (parameters.window.as_deref(), parameters.half_life.as_deref());
    let (settings, changed) = SettingsBody::of_page(parameters.journey, window, half_life, &defaults.attribution)?;
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let model = parameters.model.unwrap_or(ModelBody::Linear);
    let question = CompletionQuestion {
        from,
        to,
        zone: parameters.zone,
        settings: changed.then(|| settings.clone()),
        model: model.into(),
        channel: parameters.channel.clone(),
    };
    let prepared = completion(&question, &defaults.organization())?;
    let raw = ask_all(&shared, &caller.context, prepared.plans()).await?;
    let answer = prepared.finish(raw);
    let data_version = answer.data_version;
    Ok(tag.answer(data_version, CompletionBody::new(answer, model, parameters.channel, settings.into())))
}

impl CompletionBody {
    fn new(answer: Completion, model: ModelBody, channel: Option<String>, settings: UsedSettingsBody) -> Self {
        Self {
            days: answer.days.into_iter().map(DayBody::from).collect(),
            total: answer.total.into(),
            arrivals: answer.arrivals.into_iter().map(ArrivalBody::from).collect(),
            reason: answer.reason,
            as_of: answer.as_of,
            days_learnt: answer.days_learnt,
            warnings: answer.warnings,
            zone: answer.zone,
            currency: answer.currency,
            model,
            channel,
            settings,
            data_version: answer.data_version,
        }
    }
}

impl From<DayCompletion> for DayBody {
    fn from(day: DayCompletion) -> Self {
        Self {
            day: day.day,
            age_days: day.age_days,
            is_complete: day.is_complete,
            so_far: day.so_far.into(),
        }
    }
}

impl From<Total> for TotalBody {
    fn from(total: Total) -> Self {
        Self {
            completion: total.completion,
            conversions: total.conversions,
            conversions_expected: total.conversions_expected.map(RangeBody::from),
            revenue: total.revenue,
            revenue_expected: total.revenue_expected.map(MoneyRangeBody::from),
            spend: total.spend,
            roas: total.roas,
            roas_expected: total.roas_expected.map(RangeBody::from),
        }
    }
}

impl From<Range> for RangeBody {
    fn from(range: Range) -> Self {
        Self {
            expected: range.expected,
            low: range.low,
            high: range.high,
        }
    }
}

impl From<MoneyRange> for MoneyRangeBody {
    fn from(range: MoneyRange) -> Self {
        Self {
            expected: range.expected,
            low: range.low,
            high: range.high,
        }
    }
}

impl From<Arrival> for ArrivalBody {
    fn from(arrival: Arrival) -> Self {
        Self {
            age_days: arrival.age_days,
            conversions: arrival.conversions,
            revenue: arrival.revenue,
        }
    }
}
