//! How complete recent days are: orders follow touches with a lag, so the credit of the last days is still arriving.
//!
//! A day here is a day of touches. Its conversions and revenue under a model are cut by age (calendar days from touch to order, in the
//! question's zone), and a chain ladder over the days that are old enough ([`stats::chain_ladder`]) says which share has usually
//! arrived by each age, and so what a young day will come to, with an interval that holds nine times of ten. Revenue is before refunds: those come by
//! another clock. Days older than the window are complete. Where too few days are old enough, that is said and no number is given.

use std::collections::BTreeMap;

use attribution::{Model, Settings, Variant};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use stats::ChainLadder;
use types::{Currency, DateRange, TimeGrain};

use crate::engine::{CreditSource, Param, Plan, RawTable};
use crate::longest_window::longest_seconds;
use crate::plan::{self, CREDITS, Organization, Prepared, Statement, conversions_column, revenue_column};
use crate::problem::{Problem, ProblemCode, QueryError};
use crate::query::{DateBasis, Filter, FilterOperator, Query};
use crate::result::Cell;
use crate::row::Reader;

mod day;

pub use day::{Arrival, DayCompletion, MoneyRange, Range, Total};

const DAY_SECONDS: i64 = 86_400;
/// Complete days that the shares are learnt from, at most.
const TRAINING_DAYS: i64 = 90;
/// Days that must have passed an age before it is believed.
const PAIRS_MIN: usize = 7;
/// Longest window: a year of it would need years of days.
const WINDOW_DAYS_MAX: i64 = 120;
/// Longest list.
const DAYS_MAX: i64 = 366;

/// What is asked: `GET /api/analytics/completion`, `tributary completion`.
#[derive(Clone, Debug, PartialEq)]
pub struct CompletionQuestion {
    /// First and last day of touches to list, both included. Only orders up to the last day are known to the answer.
    pub from: String,
    pub to: String,
    pub zone: Option<String>,
    /// The organisation's own if absent.
    pub settings: Option<Settings>,
    pub model: Model,
    /// All channels if absent.
    pub channel: Option<String>,
}

/// Recent days, and what they will come to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Completion {
    /// The days that were asked for up to the last day with an order, oldest first.
    pub days: Vec<DayCompletion>,
    pub total: Total,
    /// Share that has usually arrived by the end of each age in days, from 0. Empty where nothing can be said.
    pub arrivals: Vec<Arrival>,
    /// Why there are no projections.
    pub reason: Option<String>,
    /// The last day with an order: ages are counted up to its end.
    pub as_of: Option<String>,
    /// Days of touches that the shares were learnt from.
    pub days_learnt: usize,
    pub warnings: Vec<String>,
    pub zone: String,
    pub currency: String,
    pub data_version: i64,
}

#[derive(Clone, Debug)]
pub struct PreparedCompletion {
    range: DateRange,
    /// Days with ages 0 to `window_days` are in the triangle.
    window_days: i64,
    currency: Currency,
    zone: String,
    triangle: Plan,
    last_order: Plan,
    spend: Prepared,
}

/// Prepares the question. Problems point into it: `/from`, `/to`, `/window`, `/zone`.
pub fn completion(question: &CompletionQuestion, organization: &Organization<'_>) -> Result<PreparedCompletion, QueryError> {
    let settings = question.settings.as_ref().unwrap_or(organization.attribution);
    let history = if question.settings.is_some() { &[] } else { organization.history };
    let filter = question.channel.iter().map(|channel| Filter {
        dimension: "channel".to_owned(),
        operator: FilterOperator::Is,
        values: vec![channel.clone()],
    });
    let spend = plan::plan(
        &Query {
            metrics: vec!["spend".to_owned()],
            dimensions: Vec::new(),
            filters: filter.collect(),
            from: question.from.clone(),
            to: question.to.clone(),
            grain: TimeGrain::Day,
            zone: question.zone.clone(),
            attribution: question.settings.clone(),
            date_basis: DateBasis::Touch,
            sort: Vec::new(),
            limit: None,
        },
        organization,
    )?;
    let refuse = |pointer: &str, code, message: String| QueryError {
        problems: vec![Problem::new(pointer, code, message)],
    };
    let zone = question.zone.as_deref().unwrap_or(organization.zone);
    let range = DateRange::parse(&question.from, &question.to, zone).map_err(|error| refuse("/to", ProblemCode::InvalidRange, error.to_string()))?;
    if range.days() > DAYS_MAX {
        return Err(refuse(
            "/from",
            ProblemCode::LimitExceeded,
            format!("{} days are asked for, {DAYS_MAX} can be listed: begin later", range.days()),
        ));
    }
    let window_days = (longest_seconds(settings, history) + DAY_SECONDS - 1) / DAY_SECONDS;
    if window_days > WINDOW_DAYS_MAX {
        return Err(refuse(
            "/window",
            ProblemCode::InvalidSettings,
            format!("arrival is worked out for windows of at most {WINDOW_DAYS_MAX} days, this one has {window_days}: choose a shorter one"),
        ));
    }
    Ok(PreparedCompletion {
        triangle: triangle(question, settings, history, &range, window_days, zone),
        last_order: last_order(&range, settings),
        window_days,
        currency: organization.currency,
        zone: zone.to_owned(),
        range,
        spend,
    })
}

/// Conversions and revenue by day of touch and day of order.
fn triangle(question: &CompletionQuestion, settings: &Settings, history: &[Variant], range: &DateRange, window_days: i64, zone: &str) -> Plan {
    let learnt_from = range.last().saturating_sub((window_days + TRAINING_DAYS).days());
    let first = range.start().min(learnt_from);
    let start = DateRange::inclusive(first, range.last(), range.zone().clone()).map_or_else(|_| range.start_instant(), |all| all.start_instant());
    let mut statement = Statement::default();
    let zone = statement.bind_text(zone);
    let (start, end) = (statement.bind(Param::Instant(start)), statement.bind(Param::Instant(range.end_instant())));
    let channel = question
        .channel
        .as_ref()
        .map(|channel| format!(" AND channel = {}", statement.bind_text(channel)))
        .unwrap_or_default();
    let sql = format!(
        "SELECT local_date('day', {zone}, touched_at) AS touched, local_date('day', {zone}, converted_at) AS converted,\n\
         \x20 SUM({}) AS conversions, CAST(SUM({}) AS DECIMAL(38, 6)) AS revenue\n\
         FROM {CREDITS}\n\
         WHERE entry = 'sale' AND \"position\" > 0 AND touched_at >= {start} AND touched_at < {end} AND converted_at < {end}{channel}\n\
         GROUP BY 1, 2\nORDER BY 1, 2",
        conversions_column(question.model),
        revenue_column(question.model),
    );
    Plan {
        sql,
        params: statement.into_params(),
        credits: vec![CreditSource {
            variants: history.to_vec(),
            ..CreditSource::new(CREDITS, &[question.model], settings)
        }],
        ..Plan::default()
    }
}

/// The newest order or conversion of the counted types: what came later is not known yet, rather than nothing.
fn last_order(range: &DateRange, settings: &Settings) -> Plan {
    let mut statement = Statement::default();
    let end = statement.bind(Param::Instant(range.end_instant()));
    let types = statement.bind_list(settings.conversion_types.iter().map(|kind| Param::Text(kind.clone())));
    let sql = format!(
        "SELECT MAX(recorded_at) AS last_at\nFROM unified_marketing_data\n\
         WHERE record_kind IN ('order', 'conversion') AND COALESCE(conversion_type, 'purchase') IN ({types}) AND recorded_at < {end}"
    );
    Plan {
        sql,
        params: statement.into_params(),
        ..Plan::default()
    }
}

/// Amounts of the days of touches, by age.
#[derive(Debug, Default)]
struct Triangle {
    conversions: BTreeMap<Date, Vec<f64>>,
    /// In micros, exact up to 2^53.
    revenue: BTreeMap<Date, Vec<f64>>,
}

impl PreparedCompletion {
    pub fn plans(&self) -> [&Plan; 3] {
        [&self.triangle, &self.last_order, &self.spend.plan]
    }

    /// `raw` in the order of [`PreparedCompletion::plans`].
    pub fn finish(self, raw: [RawTable; 3]) -> Completion {
        let [triangle, last_order, spend] = raw;
        let mut answer = Completion {
            days: Vec::new(),
            total: Total::default(),
            arrivals: Vec::new(),
            reason: None,
            as_of: None,
            days_learnt: 0,
            warnings: Vec::new(),
            zone: self.zone.clone(),
            currency: self.currency.as_str().to_owned(),
            data_version: triangle.data_version,
        };
        let last = last_order.rows.first().and_then(|cells| Reader::new(cells).instant());
        let Some(last) = last.map(|instant| self.range.zone().to_datetime(instant).date()) else {
            answer.reason = Some("there is no order yet".to_owned());
            return answer;
        };
        let as_of = last.min(self.range.last());
        answer.as_of = Some(as_of.to_string());
        if as_of < self.range.last() {
            answer.warnings.push(format!("Orders end on {as_of}: days after it are left out"));
        }
        let ages = usize::try_from(self.window_days).unwrap_or(0) + 1;
        let rows = self.read(&triangle, as_of, ages);
        answer.days_learnt = rows.conversions.len();
        let fit = |rows: &BTreeMap<Date, Vec<f64>>| ChainLadder::fit(&rows.values().cloned().collect::<Vec<_>>(), ages, PAIRS_MIN);
        let fitted = match (fit(&rows.conversions), fit(&rows.revenue)) {
            (Ok(conversions), Ok(revenue)) => Some((conversions, revenue)),
            (Err(error), _) | (_, Err(error)) => {
                answer.reason = Some(error.to_string());
                None
            }
        };
        let spend = spend_by_day(self.spend.finish(spend));
        let days = rows
            .conversions
            .iter()
            .zip(&rows.revenue)
            .filter(|((day, _), _)| **day >= self.range.start());
        let listed: Vec<day::Row<'_>> = days
            .map(|((day, conversions), (_, revenue))| day::Row {
                day: *day,
                age: days_between(*day, as_of),
                window_days: self.window_days,
                conversions,
                revenue,
                spend: spend.get(day).copied(),
            })
            .collect();
        answer.total = day::total(&listed, fitted.as_ref(), self.currency);
        answer.arrivals = fitted.as_ref().map(|fitted| day::arrivals(ages, fitted)).unwrap_or_default();
        answer.days = listed.into_iter().map(|row| day::day(&row, fitted.as_ref(), self.currency)).collect();
        answer
    }

    /// Every day from the first with credit (or the first asked for) to `as_of`, days without any included; each row ends with the last age that is over.
    fn read(&self, raw: &RawTable, as_of: Date, ages: usize) -> Triangle {
        let mut cells: BTreeMap<(Date, usize), (f64, f64)> = BTreeMap::new();
        for row in &raw.rows {
            let mut reader = Reader::new(row);
            let (touched, converted) = (reader.text().and_then(day_of), reader.text().and_then(day_of));
            let (conversions, revenue) = (reader.number(), reader.micros().unwrap_or(0));
            let (Some(touched), Some(converted)) = (touched, converted) else {
                continue;
            };
            if converted > as_of {
                continue;
            }
            // A window of whole days may reach into one calendar day more when clocks change.
            let age = usize::try_from(days_between(touched, converted)).unwrap_or(0).min(ages - 1);
            let cell = cells.entry((touched, age)).or_default();
            *cell = (cell.0 + conversions, cell.1 + revenue as f64);
        }
        let first = cells.keys().next().map(|(day, _)| *day).into_iter().chain([self.range.start()]).min();
        let mut triangle = Triangle::default();
        let mut day = first.unwrap_or(as_of);
        while day <= as_of {
            let length = usize::try_from(days_between(day, as_of)).unwrap_or(0).saturating_add(1).min(ages);
            let of_age = |age: usize| cells.get(&(day, age)).copied().unwrap_or_default();
            triangle.conversions.insert(day, (0..length).map(|age| of_age(age).0).collect());
            triangle.revenue.insert(day, (0..length).map(|age| of_age(age).1).collect());
            day = day.saturating_add(1.day());
        }
        triangle
    }
}

fn day_of(text: String) -> Option<Date> {
    text.parse().ok()
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

fn spend_by_day(table: crate::result::ResultTable) -> BTreeMap<Date, i128> {
    let rows = table.rows.into_iter().filter_map(|row| match (row.first(), row.last()) {
        (Some(Cell::Text(day)), Some(Cell::Decimal(spend))) => Some((day.parse().ok()?, spend.micros())),
        _ => None,
    });
    rows.collect()
}

#[cfg(test)]
mod tests;
