//! How leads pass the stages of a sales pipeline: entered, progressed, lost, open, times, value; by how the lead was acquired.
//!
//! Leads are customers with a row of a step (or of a won stage). What is a stage, and in which order, is asked of the data first; then
//! all figures are added up at once; last, who is stuck, which takes the times that others needed. So the question is a conversation:
//! [`start`] gives an [`Asking`], whose [`Asking::plan`] is run and whose [`Asking::answer`] gives the next one, or the [`Pipeline`].
//!
//! What counts as entering a stage, `journeys::stages` says. A lead is *won* with its first order from its first stage on, or a row of a
//! won stage, whatever comes after; *lost* if it is not won and a row of a lost stage is the last thing that its stages say; else *open*
//! in the last stage that it entered. So at every stage, entered = progressed + lost + open.

mod answer;
mod report;
mod sql;

use jiff::Timestamp;
pub use journeys::stages::Wish;
use journeys::stages::{Stages, StagesError};
use serde::Serialize;
use types::suggest::nearest;
use types::{Currency, DateRange};

use crate::catalogue::catalogue;
use crate::engine::{Plan, RawTable};
use crate::plan::Organization;
use crate::problem::{Problem, ProblemCode, QueryError};
pub use report::{Group, Outcome, Pipeline, StageFigures, StuckLead};

/// Groups of a split that are shown; totals are over all.
pub const GROUPS_MAX: usize = 200;
/// Stuck leads that are listed, of each stage.
pub const STUCK_MAX: usize = 20;
/// Stage names that are looked at, the most frequent first.
const NAMES_MAX: usize = 50;
/// How often everything is asked anew because data arrived in between.
const ATTEMPTS_MAX: usize = 4;

/// Which leads are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cohort {
    /// Leads whose first stage was entered in the range, followed through all stages up to now.
    #[default]
    Lead,
    /// At each stage, the leads that entered this stage in the range.
    Stage,
}

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PipelineQuestion {
    /// First day, included, as YYYY-MM-DD.
    pub from: String,
    /// Last day, included.
    pub to: String,
    /// Zone of the days; the organisation's own if absent.
    pub zone: Option<String>,
    pub cohort: Cohort,
    /// Steps in their order, and names of won and lost stages; what is empty is told from the data.
    pub wish: Wish,
    /// Split by a dimension of the first touch up to the lead's first stage: `channel`, `campaign`, `data_source`, `country` or `device`.
    pub by: Option<String>,
}

/// What comes after an answer.
#[derive(Debug)]
pub enum Next {
    Ask(Box<Asking>),
    Done(Box<Pipeline>),
}

/// A question on its way.
#[derive(Clone, Debug)]
pub struct Asking {
    question: PipelineQuestion,
    split: Option<sql::Split>,
    range: DateRange,
    zone: String,
    currency: Currency,
    /// What happens from here on is not known yet: clocks that run ahead are not believed.
    end: Timestamp,
    phase: Phase,
    data_version: Option<i64>,
    attempts: usize,
}

/// What is asked next, with what is known by then.
#[derive(Clone, Debug)]
enum Phase {
    Names,
    Order(Known),
    Figures(Known),
    Stuck(Known, Box<Pipeline>),
}

/// What the data says of its stages.
#[derive(Clone, Debug, Default)]
struct Known {
    stages: Stages,
    as_of: Option<Timestamp>,
    rows_without_customer: i64,
}

/// `end` is the first instant that is still to come, such as the start of tomorrow.
pub fn start(question: PipelineQuestion, organization: &Organization<'_>, end: Timestamp) -> Result<Asking, QueryError> {
    let zone = question.zone.clone().unwrap_or_else(|| organization.zone.to_owned());
    let mut problems = Vec::new();
    let range = match DateRange::parse(&question.from, &question.to, &zone) {
        Ok(range) => Some(range),
        Err(error) => {
            problems.push(range_problem(&error, &question));
            None
        }
    };
    let split = match question.by.as_deref().map(split_of) {
        None => None,
        Some(Ok(split)) => Some(split),
        Some(Err(problem)) => {
            problems.push(problem);
            None
        }
    };
    let (Some(range), true) = (range, problems.is_empty()) else {
        return Err(QueryError { problems });
    };
    Ok(Asking {
        question,
        split,
        range,
        zone,
        currency: organization.currency,
        end,
        phase: Phase::Names,
        data_version: None,
        attempts: 1,
    })
}

impl Asking {
    /// What to ask the engine now.
    pub fn plan(&self) -> Plan {
        match &self.phase {
            Phase::Names => sql::names(self.end, NAMES_MAX),
            Phase::Order(known) => sql::precedences(&known.stages.steps, self.end),
            Phase::Figures(known) => sql::figures(&self.leads(known)),
            Phase::Stuck(known, pipeline) => {
                let limits: Vec<Option<f64>> = pipeline.stages.iter().map(|stage| stage.p90_seconds).collect();
                sql::stuck(&self.leads(known), &limits, known.as_of.unwrap_or(self.end), STUCK_MAX)
            }
        }
    }

    /// Takes the engine's answer to [`Self::plan`].
    pub fn answer(mut self, raw: &RawTable) -> Result<Next, QueryError> {
        // All parts are to be of one version. Data that arrives faster than it can be read leaves parts of neighbouring ones.
        if self.data_version.is_some_and(|version| version != raw.data_version) && self.attempts < ATTEMPTS_MAX {
            self.attempts += 1;
            self.phase = Phase::Names;
            self.data_version = None;
            return Ok(Next::Ask(Box::new(self)));
        }
        self.data_version = Some(raw.data_version);
        let phase = match std::mem::replace(&mut self.phase, Phase::Names) {
            Phase::Names => {
                let (names, as_of, rows_without_customer) = answer::names(raw);
                let stages = Stages::choose(&names, &self.question.wish).map_err(|error| stages_problem(&error, &names))?;
                let is_given = !self.question.wish.steps.is_empty();
                let known = Known {
                    stages,
                    as_of,
                    rows_without_customer,
                };
                if known.stages.steps.is_empty() && known.stages.won.is_empty() {
                    return Ok(Next::Done(Box::new(self.pipeline(known, raw.data_version))));
                }
                if is_given || known.stages.steps.len() < 2 {
                    Phase::Figures(known)
                } else {
                    Phase::Order(known)
                }
            }
            Phase::Order(mut known) => {
                known.stages.put_in_order(&answer::precedences(raw));
                Phase::Figures(known)
            }
            Phase::Figures(known) => {
                let mut pipeline = self.pipeline(known.clone(), raw.data_version);
                answer::figures(&mut pipeline, raw, self.split.is_some());
                if pipeline.stages.iter().all(|stage| stage.open == 0 || stage.p90_seconds.is_none()) {
                    answer::nobody_stuck(&mut pipeline);
                    return Ok(Next::Done(Box::new(pipeline)));
                }
                Phase::Stuck(known, Box::new(pipeline))
            }
            Phase::Stuck(_, mut pipeline) => {
                answer::nobody_stuck(&mut pipeline);
                answer::stuck(&mut pipeline, raw);
                return Ok(Next::Done(pipeline));
            }
        };
        self.phase = phase;
        Ok(Next::Ask(Box::new(self)))
    }

    fn leads<'a>(&'a self, known: &'a Known) -> sql::Leads<'a> {
        sql::Leads {
            stages: &known.stages,
            range: &self.range,
            cohort: self.question.cohort,
            split: self.split,
            end: self.end,
        }
    }

    /// Without figures.
    fn pipeline(&self, known: Known, data_version: i64) -> Pipeline {
        let figures = |name: &String| StageFigures {
            stage: name.clone(),
            ..StageFigures::default()
        };
        Pipeline {
            from: self.question.from.clone(),
            to: self.question.to.clone(),
            zone: self.zone.clone(),
            currency: self.currency,
            cohort: self.question.cohort,
            by: self.question.by.clone(),
            as_of: known.as_of,
            stages: known.stages.steps.iter().map(figures).collect(),
            order: known.stages.steps,
            is_order_inferred: self.question.wish.steps.is_empty(),
            won_stages: known.stages.won,
            lost_stages: known.stages.lost,
            other_stages: known.stages.others,
            outcome: Outcome {
                won_value: types::money::format_amount(0, self.currency),
                ..Outcome::default()
            },
            groups: Vec::new(),
            are_groups_truncated: false,
            stuck: Vec::new(),
            rows_without_customer: known.rows_without_customer,
            data_version,
        }
    }
}

fn split_of(by: &str) -> Result<sql::Split, Problem> {
    if let Some(split) = sql::Split::parse(by) {
        return Ok(split);
    }
    let names = sql::Split::NAMES;
    if catalogue().dimension(by).is_some() {
        let message = format!(
            "a pipeline cannot be split by `{by}`: leads are split by the first touch that led to them, which has {}",
            names.join(", ")
        );
        return Err(Problem::new("/by", ProblemCode::DimensionMissing, message));
    }
    let message = format!("there is no dimension `{by}`: use one of {}", names.join(", "));
    Err(Problem::new("/by", ProblemCode::UnknownDimension, message).suggest(nearest(by, names)))
}

fn range_problem(error: &types::date_range::Error, question: &PipelineQuestion) -> Problem {
    use types::date_range::Error;
    let (pointer, code) = match error {
        Error::Day { text } if *text == question.from => ("/from", ProblemCode::InvalidDate),
        Error::Day { .. } => ("/to", ProblemCode::InvalidDate),
        Error::Zone { .. } => ("/zone", ProblemCode::InvalidZone),
        Error::Backwards { .. } | Error::TooLong { .. } => ("/to", ProblemCode::InvalidRange),
    };
    Problem::new(pointer, code, error.to_string())
}

fn stages_problem(error: &StagesError, names: &[String]) -> QueryError {
    let problem = match error {
        StagesError::Unknown { list, name, .. } => {
            let suggestion = nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
            let remedy = if names.is_empty() {
                "there are no stages yet: import rows of the kind `stage`".to_owned()
            } else {
                format!("the data has {}", names.join(", "))
            };
            Problem::new(format!("/{list}"), ProblemCode::UnknownStage, format!("{error}: {remedy}")).suggest(suggestion)
        }
        StagesError::Twice { list, .. } => Problem::new(format!("/{list}"), ProblemCode::Duplicate, error.to_string()),
        StagesError::TooMany { .. } => Problem::new("/stages", ProblemCode::LimitExceeded, error.to_string()),
    };
    QueryError { problems: vec![problem] }
}

#[cfg(test)]
mod tests;
