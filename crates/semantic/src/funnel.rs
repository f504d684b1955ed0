//! The way from an impression to revenue, by channel, campaign, country or device.
//!
//! The steps are counts of the same days, not of the same people: impressions and clicks as platforms report them (civil days of the ad
//! account), visits as we recorded them, leads and orders shared among touches by a model (by the day of the conversion, or of the touch).
//! So a rate between two sources may be above 1. What a channel does not have is null, never 0: Direct has no impressions, and a channel
//! of which we recorded nothing has no visits of ours.
//!
//! Each step comes from a question of [`crate::plan`]; they are asked one after another ([`start`], [`Asking`]) and put side by side.

mod answer;
pub mod ordered;
mod report;

use attribution::{Model, Settings, Variant};
use jiff::ToSpan;
use serde::Serialize;
use types::suggest::nearest;
use types::{Currency, DateRange, TimeGrain};

use crate::catalogue::catalogue;
use crate::engine::{Plan, RawTable, RowOrder};
use crate::plan::{Organization, Prepared, plan};
use crate::problem::{Problem, ProblemCode, QueryError};
use crate::query::{DateBasis, Filter, FilterOperator, Query};
use crate::result::ResultTable;
pub use report::{Funnel, FunnelRow, Step, StepFigures, StepSource};

/// Rows that are shown; the rest is added up in one more.
pub const ROWS_MAX: usize = 200;
/// Goals that the data may name.
const GOALS_MAX: usize = 100;
/// Whole weeks, so that weekdays are compared with their like.
const YEAR_DAYS: i64 = 364;
/// How often everything is asked anew because data arrived in between.
const ATTEMPTS_MAX: usize = 4;

/// Touches that bring nobody: seen, not followed.
const PASSIVE: [&str; 4] = ["view", "engaged_view", "open", "send"];
/// What a funnel can be broken down by: what platforms, visits and credits all have, as a key of its own.
const BY: [&str; 6] = ["channel", "campaign", "data_source", "asset", "country", "device"];

/// What the range is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// As many days before it.
    #[default]
    Previous,
    /// The same weekdays a year before: 364 days earlier.
    Year,
    None,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelQuestion {
    /// First day, included, as YYYY-MM-DD.
    pub from: String,
    /// Last day, included.
    pub to: String,
    pub zone: Option<String>,
    pub by: String,
    /// Shares leads, orders and revenue among touches.
    pub model: Model,
    /// Window and journey; the organisation's own if absent, each version for its days. Its conversion types are the orders. Leads are
    /// credited by the newest version.
    pub attribution: Option<Settings>,
    pub date_basis: DateBasis,
    /// Conversion types that are leads; all that the data has and that are no orders if empty.
    pub goals: Vec<String>,
    pub compare: Compare,
}

/// What comes after an answer.
#[derive(Debug)]
pub enum Next {
    Ask(Box<Asking>),
    Done(Box<Funnel>),
}

/// A question on its way.
#[derive(Clone, Debug)]
pub struct Asking {
    question: FunnelQuestion,
    range: DateRange,
    zone: String,
    currency: Currency,
    settings: Settings,
    history: Vec<Variant>,
    /// What the data records; asked first.
    known: Option<Known>,
    /// What is still to be asked, last first, and what was answered.
    waiting: Vec<Part>,
    answered: Vec<(PartOf, ResultTable)>,
    data_version: Option<i64>,
    attempts: usize,
}

/// What the organisation records at all.
#[derive(Clone, Debug, Default)]
struct Known {
    has_touches: bool,
    has_orders: bool,
    goals: Vec<String>,
}

/// Which steps a question answers, and of which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartOf {
    Platform { is_compared: bool },
    Visits { is_compared: bool },
    Leads { is_compared: bool },
    Orders { is_compared: bool },
}

#[derive(Clone, Debug)]
struct Part {
    of: PartOf,
    prepared: Prepared,
}

pub fn start(question: FunnelQuestion, organization: &Organization<'_>) -> Result<Asking, QueryError> {
    let zone = question.zone.clone().unwrap_or_else(|| organization.zone.to_owned());
    let settings = question.attribution.clone().unwrap_or_else(|| organization.attribution.clone());
    let by = question.by.as_str();
    let mut problems = Vec::new();
    if !BY.contains(&by) {
        problems.push(refuse_by(by));
    }
    // The questions themselves say what is wrong with dates, zone and dimension.
    let range = DateRange::parse(&question.from, &question.to, &zone);
    let days = [question.from.clone(), question.to.clone()];
    let trial = Asking::query(&question, &settings, &days, PartOf::Platform { is_compared: false }, &[]);
    match (range, plan(&trial, organization)) {
        (Ok(range), Ok(_)) if problems.is_empty() => Ok(Asking {
            range,
            zone,
            currency: organization.currency,
            settings,
            history: organization.history.to_vec(),
            known: None,
            waiting: Vec::new(),
            answered: Vec::new(),
            data_version: None,
            attempts: 1,
            question,
        }),
        (_, Ok(_)) => Err(QueryError { problems }),
        (_, Err(mut error)) => {
            if !problems.is_empty() {
                error.problems.retain(|problem| !problem.pointer.starts_with("/dimensions"));
            }
            problems.append(&mut error.problems);
            Err(QueryError { problems })
        }
    }
}

/// Why a funnel cannot be broken down so.
fn refuse_by(by: &str) -> Problem {
    let ways = BY.join(", ");
    match catalogue().dimension(by) {
        Some(dimension) => {
            let reason = if dimension.is_on(crate::Fact::Spend) && dimension.is_on(crate::Fact::Credits) {
                "ads and ad sets have ids within one source only"
            } else {
                "not all of platforms' rows, visits and credited orders have it"
            };
            let message = format!("a funnel cannot be broken down by `{by}`: {reason}; use one of {ways}");
            Problem::new("/by", ProblemCode::DimensionMissing, message)
        }
        None => Problem::new(
            "/by",
            ProblemCode::UnknownDimension,
            format!("there is no dimension `{by}`: use one of {ways}"),
        )
        .suggest(nearest(by, BY)),
    }
}

impl Asking {
    /// What to ask the engine now.
    pub fn plan(&self) -> Plan {
        match (&self.known, self.waiting.last()) {
            (Some(_), Some(part)) => part.prepared.plan.clone(),
            (_, _) => kinds(),
        }
    }

    /// Takes the engine's answer to [`Self::plan`].
    pub fn answer(mut self, raw: RawTable) -> Result<Next, QueryError> {
        // All parts are to be of one version. Data that arrives faster than it can be read leaves parts of neighbouring ones.
        if self.data_version.is_some_and(|version| version != raw.data_version) && self.attempts < ATTEMPTS_MAX {
            self.attempts += 1;
            self.known = None;
            self.waiting.clear();
            self.answered.clear();
            self.data_version = None;
            return Ok(Next::Ask(Box::new(self)));
        }
        self.data_version = Some(raw.data_version);
        match self.waiting.pop() {
            Some(part) if self.known.is_some() => self.answered.push((part.of, part.prepared.finish(raw))),
            Some(_) | None => {
                let known = answer::known(&raw, &self.settings, &self.question.goals);
                for goal in &self.question.goals {
                    if !known.goals.contains(goal) {
                        return Err(unknown_goal(goal, &answer::goals(&raw, &self.settings)));
                    }
                }
                self.waiting = self.parts(&known)?;
                self.known = Some(known);
            }
        }
        if self.waiting.is_empty() {
            return Ok(Next::Done(Box::new(answer::funnel(self))));
        }
        Ok(Next::Ask(Box::new(self)))
    }

    /// First and last day of the range that is compared with.
    fn compared(&self) -> Option<[String; 2]> {
        match self.question.compare {
            Compare::None => None,
            Compare::Previous => {
                let previous = self.range.previous();
                Some([previous.start().to_string(), previous.last().to_string()])
            }
            Compare::Year => {
                let days = [self.range.start(), self.range.last()];
                Some(days.map(|day| day.saturating_sub(YEAR_DAYS.days()).to_string()))
            }
        }
    }

    fn parts(&self, known: &Known) -> Result<Vec<Part>, QueryError> {
        let organization = Organization {
            currency: self.currency,
            zone: &self.zone,
            attribution: &self.settings,
            history: &self.history,
        };
        let ranges = [
            (false, Some([self.question.from.clone(), self.question.to.clone()])),
            (true, self.compared()),
        ];
        let mut parts = Vec::new();
        for (is_compared, days) in ranges {
            let Some(days) = days else { continue };
            let mut wanted = vec![PartOf::Platform { is_compared }];
            wanted.extend(known.has_touches.then_some(PartOf::Visits { is_compared }));
            wanted.extend((!known.goals.is_empty()).then_some(PartOf::Leads { is_compared }));
            wanted.extend(known.has_orders.then_some(PartOf::Orders { is_compared }));
            for of in wanted {
                let query = Self::query(&self.question, &self.settings, &days, of, &known.goals);
                let prepared = plan(&query, &organization)?;
                parts.push(Part { of, prepared });
            }
        }
        Ok(parts)
    }

    fn query(question: &FunnelQuestion, settings: &Settings, [from, to]: &[String; 2], of: PartOf, goals: &[String]) -> Query {
        let model = question.model;
        let credited = format!("attributed_conversions{{{model}}}");
        let (metrics, settings) = match of {
            PartOf::Platform { .. } => (vec!["impressions".to_owned(), "clicks".to_owned()], None),
            PartOf::Visits { .. } => (vec!["touches".to_owned()], None),
            PartOf::Leads { .. } => (
                vec![credited],
                Some(Settings {
                    conversion_types: goals.to_vec(),
                    ..settings.clone()
                }),
            ),
            PartOf::Orders { .. } => (vec![credited, format!("attributed_revenue{{{model}}}")], question.attribution.clone()),
        };
        let active = Filter {
            dimension: "interaction_type".to_owned(),
            operator: FilterOperator::IsNot,
            values: PASSIVE.map(str::to_owned).to_vec(),
        };
        Query {
            metrics,
            dimensions: vec![question.by.clone()],
            filters: if matches!(of, PartOf::Visits { .. }) { vec![active] } else { Vec::new() },
            from: from.clone(),
            to: to.clone(),
            grain: TimeGrain::Total,
            zone: question.zone.clone(),
            attribution: settings,
            date_basis: question.date_basis,
            sort: Vec::new(),
            limit: None,
        }
    }
}

fn unknown_goal(goal: &str, known: &[String]) -> QueryError {
    let remedy = if known.is_empty() {
        "there are no conversions but orders yet".to_owned()
    } else {
        format!("the data has {}", known.join(", "))
    };
    let message = format!("no conversion is of the type `{goal}`: {remedy}");
    let suggestion = nearest(goal, known.iter().map(String::as_str)).map(str::to_owned);
    QueryError {
        problems: vec![Problem::new("/goals", ProblemCode::UnknownGoal, message).suggest(suggestion)],
    }
}

/// Which kinds of rows there are at all: `record_kind`, `conversion_type`, rows.
fn kinds() -> Plan {
    let sql = format!(
        "SELECT record_kind, CASE WHEN record_kind = 'touch' THEN NULL ELSE COALESCE(conversion_type, 'purchase') END AS kind, COUNT(*) AS row_count\n\
         FROM unified_marketing_data\nWHERE record_kind IN ('touch', 'conversion', 'order')\n\
         GROUP BY record_kind, CASE WHEN record_kind = 'touch' THEN NULL ELSE COALESCE(conversion_type, 'purchase') END\n\
         ORDER BY row_count DESC, kind\nLIMIT {GOALS_MAX}"
    );
    Plan {
        sql,
        params: Vec::new(),
        credits: Vec::new(),
        paths: Vec::new(),
        totals: Vec::new(),
        order: RowOrder::Wanted,
    }
}

#[cfg(test)]
mod tests;
