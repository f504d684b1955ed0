//! Time grains of the specification, and the bucket that an instant or a civil date falls into.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::record::text_enum;

text_enum!(
    /// The period that one row of a report covers.
    TimeGrain {
        FifteenMinutes = "15min",
        Hour = "hour",
        Day = "day",
        Week = "week",
        Month = "month",
        Quarter = "quarter",
        Year = "year",
        Total = "total",
    }
);

impl TimeGrain {
    /// Grains below a day need instants; civil-date rows (ad platforms' daily figures) cannot be asked at them.
    pub const fn is_finer_than_day(self) -> bool {
        matches!(self, Self::FifteenMinutes | Self::Hour)
    }

    /// First day of the bucket that `date` falls into. Weeks start on Monday (ISO 8601). Grains below a day give the day itself.
    pub fn bucket_of_date(self, date: Date) -> Date {
        match self {
            Self::FifteenMinutes | Self::Hour | Self::Day => date,
            Self::Week => {
                let since_monday = date.weekday().since(Weekday::Monday);
                date.saturating_sub(i64::from(since_monday).days())
            }
            Self::Month => date.first_of_month(),
            Self::Quarter => {
                let month = (date.month() - 1) / 3 * 3 + 1;
                Date::new(date.year(), month, 1).expect("the first of a quarter exists")
            }
            Self::Year => date.first_of_year(),
            Self::Total => Date::ZERO,
        }
    }

    /// Start of the bucket that `instant` falls into, for people who live in `zone`. Day and coarser buckets start at the zone's first
    /// instant of the day (23 and 25 hour days included); hour and 15-minute buckets are cut on the zone's wall clock, and the two
    /// 02:30 of a day that falls back stay apart because the result is an instant.
    pub fn bucket_of_instant(self, instant: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Self::FifteenMinutes => floor_within_offset(instant, zone, 15 * 60),
            Self::Hour => floor_within_offset(instant, zone, 60 * 60),
            Self::Day | Self::Week | Self::Month | Self::Quarter | Self::Year => {
                let date = self.bucket_of_date(zone.to_datetime(instant).date());
                date.to_zoned(zone.clone()).map(|start| start.timestamp()).unwrap_or(instant)
            }
            Self::Total => Timestamp::UNIX_EPOCH,
        }
    }
}

/// Every IANA offset since 1972 is a multiple of 15 minutes; for older ones the wall clock is still what people see.
fn floor_within_offset(instant: Timestamp, zone: &TimeZone, seconds: i64) -> Timestamp {
    let offset = i64::from(zone.to_offset(instant).seconds());
    let local = instant.as_second() + offset;
    Timestamp::from_second(local.div_euclid(seconds) * seconds - offset).unwrap_or(instant)
}

#[cfg(test)]
mod tests;
