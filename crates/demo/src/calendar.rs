//! The shop's clock. People buy more in the evening, on Sundays, in autumn and on Black Friday. Instead of giving each process its own
//! seasonality, every process runs on *shopping time*: a clock that goes faster when people shop more. One unit is an average day.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::Error;

const HOUR_MICROS: i64 = 3_600_000_000;
/// Months of history.
const MONTHS: i64 = 18;
/// Share of a day's shopping by local hour.
const BY_HOUR: [f64; 24] = [
    1.2, 0.7, 0.4, 0.3, 0.3, 0.5, 1.2, 2.4, 3.6, 4.4, 4.9, 5.1, 5.3, 5.2, 5.0, 4.9, 5.1, 5.6, 6.3, 7.2, 8.1, 7.9, 5.6, 2.9,
];
/// Monday first.
const BY_WEEKDAY: [f64; 7] = [1.06, 0.98, 0.96, 0.98, 0.93, 0.96, 1.13];
/// Outdoor clothing sells before and in winter; values stand for the middle of each month.
const BY_MONTH: [f64; 12] = [0.98, 0.86, 0.90, 0.98, 0.97, 0.86, 0.78, 0.84, 1.04, 1.20, 1.32, 1.28];
/// Growth from year to year.
const GROWTH: f64 = 0.20;

#[derive(Debug)]
pub(crate) struct Calendar {
    pub(crate) first_day: Date,
    pub(crate) days: usize,
    /// Shopping done per day, 1 on average.
    pub(crate) season: Vec<f64>,
    /// Start of each clock hour, with the end of the last one.
    hour_start: Vec<i64>,
    /// Day of each clock hour.
    hour_day: Vec<u16>,
    /// Shopping time at the start of each hour.
    cumulative: Vec<f64>,
}

/// A point of shopping time on the wall clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) micros: i64,
    /// Days since the first day, in the organisation's zone.
    pub(crate) day: u16,
}

impl Calendar {
    pub(crate) fn new(last_day: Date, zone: &TimeZone) -> Result<Self, Error> {
        let beyond = |_| Error::LastDay { day: last_day };
        let end = last_day.checked_add(1.day()).map_err(beyond)?;
        let first_day = end.checked_sub(MONTHS.months()).map_err(beyond)?;
        let mut calendar = Self {
            first_day,
            days: 0,
            season: Vec::new(),
            hour_start: Vec::new(),
            hour_day: Vec::new(),
            cumulative: vec![0.0],
        };
        let midnight = |day: Date| day.to_zoned(zone.clone()).map(|start| start.timestamp().as_microsecond()).map_err(beyond);
        let mut day = first_day;
        let mut done = 0.0;
        while day < end {
            let next = day.checked_add(1.day()).map_err(beyond)?;
            let season = season(day, calendar.days);
            let (mut at, until) = (midnight(day)?, midnight(next)?);
            while at < until {
                let instant = Timestamp::from_microsecond(at).map_err(beyond)?;
                let hour = zone.to_datetime(instant).hour();
                done += season * BY_HOUR[usize::try_from(hour).unwrap_or(0)];
                calendar.hour_start.push(at);
                calendar.hour_day.push(u16::try_from(calendar.days).unwrap_or(u16::MAX));
                calendar.cumulative.push(done);
                at += HOUR_MICROS;
            }
            calendar.season.push(season);
            calendar.days += 1;
            day = next;
        }
        calendar.hour_start.push(midnight(end)?);
        let unit = calendar.days as f64 / done;
        calendar.cumulative.iter_mut().for_each(|value| *value *= unit);
        let mean = calendar.season.iter().sum::<f64>() / calendar.days as f64;
        calendar.season.iter_mut().for_each(|value| *value /= mean);
        Ok(calendar)
    }

    /// Shopping time at the end of the last day; it starts at 0.
    pub(crate) fn end(&self) -> f64 {
        self.days as f64
    }

    /// First instant after the last day.
    pub(crate) fn end_micros(&self) -> i64 {
        *self.hour_start.last().expect("a calendar has at least one hour")
    }

    /// The wall clock, to the millisecond, at shopping time `at` (0 ≤ `at` < end).
    pub(crate) fn moment(&self, at: f64) -> Moment {
        let hour = self.cumulative.partition_point(|start| *start <= at).clamp(1, self.hour_day.len()) - 1;
        let (from, to) = (self.cumulative[hour], self.cumulative[hour + 1]);
        let within = ((at - from) / (to - from)).clamp(0.0, 0.999_999_9);
        let micros = self.hour_start[hour] + (within * 3_600_000.0) as i64 * 1000;
        Moment {
            micros,
            day: self.hour_day[hour],
        }
    }

    pub(crate) fn date(&self, day: usize) -> Date {
        self.first_day.saturating_add(i64::try_from(day).unwrap_or(0).days())
    }
}

fn season(day: Date, since_start: usize) -> f64 {
    let weekday = BY_WEEKDAY[usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0)];
    let growth = 1.0 + GROWTH * since_start as f64 / 365.0;
    month_factor(day) * weekday * growth * sale_factor(day)
}

/// Between the middles of two months the factor moves in a straight line.
pub(crate) fn month_factor(day: Date) -> f64 {
    let month = usize::try_from(day.month()).unwrap_or(1) - 1;
    let offset = (f64::from(day.day()) - 15.0) / 30.0;
    let other = if offset < 0.0 { (month + 11) % 12 } else { (month + 1) % 12 };
    BY_MONTH[month] + (BY_MONTH[other] - BY_MONTH[month]) * offset.abs().min(0.5)
}

/// Black Friday and Cyber Monday, the week around them, and the last shipping days before Christmas.
fn sale_factor(day: Date) -> f64 {
    let friday = black_friday(day.year());
    match friday.until(day).map(|span| span.get_days()).unwrap_or(i32::MAX) {
        0 => 3.1,
        3 => 2.4,
        1 | 2 => 1.9,
        -4..=-1 => 1.45,
        13..=21 if day.month() == 12 => 1.25,
        _ => 1.0,
    }
}

/// The day after the fourth Thursday of November.
pub(crate) fn black_friday(year: i16) -> Date {
    Date::new(year, 11, 1)
        .and_then(|first| first.nth_weekday_of_month(4, Weekday::Thursday))
        .and_then(|thursday| thursday.checked_add(1.day()))
        .expect("November of a year within jiff's range has a fourth Thursday")
}

#[cfg(test)]
mod tests;
