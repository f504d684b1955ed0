//! Which exchange rate an amount is converted at.

use std::collections::{BTreeMap, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use types::money::FxRate;
use types::{Currency, UnifiedRow};

use crate::refusal::Fault;

/// Oldest rate that still serves for a day, in days: banks publish none on weekends and holidays.
const RATE_AGE_DAYS_MAX: i64 = 7;

/// An organisation's rates to its reporting currency.
#[derive(Clone, Debug)]
pub(crate) struct FxTable {
    reporting: Currency,
    zone: TimeZone,
    rates: HashMap<Currency, BTreeMap<Date, FxRate>>,
}

impl FxTable {
    /// `zone` is the organisation's: it decides the day of an instant.
    pub(crate) fn new(reporting: Currency, zone: TimeZone, rates: impl IntoIterator<Item = (Date, Currency, FxRate)>) -> Self {
        let mut table = Self {
            reporting,
            zone,
            rates: HashMap::new(),
        };
        for (date, currency, rate) in rates {
            table.rates.entry(currency).or_default().insert(date, rate);
        }
        table
    }

    pub(crate) fn reporting(&self) -> Currency {
        self.reporting
    }

    /// The rate of the row's day: the civil date of a platform's row, else the day in the organisation's zone; or the newest rate of the
    /// seven days before.
    pub(crate) fn rate_for<T>(&self, row: &UnifiedRow<T>, currency: Currency) -> Result<FxRate, Fault> {
        if currency == self.reporting {
            return Ok(FxRate::ONE);
        }
        let date = row.civil_date.unwrap_or_else(|| row.recorded_at.to_zoned(self.zone.clone()).date());
        let oldest = date.saturating_sub(RATE_AGE_DAYS_MAX.days());
        let rate = self.rates.get(&currency).and_then(|rates| rates.range(oldest..=date).next_back());
        rate.map(|(_, rate)| *rate).ok_or_else(|| {
            Fault::new(
                "missing_rate",
                format!("there is no rate from {currency} to {} for {date} or the {RATE_AGE_DAYS_MAX} days before: add the exchange rate and import the row again", self.reporting),
            )
        })
    }
}
