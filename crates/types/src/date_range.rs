//! A range of civil days in a zone: half-open, never two loose strings.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Days from `start` up to, not including, `end`, as people in `zone` see them.
#[derive(Clone, Debug, PartialEq)]
pub struct DateRange {
    start: Date,
    end: Date,
    zone: TimeZone,
}

#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Error {
    #[error("the range ends on {last} before it starts on {first}: give the earlier day as the start")]
    Backwards { first: Date, last: Date },
    #[error("`{zone}` is not a time zone: use an IANA name such as Europe/Berlin or UTC")]
    Zone { zone: String },
    #[error("`{text}` is not a day: write it as YYYY-MM-DD")]
    Day { text: String },
    #[error("a range may cover at most {max} days, this one covers {days}")]
    TooLong { days: i64, max: i64 },
}

/// Longest range a report may cover: about a century, so that bucket counts stay bounded.
const DAYS_MAX: i64 = 36_600;

impl DateRange {
    /// `first` and `last` are both included, as people say them.
    pub fn inclusive(first: Date, last: Date, zone: TimeZone) -> Result<Self, Error> {
        if last < first {
            return Err(Error::Backwards { first, last });
        }
        let days = days_between(first, last) + 1;
        if days > DAYS_MAX {
            return Err(Error::TooLong { days, max: DAYS_MAX });
        }
        Ok(Self {
            start: first,
            end: last.saturating_add(1.day()),
            zone,
        })
    }

    /// Parses the three texts of a request; both days are included.
    pub fn parse(first: &str, last: &str, zone: &str) -> Result<Self, Error> {
        let day = |text: &str| text.parse::<Date>().map_err(|_| Error::Day { text: text.to_owned() });
        Self::inclusive(day(first)?, day(last)?, parse_zone(zone)?)
    }

    pub fn start(&self) -> Date {
        self.start
    }

    /// The first day that is no longer in the range.
    pub fn end(&self) -> Date {
        self.end
    }

    pub fn last(&self) -> Date {
        self.end.saturating_sub(1.day())
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    pub fn days(&self) -> i64 {
        days_between(self.start, self.end)
    }

    /// First instant of the first day in the zone.
    pub fn start_instant(&self) -> Timestamp {
        first_instant(self.start, &self.zone)
    }

    /// First instant after the range.
    pub fn end_instant(&self) -> Timestamp {
        first_instant(self.end, &self.zone)
    }

    /// The range of equal length that ends where this one starts.
    pub fn previous(&self) -> Self {
        let start = self.start.saturating_sub(self.days().days());
        Self {
            start,
            end: self.start,
            zone: self.zone.clone(),
        }
    }
}

/// A zone by its IANA name; names of other kinds (`CET+1`, empty) are refused.
pub fn parse_zone(name: &str) -> Result<TimeZone, Error> {
    TimeZone::get(name).map_err(|_| Error::Zone { zone: name.to_owned() })
}

fn first_instant(date: Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone())
        .map(|zoned| zoned.timestamp())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map(|span| i64::from(span.get_days())).unwrap_or(0)
}

#[cfg(test)]
mod tests;
