//! The days of a zone as instants, so that finding the day of a touch is a division and not a look into the zone's rules.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

const DAY_MICROS: i64 = 86_400_000_000;
/// Longer calendars are not made: somebody reported spend for a day of another century.
const DAYS_MAX: usize = 40_000;

/// Where neighbouring civil days of a zone begin.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// Instants in microseconds; one more than there are days.
    starts: Vec<i64>,
}

impl Calendar {
    /// The days from `first` to `last`. None where they are too many, or too far away.
    pub(super) fn new(zone: &TimeZone, first: Date, last: Date) -> Option<Self> {
        let mut starts = Vec::new();
        let mut day = first;
        loop {
            starts.push(start(zone, day)?);
            if day > last {
                break;
            }
            day = day.checked_add(1.day()).ok()?;
            if starts.len() > DAYS_MAX {
                return None;
            }
        }
        Some(Self { starts })
    }

    /// Number of the day, counted from the first, in which an instant lies.
    pub(super) fn day(&self, micros: i64) -> Option<usize> {
        let (first, last) = (*self.starts.first()?, *self.starts.last()?);
        if micros < first || micros >= last {
            return None;
        }
        let guess = usize::try_from((micros - first) / DAY_MICROS).ok()?;
        let mut day = guess.min(self.starts.len() - 2);
        // Clocks change: the guess is off by one at most, by two where a day was left out.
        while self.starts[day] > micros {
            day -= 1;
        }
        while self.starts[day + 1] <= micros {
            day += 1;
        }
        Some(day)
    }
}

/// First instant of a day of the zone, in microseconds.
pub(super) fn start(zone: &TimeZone, day: Date) -> Option<i64> {
    Some(day.to_zoned(zone.clone()).ok()?.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_of_an_instant_is_the_one_that_the_zone_says() {
        // Clocks change at midnight in some zones, by half an hour in others, and Samoa left out a day.
        for name in [
            "UTC",
            "Europe/Berlin",
            "America/Havana",
            "America/Sao_Paulo",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Asia/Beirut",
        ] {
            let zone = TimeZone::get(name).unwrap();
            let (first, last) = (date(2011, 1, 1), date(2012, 12, 31));
            let calendar = Calendar::new(&zone, first, last).unwrap();
            let mut at: Timestamp = "2010-12-30T00:00:00Z".parse().unwrap();
            while at < "2013-01-03T00:00:00Z".parse().unwrap() {
                let said = zone.to_datetime(at).date();
                let expected = (first <= said && said <= last).then_some(said);
                let found = calendar.day(at.as_microsecond());
                let found = found.map(|day| first.checked_add((day as i64).days()).unwrap());
                assert_eq!(found, expected, "{name} {at}");
                at = at.checked_add(17.minutes()).unwrap();
            }
        }
    }
}
