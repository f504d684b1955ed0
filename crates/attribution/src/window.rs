//! Which touches a conversion may credit.

use std::ops::Range;

use crate::{Journey, Settings};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// Finds, for conversions that come in order of time, the eligible run of touches: those of age 0..=window, in exact microseconds.
/// A touch at the instant of the conversion is eligible (age 0), one a microsecond later is not; an age of exactly the window is
/// inside. In closed journeys a touch must also be later than the last conversion of the same type at an *earlier* instant: orders of
/// one instant share their journey, so their order in storage changes nothing.
#[derive(Debug)]
pub(crate) struct Windows {
    length_micros: i64,
    journey: Journey,
    start: usize,
    end: usize,
    /// By conversion type: instants of the newest conversion and of the one at an earlier instant.
    previous: Vec<Option<(i64, Option<i64>)>>,
}

impl Windows {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            length_micros: settings.window_seconds.saturating_mul(MICROS_PER_SECOND),
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
        time.saturating_sub(self.length_micros)
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

#[cfg(test)]
mod tests;
