//! The days that a page asks about, and what it means to leave them out.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::problem::Problem;

/// Days of a range that nobody chose: four whole weeks, so that every weekday counts equally often.
const DAYS_DEFAULT: i64 = 28;

/// First and last day. Both absent: the last 28 full days in `zone`. What is given is checked by the plan.
pub(crate) fn resolve(from: Option<String>, to: Option<String>, zone: &str, now: Timestamp) -> Result<(String, String), Problem> {
    match (from, to) {
        (Some(from), Some(to)) => Ok((from, to)),
        (None, None) => {
            let zone = types::date_range::parse_zone(zone).unwrap_or(TimeZone::UTC);
            let today = zone.to_datetime(now).date();
            Ok((
                today.saturating_sub(DAYS_DEFAULT.days()).to_string(),
                today.saturating_sub(1.day()).to_string(),
            ))
        }
        (Some(_), None) => Err(Problem::invalid_field(
            "/to",
            "missing",
            "give the last day as well, or leave both days out for the last 28 full days",
        )),
        (None, Some(_)) => Err(Problem::invalid_field(
            "/from",
            "missing",
            "give the first day as well, or leave both days out for the last 28 full days",
        )),
    }
}
