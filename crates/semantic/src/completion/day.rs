//! One day of the answer, and all of them together.

use jiff::civil::Date;
use serde::Serialize;
use stats::{ChainLadder, Projection};
use types::Currency;
use types::money::{format_amount, round_half_even};

/// A range that holds nine times of ten, with the value that is expected.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Range {
    pub expected: f64,
    pub low: f64,
    pub high: f64,
}

/// The same of money: decimal text in whole minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MoneyRange {
    pub expected: String,
    pub low: String,
    pub high: String,
}

/// Share that has usually arrived by the end of an age.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Arrival {
    pub age_days: usize,
    pub conversions: f64,
    pub revenue: f64,
}

/// A day of touches: what its touches have earned so far, and what they will have earned when the window is over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DayCompletion {
    pub day: String,
    /// Full days since.
    pub age_days: i64,
    /// The window is over: nothing more can arrive.
    pub is_complete: bool,
    #[serde(flatten)]
    pub so_far: Total,
}

/// Figures of one day or of several together. Revenue is before refunds; ROAS is over the spend of the same days.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Total {
    /// Share of the conversions that has usually arrived by now, from 0 to 1. None where nothing can be said.
    pub completion: Option<f64>,
    pub conversions: f64,
    pub conversions_expected: Option<Range>,
    pub revenue: String,
    pub revenue_expected: Option<MoneyRange>,
    /// None where no source reports spend.
    pub spend: Option<String>,
    pub roas: Option<f64>,
    pub roas_expected: Option<Range>,
}

/// A day on its way into the answer.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) day: Date,
    pub(super) age: i64,
    pub(super) window_days: i64,
    pub(super) conversions: &'a [f64],
    pub(super) revenue: &'a [f64],
    pub(super) spend: Option<i128>,
}

pub(super) fn day(row: &Row<'_>, fitted: Option<&(ChainLadder, ChainLadder)>, currency: Currency) -> DayCompletion {
    let is_complete = row.age >= row.window_days;
    let mut so_far = figures(std::slice::from_ref(row), fitted, currency);
    if is_complete {
        so_far.completion = Some(1.0);
    } else if let Some((conversions, _)) = fitted {
        so_far.completion = Some(rounded(conversions.completion(row.conversions.len().saturating_sub(1)), 1e6));
    }
    DayCompletion {
        day: row.day.to_string(),
        age_days: row.age,
        is_complete,
        so_far,
    }
}

/// The days together; the completion is what has arrived of what is expected.
pub(super) fn total(rows: &[Row<'_>], fitted: Option<&(ChainLadder, ChainLadder)>, currency: Currency) -> Total {
    let mut total = figures(rows, fitted, currency);
    total.completion = match &total.conversions_expected {
        Some(range) if range.expected > 0.0 => Some(rounded((total.conversions / range.expected).min(1.0), 1e6)),
        Some(_) | None => None,
    };
    total
}

pub(super) fn arrivals(ages: usize, (conversions, revenue): &(ChainLadder, ChainLadder)) -> Vec<Arrival> {
    let arrival = |age_days| Arrival {
        age_days,
        conversions: rounded(conversions.completion(age_days), 1e6),
        revenue: rounded(revenue.completion(age_days), 1e6),
    };
    (0..ages).map(arrival).collect()
}

fn figures(rows: &[Row<'_>], fitted: Option<&(ChainLadder, ChainLadder)>, currency: Currency) -> Total {
    let unit = i128::from(currency.micros_per_minor_unit());
    let money = |micros: f64| {
        let whole = round_half_even(micros.round() as i128, unit).saturating_mul(unit);
        format_amount(i64::try_from(whole).unwrap_or(i64::MAX), currency)
    };
    let spend = rows.iter().filter_map(|row| row.spend).reduce(|left, right| left + right);
    let observed = |amounts: fn(&Row<'_>) -> f64| rows.iter().map(amounts).sum::<f64>();
    let revenue = observed(|row| row.revenue.iter().sum());
    let over_spend = |micros: f64| spend.filter(|spend| *spend > 0).map(|spend| rounded(micros / spend as f64, 1e6));
    let projected = fitted.map(|(conversions, revenue)| {
        (
            conversions.project_sum(rows.iter().map(|row| row.conversions)),
            revenue.project_sum(rows.iter().map(|row| row.revenue)),
        )
    });
    let range = |projection: Projection, scale: f64| {
        let (low, high) = projection.interval_90();
        Range {
            expected: rounded(projection.expected / scale, 1e6),
            low: rounded(low / scale, 1e6),
            high: rounded(high / scale, 1e6),
        }
    };
    Total {
        completion: None,
        conversions: rounded(observed(|row| row.conversions.iter().sum()), 1e6),
        conversions_expected: projected.map(|(conversions, _)| range(conversions, 1.0)),
        revenue: money(revenue),
        revenue_expected: projected.map(|(_, revenue)| {
            let (low, high) = revenue.interval_90();
            MoneyRange {
                expected: money(revenue.expected),
                low: money(low),
                high: money(high),
            }
        }),
        spend: spend.map(|spend| money(spend as f64)),
        roas: over_spend(revenue),
        roas_expected: spend
            .filter(|spend| *spend > 0)
            .and_then(|spend| projected.map(|(_, revenue)| range(revenue, spend as f64))),
    }
}

/// Estimates carry no digits beyond what anybody reads.
fn rounded(number: f64, digits: f64) -> f64 {
    (number * digits).round() / digits
}
