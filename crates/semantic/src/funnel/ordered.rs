//! How many customers did one thing after another, in time: a funnel of the same people.
//!
//! A customer is in at a first step in the range, and goes on while each next step comes strictly later (by time, then the source's
//! sequence) and not later than the window after the first. Other events may lie between. Every first step is tried, so a late start
//! that ends in time counts. One event fills one step only. Steps after the range count, up to the window.

use serde::Serialize;
use types::{DateRange, date_range};

use crate::engine::{Param, Plan, RawTable, RowOrder};
use crate::plan::{Organization, Statement};
use crate::problem::{Problem, ProblemCode, QueryError};
use crate::row::Reader;

/// Each step is a pass over the events.
pub const STEPS_MAX: usize = 8;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedQuestion {
    /// First day of the first step, included, as YYYY-MM-DD.
    pub from: String,
    /// Last day of the first step, included.
    pub to: String,
    pub zone: Option<String>,
    /// `visit` (a touch that is no mere view, open or send), `touch`, `purchase` (an order), or the name of a channel, a goal or a stage.
    pub steps: Vec<String>,
    /// Longest time from the first step to the last.
    pub window_seconds: i64,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderedFunnel {
    pub from: String,
    pub to: String,
    pub zone: String,
    pub window_seconds: i64,
    pub steps: Vec<OrderedStep>,
    pub data_version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderedStep {
    pub step: String,
    /// Events of the range and the window after it that are such a step, whoever did them.
    pub events: i64,
    /// Customers who came as far as this step.
    pub customers: i64,
    /// Of those of the step before.
    pub rate: Option<f64>,
    /// Of those of the first step.
    pub rate_of_first: Option<f64>,
    /// Time from the first step, each customer's quickest.
    pub median_seconds: Option<f64>,
}

/// A question with its plan.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub plan: Plan,
    question: OrderedQuestion,
    zone: String,
}

pub fn prepare(question: OrderedQuestion, organization: &Organization<'_>) -> Result<Prepared, QueryError> {
    let zone = question.zone.clone().unwrap_or_else(|| organization.zone.to_owned());
    let mut problems = Vec::new();
    let range = DateRange::parse(&question.from, &question.to, &zone);
    if let Err(error) = &range {
        problems.push(range_problem(error, &question));
    }
    let steps = question.steps.len();
    if !(2..=STEPS_MAX).contains(&steps) {
        let message = format!("name two to {STEPS_MAX} steps in their order, such as `visit,purchase`; these are {steps}");
        problems.push(Problem::new("/steps", ProblemCode::LimitExceeded, message));
    }
    if question.window_seconds <= 0 {
        let message = "the window must be longer than nothing: write `30d`, `12h` or `90m`";
        problems.push(Problem::new("/window", ProblemCode::InvalidSettings, message));
    }
    match range {
        Ok(range) if problems.is_empty() => Ok(Prepared {
            plan: plan(&question, &range),
            question,
            zone,
        }),
        _ => Err(QueryError { problems }),
    }
}

fn range_problem(error: &date_range::Error, question: &OrderedQuestion) -> Problem {
    let (pointer, code) = match error {
        date_range::Error::Day { text } if *text == question.from => ("/from", ProblemCode::InvalidDate),
        date_range::Error::Day { .. } => ("/to", ProblemCode::InvalidDate),
        date_range::Error::Zone { .. } => ("/zone", ProblemCode::InvalidZone),
        date_range::Error::Backwards { .. } | date_range::Error::TooLong { .. } => ("/to", ProblemCode::InvalidRange),
    };
    Problem::new(pointer, code, error.to_string())
}

/// Which rows are a step.
fn condition(step: &str, statement: &mut Statement) -> String {
    match step {
        "touch" => "record_kind = 'touch'".to_owned(),
        "visit" => "(record_kind = 'touch' AND COALESCE(interaction_type NOT IN ('view', 'engaged_view', 'open', 'send'), TRUE))".to_owned(),
        "purchase" => "record_kind = 'order'".to_owned(),
        name => {
            let name = statement.bind_text(name);
            format!(
                "((record_kind = 'touch' AND channel = {name}) OR (record_kind = 'conversion' AND conversion_type = {name}) \
                 OR (record_kind = 'stage' AND stage = {name}))"
            )
        }
    }
}

/// One row: for every step events, customers, and the median of the quickest times in microseconds.
///
/// `s1` is the time of a first step. At an event of step k, `sk` is the latest start from which the steps before were done in order: the
/// latest `s(k-1)` among the customer's earlier events. The latest start leaves most of the window, so no other needs to be kept.
fn plan(question: &OrderedQuestion, range: &DateRange) -> Plan {
    let mut statement = Statement::default();
    let steps = question.steps.len();
    let window_micros = question.window_seconds.saturating_mul(1_000_000);
    let from = statement.bind(Param::Instant(range.start_instant()));
    let to = statement.bind(Param::Integer(range.end_instant().as_microsecond()));
    let end = range
        .end_instant()
        .saturating_add(jiff::SignedDuration::from_secs(question.window_seconds))
        .unwrap_or(jiff::Timestamp::MAX);
    let end = statement.bind(Param::Instant(end));
    let window = statement.bind(Param::Integer(window_micros));
    let conditions: Vec<String> = question.steps.iter().map(|step| condition(step, &mut statement)).collect();
    let flags: Vec<String> = conditions
        .iter()
        .enumerate()
        .map(|(at, condition)| format!("COALESCE({condition}, FALSE) AS is{}", at + 1))
        .collect();
    let mut sql = format!(
        "SELECT *, CASE WHEN is1 AND at < {to} THEN at END AS s1\nFROM (\n\
         SELECT customer_id, CAST(recorded_at AS BIGINT) AS at, sequence, {}\nFROM unified_marketing_data\n\
         WHERE record_kind IN ('touch', 'conversion', 'order', 'stage') AND customer_id IS NOT NULL AND recorded_at >= {from} AND recorded_at < {end}\n\
         \x20 AND ({})\n) AS events",
        flags.join(", "),
        conditions.join(" OR ")
    );
    for step in 2..=steps {
        sql = format!(
            "SELECT *, CASE WHEN is{step} AND at - p{step} <= {window} THEN p{step} END AS s{step}\nFROM (\n\
             SELECT *, MAX(s{}) OVER (PARTITION BY customer_id ORDER BY at, sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS p{step}\n\
             FROM (\n{sql}\n) AS reached{step}\n) AS before{step}",
            step - 1
        );
    }
    let of_customer: Vec<String> = (1..=steps)
        .map(|step| format!("COUNT(CASE WHEN is{step} THEN 1 END) AS e{step}, MIN(at - s{step}) AS d{step}"))
        .collect();
    let figures: Vec<String> = (1..=steps)
        .map(|step| format!("SUM(e{step}), COUNT(d{step}), percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(d{step} AS DOUBLE))"))
        .collect();
    Plan {
        sql: format!(
            "SELECT {}\nFROM (\nSELECT {}\nFROM (\n{sql}\n) AS done\nGROUP BY customer_id\n) AS customers",
            figures.join(",\n  "),
            of_customer.join(", ")
        ),
        params: statement.into_params(),
        credits: Vec::new(),
        paths: Vec::new(),
        totals: Vec::new(),
        order: RowOrder::Wanted,
    }
}

impl Prepared {
    pub fn finish(self, raw: &RawTable) -> OrderedFunnel {
        let cells = raw.rows.first().map(Vec::as_slice).unwrap_or_default();
        let mut row = Reader::new(cells);
        let mut steps: Vec<OrderedStep> = Vec::with_capacity(self.question.steps.len());
        for step in self.question.steps {
            let (events, customers, median) = (row.integer(), row.integer(), row.measure());
            let ratio = |of: Option<i64>| of.filter(|of| *of > 0).map(|of| customers as f64 / of as f64);
            steps.push(OrderedStep {
                step,
                events,
                customers,
                rate: ratio(steps.last().map(|before| before.customers)),
                rate_of_first: ratio(steps.first().map(|first| first.customers)),
                median_seconds: median.map(|micros| micros / 1_000_000.0),
            });
        }
        OrderedFunnel {
            from: self.question.from,
            to: self.question.to,
            zone: self.zone,
            window_seconds: self.question.window_seconds,
            steps,
            data_version: raw.data_version,
        }
    }
}
