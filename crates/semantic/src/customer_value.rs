//! What customers will still be worth: BG/NBD × Gamma-Gamma over everybody with a purchase.
//!
//! Purchases are counted by days (several orders on a day are one purchase), as in the literature; values are net of refunds. The models
//! are estimates and never exact money: what comes out of them is rounded to the currency's digits and called predicted.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use serde::Serialize;
use stats::{CustomerValue, Purchases, Spending};
use types::money::format_amount;
use types::{Currency, date_range};

use crate::acquired::sales;
use crate::engine::{Param, Plan, RawTable, RowOrder};
use crate::journey::JourneyEvent;
use crate::row::Reader;

/// Days that a prediction looks ahead: twelve months.
pub const HORIZON_DAYS: f64 = 365.25;

/// Customers that the models are fitted to. Ids are digests, so the first in their order are a fair sample.
pub const SAMPLE_MAX: usize = 50_000;

/// What one customer bought, by days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bought {
    pub(crate) repeats: u32,
    pub(crate) first_day: i64,
    pub(crate) last_day: i64,
    /// Net value of the purchases after the first day.
    pub(crate) repeat_revenue: f64,
}

/// The fitted models, or why there are none. Equal data versions give equal fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    model: Result<CustomerValue, stats::Error>,
    /// Until when purchases are known; days since 1970.
    through_day: i64,
    pub customers: usize,
    /// True where there are more customers than the models were fitted to.
    pub is_sample: bool,
    pub data_version: i64,
}

/// A customer's past and future.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CustomerOutlook {
    /// Purchases minus refunds so far, in the reporting currency.
    pub observed: String,
    /// Predicted value of the purchases of the next twelve months; null where there is not enough data to predict from.
    pub next_12_months: Option<String>,
    /// Both together.
    pub predicted: Option<String>,
    /// Predicted purchases (days with an order) in the next twelve months.
    pub purchases: Option<f64>,
    /// Probability that the customer will buy again at all.
    pub alive: Option<f64>,
    /// Why nothing is predicted.
    pub note: Option<String>,
}

/// Parameters of the fitted models, for those who want to check them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parameters {
    pub r: f64,
    /// In days.
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
    pub p: f64,
    pub q: f64,
    /// In the reporting currency.
    pub v: f64,
}

/// `buyer`, `first_day`, `last_day` (days since 1970 in the zone bound to `zone`), `repeats`, `repeat_revenue`.
pub(crate) fn buying(zone: &str) -> String {
    format!(
        "SELECT buyer, first_day, MAX(CASE WHEN is_sale = 1 THEN day END) AS last_day,\n\
         \x20 SUM(CASE WHEN is_sale = 1 AND day > first_day THEN 1 ELSE 0 END) AS repeats,\n\
         \x20 CAST(SUM(CASE WHEN day > first_day THEN revenue END) AS DOUBLE) AS repeat_revenue\n\
         FROM (\nSELECT *, MIN(CASE WHEN is_sale = 1 THEN day END) OVER (PARTITION BY buyer) AS first_day\n\
         FROM (\nSELECT buyer, CAST(local_date('day', {zone}, sold_at) AS INTEGER) AS day, MAX(is_sale) AS is_sale, SUM(revenue) AS revenue\n\
         FROM (\n{}\n) AS sales\nGROUP BY buyer, 2\n) AS days\n) AS dated\nWHERE first_day IS NOT NULL\nGROUP BY buyer, first_day",
        sales()
    )
}

/// What the models are fitted to: the customers' purchases in the organisation's days.
pub fn sample_plan(zone: &str) -> Plan {
    Plan {
        sql: format!(
            "SELECT repeats, first_day, last_day, repeat_revenue, MAX(last_day) OVER () AS through_day\n\
             FROM (\n{}\n) AS bought\nORDER BY buyer\nLIMIT {}",
            buying("$1"),
            SAMPLE_MAX + 1
        ),
        params: vec![Param::Text(zone.to_owned())],
        credits: Vec::new(),
        paths: Vec::new(),
        totals: Vec::new(),
        order: RowOrder::Wanted,
    }
}

impl Bought {
    pub(crate) fn read(row: &mut Reader<'_>) -> Self {
        Self {
            repeats: u32::try_from(row.integer()).unwrap_or(0),
            first_day: row.integer(),
            last_day: row.integer(),
            repeat_revenue: row.number(),
        }
    }

    fn purchases(&self, through_day: i64) -> Purchases {
        let last = (self.last_day - self.first_day) as f64;
        Purchases {
            repeats: self.repeats,
            last: if self.repeats == 0 { 0.0 } else { last },
            age: (through_day - self.first_day) as f64,
        }
    }

    fn spending(&self) -> Spending {
        let mean = if self.repeats == 0 {
            0.0
        } else {
            self.repeat_revenue / f64::from(self.repeats)
        };
        Spending {
            purchases: self.repeats,
            mean,
        }
    }
}

impl Fit {
    /// Fits the models to the answer of [`sample_plan`]. This computes for some hundred milliseconds where there are many customers.
    pub fn compute(raw: &RawTable) -> Self {
        let mut through_day = 0;
        let mut customers = Vec::with_capacity(raw.rows.len());
        for cells in &raw.rows {
            let mut row = Reader::new(cells);
            let bought = Bought::read(&mut row);
            through_day = through_day.max(row.integer());
            customers.push(bought);
        }
        let is_sample = customers.len() > SAMPLE_MAX;
        customers.truncate(SAMPLE_MAX);
        let rows: Vec<(Purchases, Spending)> = customers
            .iter()
            .map(|bought| (bought.purchases(through_day), bought.spending()))
            .collect();
        Self {
            model: CustomerValue::fit(&rows),
            through_day,
            customers: rows.len(),
            is_sample,
            data_version: raw.data_version,
        }
    }

    pub fn parameters(&self) -> Option<Parameters> {
        let CustomerValue { purchases, spending } = self.model.as_ref().ok()?;
        Some(Parameters {
            r: purchases.r,
            alpha: purchases.alpha,
            a: purchases.a,
            b: purchases.b,
            p: spending.p,
            q: spending.q,
            v: spending.v,
        })
    }

    /// Why there is no prediction.
    pub fn note(&self) -> Option<String> {
        self.model.as_ref().err().map(|error| format!("Nothing is predicted: {error}."))
    }

    /// Until when purchases are known, in the organisation's days.
    pub fn through(&self) -> Date {
        let epoch = Date::new(1970, 1, 1).expect("a date");
        epoch.saturating_add(jiff::Span::new().days(self.through_day.clamp(0, 1_000_000)))
    }

    /// Value of what the customer will buy in the next twelve months.
    pub(crate) fn next_12_months(&self, bought: &Bought) -> Option<f64> {
        let model = self.model.as_ref().ok()?;
        Some(model.expected(&bought.purchases(self.through_day), &bought.spending(), HORIZON_DAYS))
    }

    /// One customer, from the rows of its journey. None where it has not bought.
    pub fn outlook(&self, events: &[JourneyEvent], zone: &str, currency: Currency) -> Option<CustomerOutlook> {
        let zone = date_range::parse_zone(zone).unwrap_or(TimeZone::UTC);
        let (bought, observed) = bought(events, &zone)?;
        let model = self.model.as_ref().ok();
        let (purchases, spending) = (bought.purchases(self.through_day.max(bought.last_day)), bought.spending());
        let next = model.map(|model| micros(model.expected(&purchases, &spending, HORIZON_DAYS), currency));
        Some(CustomerOutlook {
            observed: format_amount(observed, currency),
            next_12_months: next.map(|next| format_amount(next, currency)),
            predicted: next.map(|next| format_amount(observed.saturating_add(next), currency)),
            purchases: model.map(|model| model.purchases.expected(&purchases, HORIZON_DAYS)),
            alive: model.map(|model| model.purchases.alive(&purchases)),
            note: self.note(),
        })
    }
}

/// An estimate in whole minor units, as millionths.
pub(crate) fn micros(estimate: f64, currency: Currency) -> i64 {
    let unit = currency.micros_per_minor_unit();
    // Saturates, which no real amount reaches.
    ((estimate * 1_000_000.0 / unit as f64).round() as i64).saturating_mul(unit)
}

/// A customer's purchases from its own rows, and what they were worth so far in millionths; as [`buying`] has it.
fn bought(events: &[JourneyEvent], zone: &TimeZone) -> Option<(Bought, i64)> {
    let counted = |event: &&JourneyEvent| {
        matches!(event.record_kind.as_str(), "order" | "conversion" | "refund")
            && event.conversion_type.as_deref().unwrap_or("purchase") == "purchase"
    };
    let (mut sale_days, mut amounts) = (Vec::new(), Vec::new());
    for event in events.iter().filter(counted) {
        let day = day_of(event.recorded_at, zone)?;
        let amount = |text: &Option<String>| text.as_deref().and_then(|text| types::money::parse_micros(text).ok()).unwrap_or(0);
        if event.record_kind == "refund" {
            amounts.push((day, -amount(&event.refund)));
        } else {
            sale_days.push(day);
            amounts.push((day, amount(&event.revenue)));
        }
    }
    sale_days.sort_unstable();
    sale_days.dedup();
    let (first_day, last_day) = (*sale_days.first()?, *sale_days.last()?);
    let repeat: i64 = amounts.iter().filter(|(day, _)| *day > first_day).map(|(_, amount)| amount).sum();
    let bought = Bought {
        repeats: u32::try_from(sale_days.len() - 1).unwrap_or(u32::MAX),
        first_day,
        last_day,
        repeat_revenue: repeat as f64 / 1_000_000.0,
    };
    Some((bought, amounts.iter().map(|(_, amount)| amount).sum()))
}

fn day_of(instant: Timestamp, zone: &TimeZone) -> Option<i64> {
    let epoch = Date::new(1970, 1, 1).expect("a date");
    let span = zone.to_datetime(instant).date().since((Unit::Day, epoch)).ok()?;
    Some(i64::from(span.get_days()))
}

#[cfg(test)]
mod tests;
