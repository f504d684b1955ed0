//! Who was won, when and by what: the customers with an order, the instant of their first, and the touches that earned it.
//!
//! What cohorts and retention have in common. A customer is acquired by the first counted conversion of type `purchase`; the source is the
//! touch that a model credits with it. Under first touch and last touch a customer has one source; under other models shares of several,
//! which sum to 1. Where no touch was eligible, the source is unattributed.

mod grid;

use attribution::{Counted, Model, Settings, Variant};
use serde::Serialize;
use types::suggest::nearest;
use types::{Currency, DateRange, TimeGrain, date_range};

use crate::catalogue::{Dimension, Fact, catalogue};
use crate::engine::{CreditSource, Param, Plan, RowOrder};
use crate::plan::{CREDITS, Organization, Statement, conversions_column};
use crate::problem::{Problem, ProblemCode, QueryError};
use crate::row::Reader;

pub(crate) use grid::{Grid, Part, Sources, allot, ripe_months};

/// What months since the first order are: a twelfth of 365.25 days, so that every month is equally long and twelve are a year.
pub const MONTH_SECONDS: i64 = 2_629_800;

/// Months that are told apart; what comes later is in the figures to date only.
pub const MONTHS_MAX: usize = 36;

/// Sources that are shown each for itself unless the question says otherwise; the others are one row.
pub const SOURCES_DEFAULT: usize = 12;
pub const SOURCES_MAX: usize = 100;

/// The conversions that win customers and bring revenue.
pub(crate) const PURCHASES: &str = "COALESCE(conversion_type, 'purchase') = 'purchase'";

/// What is asked: `GET /api/analytics/cohorts` and `…/retention`, `tributary cohorts` and `retention`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AcquisitionQuestion {
    /// A dimension of the touch: `channel` (the default), `campaign`, `source`, `country` …
    pub by: Option<String>,
    /// Which touch won the customer; first touch if absent.
    pub model: Option<Model>,
    /// Length of a cohort: week, month (the default) or quarter.
    pub grain: Option<TimeGrain>,
    pub zone: Option<String>,
    /// First and last day of first orders, both included; over all time if both are absent.
    pub from: Option<String>,
    pub to: Option<String>,
    /// The organisation's own if absent.
    pub settings: Option<Settings>,
    /// Sources that are shown each for itself.
    pub limit: Option<usize>,
}

/// What won customers: one value of the question's dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Source {
    /// The dimension's key; null where the touch has none, for unattributed customers and for the rest.
    pub key: Option<String>,
    /// The key's name, where it has one beside it.
    pub name: Option<String>,
    /// No touch was eligible for the first order.
    pub is_unattributed: bool,
    /// All sources together that are not shown.
    pub is_rest: bool,
}

impl Source {
    /// From `is_unattributed`, `source_key`, `source_name`.
    pub(crate) fn read(row: &mut Reader<'_>) -> Self {
        Self {
            is_unattributed: row.integer() == 1,
            key: row.text(),
            name: row.text(),
            is_rest: false,
        }
    }

    /// As a table shows it.
    pub fn label(&self) -> &str {
        if self.is_unattributed {
            "(unattributed)"
        } else if self.is_rest {
            "(other)"
        } else {
            self.name.as_deref().or(self.key.as_deref()).unwrap_or("(not set)")
        }
    }
}

/// The question, resolved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Acquired {
    pub(crate) by: &'static Dimension,
    pub(crate) model: Model,
    pub(crate) grain: TimeGrain,
    pub(crate) zone: String,
    pub(crate) span: Option<DateRange>,
    pub(crate) settings: Settings,
    /// See [`CreditSource::variants`].
    pub(crate) variants: Vec<Variant>,
    pub(crate) currency: Currency,
    pub(crate) sources_max: usize,
}

impl Acquired {
    /// Or everything that is wrong with the question.
    pub(crate) fn resolve(question: &AcquisitionQuestion, organization: &Organization<'_>) -> Result<Self, QueryError> {
        let mut problems = Vec::new();
        let by = dimension(question.by.as_deref().unwrap_or("channel"), &mut problems);
        let grain = question.grain.unwrap_or(TimeGrain::Month);
        if !matches!(grain, TimeGrain::Week | TimeGrain::Month | TimeGrain::Quarter) {
            let message = format!("cohorts of a {} are not made: use week, month or quarter", grain.as_str());
            problems.push(Problem::new("/grain", ProblemCode::LimitExceeded, message));
        }
        let sources_max = question.limit.unwrap_or(SOURCES_DEFAULT);
        if !(1..=SOURCES_MAX).contains(&sources_max) {
            let message = format!("`limit` is {sources_max}: use a number from 1 to {SOURCES_MAX}");
            problems.push(Problem::new("/limit", ProblemCode::LimitExceeded, message));
        }
        let zone = question.zone.as_deref().unwrap_or(organization.zone);
        if let Err(error) = date_range::parse_zone(zone) {
            problems.push(Problem::new("/zone", ProblemCode::InvalidZone, error.to_string()));
        }
        let span = span(question, zone, &mut problems);
        match by {
            Some(by) if problems.is_empty() => Ok(Self {
                by,
                model: question.model.unwrap_or(Model::FirstTouch),
                grain,
                zone: zone.to_owned(),
                span,
                settings: of_purchases(question.settings.as_ref().unwrap_or(organization.attribution)),
                variants: if question.settings.is_some() {
                    Vec::new()
                } else {
                    organization.history.iter().map(variant_of_purchases).collect()
                },
                currency: organization.currency,
                sources_max,
            }),
            Some(_) | None => Err(QueryError { problems }),
        }
    }

    /// True where every customer has exactly one source.
    pub(crate) const fn is_whole(&self) -> bool {
        matches!(self.model, Model::FirstTouch | Model::LastTouch | Model::LastNonDirect)
    }

    /// The dimension's key column, and its name's if it has one.
    pub(crate) fn columns(&self) -> (&'static str, Option<&'static str>) {
        let key = self.by.keys().next().map_or("channel", |column| column.source);
        (key, self.by.names().next().map(|column| column.source))
    }

    /// One row for every customer and source: `customer`, `first_at`, `is_unattributed`, `source_key`, `source_name`, `share`. Without
    /// sources one row a customer, of share 1.
    pub(crate) fn relation(&self, has_sources: bool, statement: &mut Statement) -> String {
        let share = conversions_column(self.model);
        let mut conditions = format!("entry = 'sale' AND is_new_customer AND customer_id IS NOT NULL AND {share} > 0");
        if let Some(span) = &self.span {
            conditions.push_str(&format!(
                " AND converted_at >= {} AND converted_at < {}",
                statement.bind(Param::Instant(span.start_instant())),
                statement.bind(Param::Instant(span.end_instant()))
            ));
        }
        if !has_sources {
            return format!(
                "SELECT customer_id AS customer, MIN(converted_at) AS first_at, 0 AS is_unattributed, CAST(NULL AS VARCHAR) AS source_key,\n\
                 \x20 CAST(NULL AS VARCHAR) AS source_name, CAST(1 AS DOUBLE) AS share\n\
                 FROM {CREDITS}\nWHERE {conditions}\nGROUP BY customer_id"
            );
        }
        let (key, name) = self.columns();
        let name = name.map_or_else(|| "CAST(NULL AS VARCHAR)".to_owned(), |name| format!("MAX({name})"));
        format!(
            "SELECT customer_id AS customer, MIN(converted_at) AS first_at, is_unattributed, {key} AS source_key, {name} AS source_name,\n\
             \x20 SUM({share}) AS share\n\
             FROM (\nSELECT *, CASE WHEN \"position\" = 0 THEN 1 ELSE 0 END AS is_unattributed FROM {CREDITS}\nWHERE {conditions}\n) AS credited\n\
             GROUP BY customer_id, is_unattributed, {key}"
        )
    }

    /// The cohort of a row with `first_at`.
    pub(crate) fn cohort(&self, statement: &mut Statement) -> String {
        format!("local_date('{}', {}, first_at)", self.grain, statement.bind_text(&self.zone))
    }

    /// A plan over the relation of credits.
    pub(crate) fn plan(&self, sql: String, statement: Statement) -> Plan {
        Plan {
            sql,
            params: statement.into_params(),
            credits: vec![CreditSource {
                table: CREDITS.to_owned(),
                models: vec![self.model],
                settings: self.settings.clone(),
                variants: self.variants.clone(),
            }],
            paths: Vec::new(),
            totals: Vec::new(),
            order: RowOrder::Wanted,
        }
    }
}

/// Purchases and their refunds: `buyer`, `sold_at`, `is_sale`, `revenue` (refunds negative).
pub(crate) fn sales() -> String {
    format!(
        "SELECT customer_id AS buyer, recorded_at AS sold_at, CASE WHEN record_kind = 'refund' THEN 0 ELSE 1 END AS is_sale,\n\
         \x20 CASE WHEN record_kind = 'refund' THEN -refund_reporting ELSE revenue_reporting END AS revenue\n\
         FROM unified_marketing_data\n\
         WHERE record_kind IN ('order', 'conversion', 'refund') AND {PURCHASES} AND customer_id IS NOT NULL"
    )
}

/// The month since the first order that a row with `first_at` and an instant lies in, from 0. A refund from before it is in month 0.
pub(crate) fn month_since(instant: &str) -> String {
    let micros = MONTH_SECONDS * 1_000_000;
    format!("CASE WHEN {instant} < first_at THEN 0 ELSE (CAST({instant} AS BIGINT) - CAST(first_at AS BIGINT)) / {micros} END")
}

/// Until when purchases are known: the latest purchase or refund. What lies after it is unknown, not zero.
pub(crate) fn through_plan() -> Plan {
    Plan {
        sql: format!(
            "SELECT MAX(recorded_at) AS through_at, COUNT(CASE WHEN customer_id IS NULL THEN 1 END) AS without_customer,\n\
             \x20 CAST(SUM(CASE WHEN customer_id IS NULL THEN CASE WHEN record_kind = 'refund' THEN -refund_reporting ELSE revenue_reporting END END) AS DECIMAL(38, 6)) AS revenue\n\
             FROM unified_marketing_data\nWHERE record_kind IN ('order', 'conversion', 'refund') AND {PURCHASES}"
        ),
        params: Vec::new(),
        credits: Vec::new(),
        paths: Vec::new(),
        totals: Vec::new(),
        order: RowOrder::Wanted,
    }
}

/// The settings under which a first purchase is found: every purchase is counted, and nothing else.
fn of_purchases(settings: &Settings) -> Settings {
    Settings {
        conversion_types: vec!["purchase".to_owned()],
        counted: Counted::Every,
        ..settings.clone()
    }
}

fn variant_of_purchases(variant: &Variant) -> Variant {
    Variant {
        settings: of_purchases(&variant.settings),
        ..variant.clone()
    }
}

/// A dimension of touches that one column identifies.
fn dimension(key: &str, problems: &mut Vec<Problem>) -> Option<&'static Dimension> {
    let key = if key == "source" { "data_source" } else { key };
    let fits = |dimension: &&Dimension| {
        dimension.is_on(Fact::Credits) && dimension.keys().count() == 1 && dimension.keys().all(|column| !COMPUTED.contains(&column.source))
    };
    let known: Vec<&'static str> = catalogue().dimensions.iter().filter(fits).map(|dimension| dimension.key).collect();
    let found = catalogue().dimension(key).filter(fits);
    if found.is_none() {
        let message = format!("customers are not won by `{key}`: use one of {}", known.join(", "));
        let mut problem = Problem::new("/by", ProblemCode::UnknownDimension, message);
        problem.suggestion = nearest(key, known.iter().copied()).map(str::to_owned);
        problems.push(problem);
    }
    found
}

/// Columns that do not belong to the touch.
const COMPUTED: &[&str] = &["customer_type", "attribution_status", "conversion_type", "conversion_source"];

fn span(question: &AcquisitionQuestion, zone: &str, problems: &mut Vec<Problem>) -> Option<DateRange> {
    let mut missing = |pointer: &str, message: &str| {
        problems.push(Problem::new(pointer, ProblemCode::Missing, message));
        None
    };
    match (&question.from, &question.to) {
        (None, None) => None,
        (Some(_), None) => missing("/to", "give the last day as well, or leave both days out for all time"),
        (None, Some(_)) => missing("/from", "give the first day as well, or leave both days out for all time"),
        (Some(from), Some(to)) => match DateRange::parse(from, to, zone) {
            Ok(range) => Some(range),
            // The zone has a problem of its own.
            Err(date_range::Error::Zone { .. }) => None,
            Err(error) => {
                let is_day = matches!(&error, date_range::Error::Day { text } if text == from);
                let (pointer, code) = match &error {
                    date_range::Error::Day { .. } => (if is_day { "/from" } else { "/to" }, ProblemCode::InvalidDate),
                    date_range::Error::Backwards { .. } | date_range::Error::TooLong { .. } | date_range::Error::Zone { .. } => {
                        ("/to", ProblemCode::InvalidRange)
                    }
                };
                problems.push(Problem::new(pointer, code, error.to_string()));
                None
            }
        },
    }
}

#[cfg(test)]
mod tests;
