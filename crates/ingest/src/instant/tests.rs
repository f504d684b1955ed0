use super::*;

fn zone(name: &str) -> TimeZone {
    types::date_range::parse_zone(name).unwrap()
}

#[test]
fn the_fast_path_agrees_with_jiff_on_every_day_of_four_centuries() {
    let mut date = jiff::civil::date(1600, 1, 1);
    while date.year() < 2410 {
        for text in [
            format!("{date}T23:59:58Z"),
            format!("{date}T00:00:00.123456+05:45"),
            format!("{date} 12:30:01.5-03:00"),
        ] {
            assert_eq!(parse_rfc3339_fast(text.as_bytes()), Some(text.parse::<Timestamp>().unwrap()), "{text}");
        }
        date = date.tomorrow().unwrap();
    }
}

#[test]
fn what_is_not_an_instant_is_never_taken_by_the_fast_path() {
    for text in [
        "2018-02-29T00:00:00Z",
        "2018-13-01T00:00:00Z",
        "2018-00-10T00:00:00Z",
        "2018-01-00T00:00:00Z",
        "2018-01-01T24:00:00Z",
        "2018-01-01T00:60:00Z",
        "2018-01-01T00:00:00",
        "2018-01-01T00:00:00+99:00",
        "2018-01-01T00:00:00.Z",
        "２018-01-01T00:00:00Z",
    ] {
        assert_eq!(parse_rfc3339_fast(text.as_bytes()), None, "{text}");
        assert!(InstantFormat::Rfc3339.parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_leap_second_and_nanoseconds_are_left_to_jiff() {
    assert_eq!(
        InstantFormat::Rfc3339.parse("2016-12-31T23:59:60Z").unwrap().to_string(),
        "2016-12-31T23:59:59Z"
    );
    assert_eq!(
        InstantFormat::Rfc3339.parse("2020-01-01T00:00:00.123456789Z").unwrap().to_string(),
        "2020-01-01T00:00:00.123456Z"
    );
}

#[test]
fn local_times_are_read_in_their_zone() {
    let berlin = InstantFormat::Local("%Y-%m-%d %H:%M:%S".to_owned(), zone("Europe/Berlin"));
    assert_eq!(berlin.parse("2026-07-01 12:00:00").unwrap().to_string(), "2026-07-01T10:00:00Z");
    // Clocks went back at 03:00: 02:30 came twice, the first (summer time) is taken.
    assert_eq!(berlin.parse("2026-10-25 02:30:00").unwrap().to_string(), "2026-10-25T00:30:00Z");
    // Clocks went forward at 02:00: 02:30 never was.
    assert_eq!(berlin.parse("2026-03-29 02:30:00").unwrap_err().code, "no_such_time");
    let american = InstantFormat::Local("%m/%d/%Y %I:%M %p".to_owned(), zone("America/New_York"));
    assert_eq!(american.parse("07/04/2026 09:15 PM").unwrap().to_string(), "2026-07-05T01:15:00Z");
}

#[test]
fn epochs_are_exact_to_the_microsecond() {
    assert_eq!(
        InstantFormat::EpochSeconds.parse("1530403200").unwrap().to_string(),
        "2018-07-01T00:00:00Z"
    );
    assert_eq!(
        InstantFormat::EpochSeconds.parse("1530403200.25").unwrap().to_string(),
        "2018-07-01T00:00:00.25Z"
    );
    assert_eq!(
        InstantFormat::EpochMillis.parse("1530403200001").unwrap().to_string(),
        "2018-07-01T00:00:00.001Z"
    );
    for text in ["", "-", "1e9", "NaN", "99999999999999999999"] {
        assert_eq!(InstantFormat::EpochSeconds.parse(text).unwrap_err().code, "bad_instant", "{text}");
    }
}

#[test]
fn a_day_that_a_zone_skipped_is_refused() {
    let apia = zone("Pacific/Apia");
    assert_eq!(first_instant(jiff::civil::date(2011, 12, 30), &apia).unwrap_err().code, "no_such_time");
    assert_eq!(
        first_instant(jiff::civil::date(2011, 12, 31), &apia).unwrap().to_string(),
        "2011-12-30T10:00:00Z"
    );
    // Midnight itself was skipped (Beirut goes forward at 00:00): the day begins at 01:00.
    assert_eq!(
        first_instant(jiff::civil::date(2026, 3, 29), &zone("Asia/Beirut")).unwrap().to_string(),
        "2026-03-28T22:00:00Z"
    );
}

#[test]
fn dates_have_their_format() {
    assert_eq!(DateFormat::Iso.parse("2026-02-28").unwrap().to_string(), "2026-02-28");
    assert_eq!(DateFormat::Iso.parse("2026-02-29").unwrap_err().code, "bad_date");
    assert_eq!(DateFormat::Iso.parse("2026-02-28T00:00").unwrap_err().code, "bad_date");
    assert_eq!(
        DateFormat::Pattern("%d.%m.%Y".to_owned()).parse("28.02.2026").unwrap().to_string(),
        "2026-02-28"
    );
}
