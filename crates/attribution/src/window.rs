//! Which touches a conversion may credit.

use std::ops::Range;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::settings::SECONDS_PER_DAY;
use crate::{Journey, Settings};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// Finds, for conversions that come in order of time, the eligible run of touches: those of age 0..=window, in exact microseconds.
/// A touch at the instant of the conversion is eligible (age 0), one a microsecond later is not; an age of exactly the window is
/// inside. In closed journeys a touch must also be later than the last conversion of the same type at an *earlier* instant: orders of
/// one instant share their journey, so their order in storage changes nothing.
///
/// Where windows differ by touch, the run is that of the longest one: [`crate::classes`] says which of its touches stay.
#[derive(Debug)]
pub(crate) struct Windows {
    longest_seconds: i64,
    calendar: Option<TimeZone>,
    journey: Journey,
    start: usize,
    end: usize,
    /// By conversion type: instants of the newest conversion and of the one at an earlier instant.
    previous: Vec<Option<(i64, Option<i64>)>>,
}

impl Windows {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            longest_seconds: settings
                .windows
                .iter()
                .map(|rule| rule.window_seconds)
                .fold(settings.window_seconds, i64::max),
            calendar: settings.calendar_days_in.as_deref().and_then(|zone| TimeZone::get(zone).ok()),
            journey: settings.journey,
            start: 0,
            end: 0,
            previous: vec![None; settings.conversion_types.len()],
        }
    }

    /// Begins another customer.
    pub(crate) fn restart(&mut self) {
        (self.start, self.end) = (0, 0);
        if self.journey == Journey::Closed {
            self.previous.fill(None);
        }
    }

    /// Earliest touch that a conversion at `time` could credit.
    pub(crate) fn earliest(&self, time: i64) -> i64 {
        self.earliest_within(time, self.longest_seconds)
    }

    /// Earliest eligible instant for a conversion at `time` under a window of `seconds`; never, for a window of 0.
    pub(crate) fn earliest_within(&self, time: i64, seconds: i64) -> i64 {
        if seconds == 0 {
            return i64::MAX;
        }
        match &self.calendar {
            None => time.saturating_sub(seconds.saturating_mul(MICROS_PER_SECOND)),
            Some(zone) => start_of_day(zone, time, seconds / SECONDS_PER_DAY),
        }
    }

    /// The eligible run of `touches` (times in order) for the next conversion.
    pub(crate) fn eligible(&mut self, touches: &[i64], time: i64, conversion_type: u32) -> Range<usize> {
        let earliest = self.earliest(time);
        while self.start < touches.len() && touches[self.start] < earliest {
            self.start += 1;
        }
        self.end = self.end.max(self.start);
        while self.end < touches.len() && touches[self.end] <= time {
            self.end += 1;
        }
        let open = self.start..self.end;
        match self.journey {
            Journey::Rolling => open,
            Journey::Closed => match self.closed_at(time, conversion_type) {
                Some(closed) => open.start + touches[open.clone()].partition_point(|touch| *touch <= closed)..open.end,
                None => open,
            },
        }
    }

    /// Instant of the last earlier conversion of the type, remembering this one.
    fn closed_at(&mut self, time: i64, conversion_type: u32) -> Option<i64> {
        let entry = self.previous.get_mut(conversion_type as usize)?;
        let earlier = match *entry {
            Some((newest, earlier)) if newest == time => earlier,
            Some((newest, _)) => Some(newest),
            None => None,
        };
        *entry = Some((time, earlier));
        earlier
    }
}

/// First instant of the day that is `days` before the day of `time`. The beginning of time where the calendar ends.
fn start_of_day(zone: &TimeZone, time: i64, days: i64) -> i64 {
    let start = || {
        let day = Timestamp::from_microsecond(time).ok()?.to_zoned(zone.clone()).date();
        let first = day.checked_sub(Span::new().try_days(days).ok()?).ok()?;
        Some(first.to_zoned(zone.clone()).ok()?.timestamp().as_microsecond())
    };
    start().unwrap_or(i64::MIN)
}

#[cfg(test)]
mod tests;
