use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

/// Berlin's and Lord Howe's clock changes (an hour, half an hour), a zone of a quarter hour, and the day that Samoa left out.
const DAYS: &[(&str, &str)] = &[
    ("Europe/Berlin", "2024-03-31T01:00:00Z"),
    ("Europe/Berlin", "2024-10-27T01:00:00Z"),
    ("Australia/Lord_Howe", "2024-04-06T15:00:00Z"),
    ("Australia/Lord_Howe", "2024-10-05T15:30:00Z"),
    ("Asia/Kathmandu", "2024-06-01T18:15:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ("America/St_Johns", "2006-10-29T02:31:00Z"),
    ("UTC", "2024-02-29T00:00:00Z"),
];

fn instants() -> impl Strategy<Value = (TimeZone, Vec<i64>)> {
    let around = (
        prop::sample::select(DAYS),
        prop::collection::vec(-3 * 86_400_000_000_i64..3 * 86_400_000_000, 1..60),
    );
    around.prop_map(|((zone, day), steps)| {
        let middle = day.parse::<Timestamp>().unwrap().as_microsecond();
        (TimeZone::get(zone).unwrap(), steps.into_iter().map(|step| middle + step).collect())
    })
}

proptest! {
    #[test]
    fn buckets_of_instants_are_those_of_the_vocabulary((zone, instants) in instants(), grain in prop::sample::select(TimeGrain::ALL)) {
        let mut buckets = InstantBuckets::new(grain, &zone);
        for micros in instants {
            let instant = Timestamp::from_microsecond(micros).unwrap();
            prop_assert_eq!(buckets.start_of(micros), Some(grain.bucket_of_instant(instant, &zone).as_microsecond()), "{} {} {:?}", grain, instant, zone);
        }
    }

    #[test]
    fn buckets_of_any_time_are_those_of_the_vocabulary(
        instants in prop::collection::vec(-4_000_000_000_000_000_i64..8_000_000_000_000_000, 1..20),
        zone in prop::sample::select(&["Europe/Berlin", "America/New_York", "Africa/Monrovia", "Asia/Kolkata", "Pacific/Apia"][..]),
        grain in prop::sample::select(TimeGrain::ALL),
    ) {
        let zone = TimeZone::get(zone).unwrap();
        let mut buckets = InstantBuckets::new(grain, &zone);
        for micros in instants {
            let instant = Timestamp::from_microsecond(micros).unwrap();
            prop_assert_eq!(buckets.start_of(micros), Some(grain.bucket_of_instant(instant, &zone).as_microsecond()));
        }
    }

    #[test]
    fn local_days_are_those_of_the_zone((zone, instants) in instants()) {
        let mut buckets = InstantBuckets::new(TimeGrain::Day, &zone);
        for micros in instants {
            let date = zone.to_datetime(Timestamp::from_microsecond(micros).unwrap()).date();
            prop_assert_eq!(buckets.local_day_of(micros), Some(i64::from(days_of_date(date))));
        }
    }

    #[test]
    fn buckets_of_dates_are_those_of_the_vocabulary(days in prop::collection::vec(-800_000..800_000_i32, 1..50), grain in prop::sample::select(TimeGrain::ALL)) {
        let mut buckets = DateBuckets::new(grain);
        for day in days {
            let date = date_of_days(day).unwrap();
            prop_assert_eq!(buckets.start_of(day), Some(days_of_date(grain.bucket_of_date(date))));
        }
    }
}

#[test]
fn the_boundaries_of_a_change_fall_on_the_right_side() {
    for (zone, day) in DAYS {
        let zone = TimeZone::get(zone).unwrap();
        let middle = day.parse::<Timestamp>().unwrap().as_microsecond();
        for grain in TimeGrain::ALL {
            let mut buckets = InstantBuckets::new(*grain, &zone);
            for hours in -48..48 {
                for micros in [-1, 0, 1] {
                    let at = middle + hours * 3_600_000_000 + micros;
                    let expected = grain.bucket_of_instant(Timestamp::from_microsecond(at).unwrap(), &zone).as_microsecond();
                    assert_eq!(buckets.start_of(at), Some(expected), "{grain} {zone:?} {at}");
                }
            }
        }
    }
}
