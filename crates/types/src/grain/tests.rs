use super::*;

fn bucket(grain: TimeGrain, instant: &str, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap();
    let start = grain.bucket_of_instant(instant.parse().unwrap(), &zone);
    start.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[test]
fn a_day_in_berlin_starts_at_its_own_midnight() {
    assert_eq!(
        bucket(TimeGrain::Day, "2026-03-28T23:30:00Z", "Europe/Berlin"),
        "2026-03-29T00:00:00+01:00"
    );
    assert_eq!(
        bucket(TimeGrain::Day, "2026-03-29T22:30:00Z", "Europe/Berlin"),
        "2026-03-30T00:00:00+02:00"
    );
}

#[test]
fn the_repeated_hour_of_autumn_is_two_hours() {
    assert_eq!(
        bucket(TimeGrain::Hour, "2026-10-25T00:40:00Z", "Europe/Berlin"),
        "2026-10-25T02:00:00+02:00"
    );
    assert_eq!(
        bucket(TimeGrain::Hour, "2026-10-25T01:40:00Z", "Europe/Berlin"),
        "2026-10-25T02:00:00+01:00"
    );
}

#[test]
fn a_zone_with_a_quarter_hour_offset_keeps_its_own_hours() {
    assert_eq!(
        bucket(TimeGrain::Hour, "2026-01-01T00:20:00Z", "Asia/Kathmandu"),
        "2026-01-01T06:00:00+05:45"
    );
    assert_eq!(
        bucket(TimeGrain::FifteenMinutes, "2026-01-01T00:20:00Z", "Asia/Kathmandu"),
        "2026-01-01T06:00:00+05:45"
    );
}

#[test]
fn a_day_that_was_skipped_has_no_rows_and_no_panic() {
    // Samoa jumped over 30 December 2011.
    assert_eq!(
        bucket(TimeGrain::Day, "2011-12-30T10:30:00Z", "Pacific/Apia"),
        "2011-12-31T00:00:00+14:00"
    );
}

#[test]
fn weeks_start_on_monday_and_quarters_in_january_april_july_october() {
    assert_eq!(bucket(TimeGrain::Week, "2026-01-01T12:00:00Z", "UTC"), "2025-12-29T00:00:00+00:00");
    assert_eq!(bucket(TimeGrain::Quarter, "2026-05-17T12:00:00Z", "UTC"), "2026-04-01T00:00:00+00:00");
    assert_eq!(bucket(TimeGrain::Month, "2026-05-17T12:00:00Z", "UTC"), "2026-05-01T00:00:00+00:00");
}
