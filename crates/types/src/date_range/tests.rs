use super::*;

#[test]
fn the_day_the_clock_goes_forward_has_23_hours() {
    let range = DateRange::parse("2026-03-29", "2026-03-29", "Europe/Berlin").unwrap();
    assert_eq!((range.end_instant().as_second() - range.start_instant().as_second()) / 3600, 23);
}

#[test]
fn the_previous_range_is_as_long_and_ends_where_this_one_starts() {
    let range = DateRange::parse("2026-02-01", "2026-02-28", "UTC").unwrap();
    assert_eq!(
        (range.days(), range.previous().start().to_string(), range.previous().last().to_string()),
        (28, "2026-01-04".into(), "2026-01-31".into())
    );
}

#[test]
fn bad_input_names_the_place_and_the_remedy() {
    let message = |first, last, zone| DateRange::parse(first, last, zone).unwrap_err().to_string();
    assert_eq!(
        message("2026-02-30", "2026-03-01", "UTC"),
        "`2026-02-30` is not a day: write it as YYYY-MM-DD"
    );
    assert_eq!(
        message("2026-03-02", "2026-03-01", "UTC"),
        "the range ends on 2026-03-01 before it starts on 2026-03-02: give the earlier day as the start"
    );
    assert_eq!(
        message("2026-03-01", "2026-03-01", "Europe/Atlantis"),
        "`Europe/Atlantis` is not a time zone: use an IANA name such as Europe/Berlin or UTC"
    );
}
