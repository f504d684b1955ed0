//! Text to instants and civil dates: RFC 3339 by a fast path, epochs, and strptime patterns in a zone.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::refusal::Fault;

/// How the text of an instant is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum InstantFormat {
    /// With its offset: `2026-07-22T20:40:41Z`.
    Rfc3339,
    EpochSeconds,
    EpochMillis,
    /// A strptime pattern that contains the offset (`%z`).
    WithOffset(String),
    /// A strptime pattern without offset: wall clock time in the zone.
    Local(String, TimeZone),
}

/// How the text of a date is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum DateFormat {
    /// `2026-07-22`.
    Iso,
    Pattern(String),
}

impl InstantFormat {
    /// The instant, cut to whole microseconds.
    pub(crate) fn parse(&self, text: &str) -> Result<Timestamp, Fault> {
        match self {
            Self::Rfc3339 => match parse_rfc3339_fast(text.as_bytes()) {
                Some(instant) => Ok(instant),
                None => parse_rfc3339(text),
            },
            Self::EpochSeconds => parse_epoch(text, 6),
            Self::EpochMillis => parse_epoch(text, 3),
            Self::WithOffset(pattern) => parse_pattern(pattern, text)?
                .to_timestamp()
                .map_err(|error| not_in_pattern(pattern, text, &error))
                .map(in_micros),
            Self::Local(pattern, zone) => {
                let local = match pattern.as_str() {
                    "%Y-%m-%d %H:%M:%S" => parse_local_fast(text.as_bytes(), b' '),
                    "%Y-%m-%dT%H:%M:%S" => parse_local_fast(text.as_bytes(), b'T'),
                    _ => None,
                };
                let local = match local {
                    Some(local) => local,
                    None => parse_pattern(pattern, text)?
                        .to_datetime()
                        .map_err(|error| not_in_pattern(pattern, text, &error))?,
                };
                in_zone(local, zone)
            }
        }
    }
}

impl DateFormat {
    pub(crate) fn parse(&self, text: &str) -> Result<Date, Fault> {
        match self {
            Self::Iso => match parse_date_fast(text.as_bytes()) {
                Some(date) if text.len() == 10 => Ok(date),
                Some(_) | None => Err(Fault::new(
                    "bad_date",
                    format!("`{text}` is not a day of the calendar in the form YYYY-MM-DD: mend it, or give the mapping the `format` of the column"),
                )),
            },
            Self::Pattern(pattern) => parse_pattern(pattern, text)?
                .to_date()
                .map_err(|error| not_in_pattern(pattern, text, &error)),
        }
    }
}

/// Wall clock time to an instant. A time that the zone skipped is refused; of a time that came twice the first is taken.
fn in_zone(local: DateTime, zone: &TimeZone) -> Result<Timestamp, Fault> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let instant = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => ambiguous.unambiguous(),
        AmbiguousOffset::Fold { .. } => ambiguous.earlier(),
        AmbiguousOffset::Gap { .. } => {
            return Err(Fault::new(
                "no_such_time",
                format!(
                    "{local} does not exist in {}: clocks went forward over it; export the column in UTC, or correct the mapping's `zone`",
                    zone.iana_name().unwrap_or("the zone")
                ),
            ));
        }
    };
    instant
        .map(in_micros)
        .map_err(|_| Fault::new("bad_instant", format!("{local} is outside the years that can be stored")))
}

/// The first instant of a civil day in a zone; refuses a day that the zone skipped whole.
pub(crate) fn first_instant(date: Date, zone: &TimeZone) -> Result<Timestamp, Fault> {
    match date.to_zoned(zone.clone()) {
        Ok(zoned) if zoned.date() == date => Ok(zoned.timestamp()),
        Ok(_) | Err(_) => Err(Fault::new(
            "no_such_time",
            format!(
                "the day {date} does not exist in {}: correct the date or the account's zone",
                zone.iana_name().unwrap_or("the zone")
            ),
        )),
    }
}

fn in_micros(instant: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(instant.as_microsecond()).unwrap_or(instant)
}

fn parse_pattern(pattern: &str, text: &str) -> Result<BrokenDownTime, Fault> {
    strtime::parse(pattern, text).map_err(|error| not_in_pattern(pattern, text, &error))
}

fn not_in_pattern(pattern: &str, text: &str, error: &jiff::Error) -> Fault {
    Fault::new(
        "bad_instant",
        format!("`{text}` is not in the form `{pattern}` ({error}): mend the value or the mapping's `format`"),
    )
}

fn parse_rfc3339(text: &str) -> Result<Timestamp, Fault> {
    match text.parse::<Timestamp>() {
        Ok(instant) => Ok(in_micros(instant)),
        Err(_) if text.parse::<DateTime>().is_ok() => Err(Fault::new(
            "bad_instant",
            format!("`{text}` has no offset from UTC: give the mapping a `format` such as `%Y-%m-%d %H:%M:%S` and the `zone` it is in"),
        )),
        Err(_) => Err(Fault::new(
            "bad_instant",
            format!(
                "`{text}` is not an instant of the calendar such as 2026-07-22T20:40:41Z: mend it, or give the mapping the `format` of the column"
            ),
        )),
    }
}

/// Seconds since 1970 scaled by a power of ten: `shift` is 6 for seconds, 3 for milliseconds. Up to a microsecond's fraction.
fn parse_epoch(text: &str, shift: usize) -> Result<Timestamp, Fault> {
    let refuse = || {
        Fault::new(
            "bad_instant",
            format!(
                "`{text}` is not a number of {}: mend it",
                if shift == 6 { "seconds since 1970" } else { "milliseconds since 1970" }
            ),
        )
    };
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(refuse());
    }
    let mut micros: i64 = 0;
    for byte in whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(shift)) {
        micros = micros
            .checked_mul(10)
            .and_then(|micros| micros.checked_add(i64::from(byte - b'0')))
            .ok_or_else(refuse)?;
    }
    Timestamp::from_microsecond(if negative { -micros } else { micros }).map_err(|_| refuse())
}

/// `2026-07-22T20:40:41Z`, `….123456+02:00`: what nearly every row has. None for anything unusual, which the slow path judges.
fn parse_rfc3339_fast(bytes: &[u8]) -> Option<Timestamp> {
    if bytes.len() < 20 || !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    let days = days_since_epoch(bytes)?;
    let seconds = parse_time_fast(&bytes[11..19])?;
    let mut rest = &bytes[19..];
    let mut micros = 0_i64;
    if rest[0] == b'.' {
        let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > 6 {
            return None;
        }
        for place in 0..6 {
            micros = micros * 10 + if place < digits { i64::from(rest[1 + place] - b'0') } else { 0 };
        }
        rest = &rest[1 + digits..];
    }
    let offset = match rest {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (two_digits(*h1, *h2)?, two_digits(*m1, *m2)?);
            if hours > 14 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            if *sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    Timestamp::from_microsecond((days * 86_400 + seconds - offset) * 1_000_000 + micros).ok()
}

/// `2026-07-22 20:40:41` with the given separator.
fn parse_local_fast(bytes: &[u8], separator: u8) -> Option<DateTime> {
    if bytes.len() != 19 || bytes[10] != separator {
        return None;
    }
    let date = parse_date_fast(bytes)?;
    let seconds = parse_time_fast(&bytes[11..19])?;
    let (hour, minute, second) = (
        i8::try_from(seconds / 3600).ok()?,
        i8::try_from(seconds / 60 % 60).ok()?,
        i8::try_from(seconds % 60).ok()?,
    );
    DateTime::new(date.year(), date.month(), date.day(), hour, minute, second, 0).ok()
}

/// The date at the start of the text.
fn parse_date_fast(bytes: &[u8]) -> Option<Date> {
    let (year, month, day) = parse_ymd(bytes)?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn parse_ymd(bytes: &[u8]) -> Option<(i64, i64, i64)> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, ..] = bytes else {
        return None;
    };
    Some((
        two_digits(*y1, *y2)? * 100 + two_digits(*y3, *y4)?,
        two_digits(*m1, *m2)?,
        two_digits(*d1, *d2)?,
    ))
}

/// `20:40:41` to seconds of the day; a leap second is left to the slow path.
fn parse_time_fast(bytes: &[u8]) -> Option<i64> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = bytes else { return None };
    let (hour, minute, second) = (two_digits(*h1, *h2)?, two_digits(*m1, *m2)?, two_digits(*s1, *s2)?);
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

fn two_digits(tens: u8, ones: u8) -> Option<i64> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

/// Days from 1970-01-01 to the date at the start of the text, by the proleptic Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days_since_epoch(bytes: &[u8]) -> Option<i64> {
    let (year, month, day) = parse_ymd(bytes)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if day < 1 || day > length {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

#[cfg(test)]
mod tests;
