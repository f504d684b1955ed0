//! Data-driven attribution of an organisation's own journeys: its paths, grouped, under the models of [`attribution::paths`].
//!
//! [`question`] (as asked) → [`DataDrivenQuestion::plan`]: one statement that counts every path → [`DataDrivenQuestion::finish`]: credit by
//! step with intervals, money in whole minor units. For every model the rows and what is unattributed add up to all conversions and all
//! revenue, as they do for rules.

mod credit;

use attribution::Settings;
use attribution::paths::{Order, PathModel, Resampling};
use types::DateRange;

use crate::engine::{Param, PathSource, PathStep, Plan, RowOrder};
use crate::problem::{Problem, ProblemCode, QueryError};

pub use credit::{DataDriven, ModelCredit, MoneyInterval, StepCredit};

/// Name of the relation in the statement.
const TABLE: &str = "paths";
/// Most resamples that are drawn for one question.
const RESAMPLES_MAX: usize = 2_000;

/// What is asked, as it was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Names of models, each once: `markov`, `shapley` …
    pub models: Vec<String>,
    /// Of the Markov chain: `1` to `4`, or `auto`; `auto` if absent.
    pub order: Option<String>,
    /// Leave journeys that did not convert out of the Markov chain.
    pub without_nulls: bool,
    pub step: PathStep,
    /// Draw intervals.
    pub intervals: bool,
    pub resamples: Option<usize>,
    pub seed: Option<u64>,
}

/// A question that can be answered.
#[derive(Clone, Debug, PartialEq)]
pub struct DataDrivenQuestion {
    models: Vec<PathModel>,
    settings: Settings,
    step: PathStep,
    range: Option<DateRange>,
    resampling: Option<Resampling>,
}

/// Reads the question, or says everything that is wrong with it. `settings` decide which touches are on a path and which channel is direct;
/// `range` which conversions count, and which paths without one (by the day of their last touch): all time without it.
pub fn question(asked: &Asked, settings: &Settings, range: Option<DateRange>) -> Result<DataDrivenQuestion, QueryError> {
    let mut problems = Vec::new();
    let order = match asked.order.as_deref().map_or(Ok(Order::Auto), Order::parse) {
        Ok(order) => order,
        Err(error) => {
            problems.push(Problem::new("/order", ProblemCode::InvalidSettings, error.to_string()));
            Order::Auto
        }
    };
    let markov = PathModel::Markov {
        order,
        with_nulls: !asked.without_nulls,
    };
    let direct = settings.direct_channels.first().map_or("Direct", String::as_str);
    let mut models: Vec<PathModel> = Vec::with_capacity(asked.models.len());
    for (at, name) in asked.models.iter().enumerate() {
        let pointer = format!("/models/{at}");
        match PathModel::parse(name.trim(), direct, &markov) {
            Ok(model) if models.contains(&model) => {
                problems.push(Problem::new(
                    pointer,
                    ProblemCode::Duplicate,
                    format!("`{name}` is named twice: remove one"),
                ));
            }
            Ok(model) => models.push(model),
            Err(error) => problems.push(Problem::new(pointer, ProblemCode::UnknownModel, error.to_string())),
        }
    }
    if asked.models.is_empty() {
        let message = "name at least one model, such as `markov`";
        problems.push(Problem::new("/models", ProblemCode::Missing, message));
    }
    let resamples = asked.resamples.unwrap_or(Resampling::default().resamples);
    if !(20..=RESAMPLES_MAX).contains(&resamples) {
        let message = format!("`resamples` is {resamples}: use a number from 20 to {RESAMPLES_MAX}");
        problems.push(Problem::new("/resamples", ProblemCode::LimitExceeded, message));
    }
    if !problems.is_empty() {
        return Err(QueryError { problems });
    }
    Ok(DataDrivenQuestion {
        models,
        settings: settings.clone(),
        step: asked.step,
        range,
        resampling: asked.intervals.then_some(Resampling {
            resamples,
            seed: asked.seed.unwrap_or(1),
            ..Resampling::default()
        }),
    })
}

impl DataDrivenQuestion {
    /// Every path with its conversions, their revenue and the journeys without one; conversions without a touch first, then the most
    /// frequent paths, so that a cap on rows cuts off rare ones. What all rows add up to comes beside them.
    pub fn plan(&self) -> Plan {
        let condition = match self.range {
            Some(_) => "COALESCE(converted_at, ended_at) >= $1 AND COALESCE(converted_at, ended_at) < $2",
            None => "TRUE",
        };
        let params = self.range.iter().flat_map(|range| [range.start_instant(), range.end_instant()]);
        let sql = format!(
            "SELECT path, SUM(CASE WHEN is_converted THEN 1 ELSE 0 END) AS conversions, SUM(revenue) AS revenue,\n\
             \x20 SUM(CASE WHEN is_converted THEN 0 ELSE 1 END) AS not_converted\n\
             FROM {TABLE}\nWHERE {condition}\nGROUP BY path\n\
             ORDER BY path IS NULL DESC, conversions DESC, not_converted DESC, path"
        );
        Plan {
            sql,
            params: params.map(Param::Instant).collect(),
            paths: vec![PathSource {
                table: TABLE.to_owned(),
                settings: self.settings.clone(),
                step: self.step,
            }],
            totals: ["conversions", "revenue", "not_converted"].map(str::to_owned).to_vec(),
            order: RowOrder::OfCap,
            ..Plan::default()
        }
    }
}

#[cfg(test)]
mod tests;
