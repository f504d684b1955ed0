//! Revenue and conversions by model, with any window: by rules, and from the organisation's own paths.

mod answer;
mod rules;

use std::sync::Arc;

use attribution::Model;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ask::Defaults;
use crate::attribution_body::{CustomWeightsBody, DateBasisBody, JourneyBody, SettingsBody};
use crate::gate::Caller;
use crate::jobs::Report;
use crate::known_channels;
use crate::problem::Problem;
use crate::request::Body;
use crate::routes::reports::query::FilterBody;
use crate::state::Shared;

pub(crate) use answer::AttributionTableBody;

mod paths;

/// Everything is optional: without a body's field the organisation's own setting holds, all six standard models are shown, by channel, over
/// all time.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CalculateAttribution)]
pub(crate) struct CalculateBody {
    /// The six standard models if absent. `markov`, `shapley`, `ordered_shapley` and `leave_one_out` learn from all paths, those that did
    /// not convert included; the others are rules.
    models: Option<Vec<CalculatedModelBody>>,
    /// Dimensions of the touch: `channel` (the default), `campaign`, `asset` … Models that learn from paths take `channel`, `campaign` or
    /// `data_source` alone.
    by: Option<Vec<String>>,
    /// Longest age of a touch that is still credited: `30d`, `12h`, `90m`, `3600s`.
    window: Option<String>,
    journey: Option<JourneyBody>,
    /// Half-life of the time-decay model: `7d`.
    half_life: Option<String>,
    /// Shares of first, middle and last touch under the position-based model.
    position: Option<[f64; 3]>,
    /// Conversion types that are counted.
    conversion_types: Option<Vec<String>>,
    /// Weights of the custom model.
    custom: Option<CustomWeightsBody>,
    /// Further settings: windows by channel, direct visits, milestones, revenue … What is named beside them goes before.
    settings: Option<SettingsBody>,
    /// First day, included, as YYYY-MM-DD; all time without days.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    filters: Vec<FilterBody>,
    #[serde(default)]
    date_basis: DateBasisBody,
    /// Say between which figures 95 of 100 draws of customers (for models that learn: of journeys) with replacement would be.
    #[serde(default)]
    intervals: bool,
    /// Order of the Markov chain, 1 to 4; chosen from the data if absent.
    order: Option<u8>,
    /// Leave journeys that did not convert out of the Markov chain.
    #[serde(default)]
    without_nulls: bool,
    /// Draws behind the intervals of models that learn: 300 if absent.
    resamples: Option<usize>,
    /// Seed of these draws; equal seeds give equal intervals.
    seed: Option<u64>,
}

/// A model: a rule, or one that learns from paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CalculatedModel)]
pub(crate) enum CalculatedModelBody {
    FirstTouch,
    LastTouch,
    Linear,
    TimeDecay,
    PositionBased,
    Custom,
    LastNonDirect,
    JShaped,
    #[serde(rename = "inverse_j")]
    InverseJ,
    WShaped,
    FullPath,
    /// Removal effect in a Markov chain of the paths, exact.
    Markov,
    /// Shapley value of the sets of channels on paths.
    Shapley,
    /// The Shapley value, split by the place in the path.
    OrderedShapley,
    /// What each step of a path adds to its rate of conversion.
    LeaveOneOut,
}

/// A model as it is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Calculated {
    Rule(Model),
    Learned(&'static str),
}

impl CalculatedModelBody {
    const fn calculated(self) -> Calculated {
        match self {
            Self::FirstTouch => Calculated::Rule(Model::FirstTouch),
            Self::LastTouch => Calculated::Rule(Model::LastTouch),
            Self::Linear => Calculated::Rule(Model::Linear),
            Self::TimeDecay => Calculated::Rule(Model::TimeDecay),
            Self::PositionBased => Calculated::Rule(Model::PositionBased),
            Self::Custom => Calculated::Rule(Model::Custom),
            Self::LastNonDirect => Calculated::Rule(Model::LastNonDirect),
            Self::JShaped => Calculated::Rule(Model::JShaped),
            Self::InverseJ => Calculated::Rule(Model::InverseJ),
            Self::WShaped => Calculated::Rule(Model::WShaped),
            Self::FullPath => Calculated::Rule(Model::FullPath),
            Self::Markov => Calculated::Learned("markov"),
            Self::Shapley => Calculated::Learned("shapley"),
            Self::OrderedShapley => Calculated::Learned("ordered_shapley"),
            Self::LeaveOneOut => Calculated::Learned("leave_one_out"),
        }
    }
}

/// Calculate credit: which touches earned how much of which revenue, under every model at once. What takes longer than a few seconds is
/// answered with 202 and a job.
#[utoipa::path(
    post, path = "/api/analytics/attribution/calculate", operation_id = "calculate_attribution", tag = "analytics", request_body = CalculateBody,
    responses(
        (status = 200, description = "Revenue and conversions by model", body = AttributionTableBody),
        (status = 202, description = "It takes longer: the job, under whose address the answer will be", body = crate::jobs::JobBody)
    )
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller, Body(body): Body<CalculateBody>) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let question = body.checked(&defaults)?;
    if let Some(settings) = &question.settings {
        known_channels::check(&shared, &caller, settings, &defaults.attribution, "").await?;
    }
    let jobs = shared.jobs.clone();
    let (context, clock) = (caller.context, Arc::clone(&shared.app.clock));
    jobs.run(&context, clock.as_ref(), move |report| async move {
        let table = calculate(&shared, &caller, &defaults, question, &report).await?;
        serde_json::to_value(table).map_err(|error| Problem::internal(&error))
    })
    .await
}

/// What is asked, read and found to be in order.
#[derive(Clone, Debug)]
struct Question {
    body: CalculateBody,
    by: Vec<String>,
    rules: Vec<Model>,
    learned: Vec<&'static str>,
    /// None: each conversion by the version of the organisation's settings that holds for its day.
    settings: Option<attribution::Settings>,
}

impl CalculateBody {
    fn checked(mut self, defaults: &Defaults) -> Result<Question, Problem> {
        let more = self.settings.take().unwrap_or_default();
        let settings = SettingsBody {
            journey: self.journey.or(more.journey),
            position: self.position.or(more.position),
            conversion_types: self.conversion_types.take().or(more.conversion_types),
            custom: self.custom.take().or(more.custom),
            ..more
        };
        let settings = settings.with_durations(self.window.as_deref(), self.half_life.as_deref())?;
        let settings = if settings.is_empty() {
            None
        } else {
            Some(settings.over(&defaults.attribution, "")?)
        };
        let models: Vec<Calculated> = match &self.models {
            None => Model::STANDARD.map(Calculated::Rule).to_vec(),
            Some(models) => models.iter().map(|model| model.calculated()).collect(),
        };
        let (mut rules, mut learned) = (Vec::new(), Vec::new());
        for model in models {
            match model {
                Calculated::Rule(rule) => rules.push(rule),
                Calculated::Learned(name) if learned.contains(&name) => {}
                Calculated::Learned(name) => learned.push(name),
            }
        }
        rules.sort_unstable();
        rules.dedup();
        Ok(Question {
            by: self.by.clone().unwrap_or_else(|| vec!["channel".to_owned()]),
            rules,
            learned,
            settings,
            body: self,
        })
    }
}

async fn calculate(
    shared: &Shared,
    caller: &Caller,
    defaults: &Defaults,
    question: Question,
    report: &Report,
) -> Result<AttributionTableBody, Problem> {
    let steps = u32::from(!question.rules.is_empty()) + u32::from(!question.learned.is_empty());
    report.set(0, steps);
    let used = question.settings.clone().unwrap_or_else(|| defaults.attribution.clone());
    let by_rule = match question.rules.is_empty() && !question.learned.is_empty() {
        true => None,
        false => Some(rules::calculate(shared, caller, defaults, &question).await?),
    };
    report.set(u32::from(by_rule.is_some()), steps);
    let by_path = match question.learned.is_empty() {
        true => None,
        false => Some(paths::calculate(shared, caller, defaults, &question, &used).await?),
    };
    report.set(steps, steps);
    AttributionTableBody::together(by_rule, by_path, question.body.intervals, used.into())
}
