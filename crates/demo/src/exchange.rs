//! Daily exchange rates to the reporting currency: a smooth random walk that returns to its mean and rests at weekends.

use jiff::civil::{Date, Weekday};
use types::Currency;
use types::money::FxRate;

use crate::calendar::Calendar;
use crate::random::{Random, exp};

/// Foreign currencies of the demo company, with the rate around which they move.
const FOREIGN: [(Currency, f64); 2] = [(Currency::USD, 0.915), (Currency::GBP, 1.172)];

#[derive(Debug)]
pub(crate) struct Exchange {
    /// By day, in the order of `FOREIGN`.
    rates: Vec<[FxRate; 2]>,
}

impl Exchange {
    pub(crate) fn generate(calendar: &Calendar, random: &mut Random) -> Self {
        let mut level = [0.0_f64; 2];
        let mut rates = Vec::with_capacity(calendar.days);
        for day in 0..calendar.days {
            if !matches!(calendar.date(day).weekday(), Weekday::Saturday | Weekday::Sunday) {
                for value in &mut level {
                    *value += -0.015 * *value + 0.0038 * random.normal();
                }
            }
            // Central banks publish few digits: six after the point.
            let rate = |index: usize| FxRate {
                billionths: (FOREIGN[index].1 * exp(level[index]) * 1e6).round() as i64 * 1000,
            };
            rates.push([rate(0), rate(1)]);
        }
        Self { rates }
    }

    /// Units of EUR for one unit of `currency` on `day`.
    pub(crate) fn rate(&self, day: usize, currency: Currency) -> FxRate {
        match FOREIGN.iter().position(|(foreign, _)| *foreign == currency) {
            Some(index) => self.rates[day.min(self.rates.len() - 1)][index],
            None => FxRate::ONE,
        }
    }

    pub(crate) fn list(&self, calendar: &Calendar) -> Vec<(Date, Currency, FxRate)> {
        let of_day = |(day, rates): (usize, &[FxRate; 2])| {
            let date = calendar.date(day);
            [(date, FOREIGN[0].0, rates[0]), (date, FOREIGN[1].0, rates[1])]
        };
        self.rates.iter().enumerate().flat_map(of_day).collect()
    }
}
