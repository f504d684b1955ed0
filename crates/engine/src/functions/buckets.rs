//! Cuts instants and dates into buckets of a grain in a zone, quickly and exactly as [`TimeGrain`] does one by one.
//!
//! Between two changes of a zone's offset an instant's bucket depends only on its local day (or quarter hour), so that a row costs a
//! comparison with the offset's span, a division, and a look at the days already cut.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use types::TimeGrain;

const MICROS: i64 = 1_000_000;
const DAY_MICROS: i64 = 86_400 * MICROS;

/// Days since 1970-01-01 of a civil date, as Arrow's Date32 counts them.
pub(crate) fn days_of_date(date: Date) -> i32 {
    Date::constant(1970, 1, 1)
        .until(date)
        .expect("two dates of jiff's range are some days apart")
        .get_days()
}

/// The civil date of a Date32; `None` beyond jiff's years −9999 to 9999.
pub(crate) fn date_of_days(days: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(i64::from(days).days()).ok()
}

/// A span of instants with one offset: `start` included, `end` not; micros.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: i64,
    end: i64,
    offset_micros: i64,
}

/// Cuts the instants of one column.
#[derive(Debug)]
pub(crate) struct InstantBuckets<'a> {
    grain: TimeGrain,
    zone: &'a TimeZone,
    /// The span of the latest row, then spans seen before: a zone has two a year.
    current: Span,
    seen: Vec<Span>,
    /// Bucket start by local day, in micros.
    starts: HashMap<i64, i64>,
    latest: (i64, i64),
}

impl<'a> InstantBuckets<'a> {
    pub(crate) fn new(grain: TimeGrain, zone: &'a TimeZone) -> Self {
        let nothing = Span {
            start: 0,
            end: 0,
            offset_micros: 0,
        };
        Self {
            grain,
            zone,
            current: nothing,
            seen: Vec::new(),
            starts: HashMap::new(),
            latest: (i64::MIN, 0),
        }
    }

    /// Start of the bucket of an instant, in micros; `None` beyond jiff's range.
    pub(crate) fn start_of(&mut self, micros: i64) -> Option<i64> {
        // Before 1970 rows are rare and fractions of seconds round the other way: one by one.
        if micros < 0 || self.grain == TimeGrain::Total {
            return Some(
                self.grain
                    .bucket_of_instant(Timestamp::from_microsecond(micros).ok()?, self.zone)
                    .as_microsecond(),
            );
        }
        let span = self.span_of(micros)?;
        let local = micros + span.offset_micros;
        match self.grain {
            TimeGrain::FifteenMinutes => Some(local - local.rem_euclid(15 * 60 * MICROS) - span.offset_micros),
            TimeGrain::Hour => Some(local - local.rem_euclid(3_600 * MICROS) - span.offset_micros),
            TimeGrain::Day | TimeGrain::Week | TimeGrain::Month | TimeGrain::Quarter | TimeGrain::Year | TimeGrain::Total => {
                let day = local.div_euclid(DAY_MICROS);
                if self.latest.0 != day {
                    let start = match self.starts.get(&day) {
                        Some(start) => *start,
                        None => {
                            let start = self
                                .grain
                                .bucket_of_instant(Timestamp::from_microsecond(micros).ok()?, self.zone)
                                .as_microsecond();
                            self.starts.insert(day, start);
                            start
                        }
                    };
                    self.latest = (day, start);
                }
                Some(self.latest.1)
            }
        }
    }

    /// Local day of an instant, in days since 1970; `None` beyond jiff's range.
    pub(crate) fn local_day_of(&mut self, micros: i64) -> Option<i64> {
        let span = self.span_of(micros)?;
        Some((micros + span.offset_micros).div_euclid(DAY_MICROS))
    }

    fn span_of(&mut self, micros: i64) -> Option<Span> {
        let holds = |span: &Span| span.start <= micros && micros < span.end;
        if holds(&self.current) {
            return Some(self.current);
        }
        if let Some(span) = self.seen.iter().copied().find(holds) {
            self.current = span;
            return Some(span);
        }
        let instant = Timestamp::from_microsecond(micros).ok()?;
        let offset_micros = i64::from(self.zone.to_offset(instant).seconds()) * MICROS;
        // `preceding` excludes the instant itself; a transition at the instant is the start of its span.
        let after = Timestamp::from_microsecond(micros.checked_add(1)?).ok()?;
        let start = self
            .zone
            .preceding(after)
            .next()
            .map_or(i64::MIN, |transition| transition.timestamp().as_microsecond());
        let end = self
            .zone
            .following(instant)
            .next()
            .map_or(i64::MAX, |transition| transition.timestamp().as_microsecond());
        let span = Span { start, end, offset_micros };
        self.seen.push(span);
        self.current = span;
        Some(span)
    }
}

/// Cuts the civil dates of one column.
#[derive(Debug)]
pub(crate) struct DateBuckets {
    grain: TimeGrain,
    starts: HashMap<i32, i32>,
    latest: (i32, i32),
}

impl DateBuckets {
    pub(crate) fn new(grain: TimeGrain) -> Self {
        Self {
            grain,
            starts: HashMap::new(),
            latest: (i32::MIN, 0),
        }
    }

    /// First day of the bucket of a day; `None` beyond jiff's range.
    pub(crate) fn start_of(&mut self, days: i32) -> Option<i32> {
        if self.latest.0 != days {
            let start = match self.starts.get(&days) {
                Some(start) => *start,
                None => {
                    let start = days_of_date(self.grain.bucket_of_date(date_of_days(days)?));
                    self.starts.insert(days, start);
                    start
                }
            };
            self.latest = (days, start);
        }
        Some(self.latest.1)
    }
}

#[cfg(test)]
mod tests;
