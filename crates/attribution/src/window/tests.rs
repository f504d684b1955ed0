use super::*;

fn windows(window_seconds: i64, journey: Journey) -> Windows {
    let conversion_types = vec!["purchase".to_owned(), "lead".to_owned()];
    Windows::new(&Settings {
        window_seconds,
        journey,
        conversion_types,
        ..Settings::default()
    })
}

#[test]
fn an_age_of_exactly_the_window_is_inside_and_a_microsecond_more_is_not() {
    let touches = [-10_000_001, -10_000_000, -9_999_999];
    assert_eq!(windows(10, Journey::Rolling).eligible(&touches, 0, 0), 1..3);
    assert_eq!(windows(10, Journey::Rolling).eligible(&touches, 1, 0), 2..3);
}

#[test]
fn a_touch_at_the_instant_of_the_conversion_counts_and_a_later_one_does_not() {
    assert_eq!(windows(10, Journey::Rolling).eligible(&[0, 1, 1_000], 0, 0), 0..1);
}

#[test]
fn a_rolling_journey_credits_a_touch_again_and_a_closed_one_does_not() {
    let touches = [0, 10, 20, 30];
    let runs = |journey| {
        let mut windows = windows(1, journey);
        [
            windows.eligible(&touches, 15, 0),
            windows.eligible(&touches, 25, 0),
            windows.eligible(&touches, 28, 0),
        ]
    };
    assert_eq!(runs(Journey::Rolling), [0..2, 0..3, 0..3]);
    assert_eq!(runs(Journey::Closed), [0..2, 2..3, 3..3]);
}

#[test]
fn another_type_of_conversion_does_not_close_the_journey() {
    let touches = [0, 10];
    let mut windows = windows(1, Journey::Closed);
    assert_eq!(windows.eligible(&touches, 5, 1), 0..1);
    assert_eq!(windows.eligible(&touches, 15, 0), 0..2);
    assert_eq!(windows.eligible(&touches, 15, 1), 1..2);
}

#[test]
fn orders_of_one_instant_share_their_closed_journey() {
    let touches = [0, 10];
    let mut windows = windows(1, Journey::Closed);
    assert_eq!(windows.eligible(&touches, 5, 0), 0..1);
    assert_eq!(windows.eligible(&touches, 15, 0), 1..2);
    assert_eq!(windows.eligible(&touches, 15, 0), 1..2);
    assert_eq!(windows.eligible(&touches, 16, 0), 2..2);
}

#[test]
fn the_touch_at_the_closing_conversion_belongs_to_the_journey_that_it_closed() {
    let touches = [5];
    let mut windows = windows(1, Journey::Closed);
    assert_eq!(windows.eligible(&touches, 5, 0), 0..1);
    assert_eq!(windows.eligible(&touches, 6, 0), 1..1);
}

#[test]
fn the_beginning_of_time_does_not_overflow() {
    assert_eq!(windows(10, Journey::Rolling).eligible(&[i64::MIN, i64::MIN + 1], i64::MIN + 1, 0), 0..2);
}

#[test]
fn calendar_days_start_at_midnight_of_their_zone_whatever_the_clocks_did() {
    let mut windows = Windows::new(&Settings {
        window_seconds: 86_400,
        calendar_days_in: Some("America/New_York".to_owned()),
        ..Settings::default()
    });
    // 9 March 2026, 12:00 in New York; on the 8th the clocks went forward.
    let noon = "2026-03-09T12:00-04:00[America/New_York]"
        .parse::<jiff::Zoned>()
        .unwrap()
        .timestamp()
        .as_microsecond();
    let midnight = "2026-03-08T00:00-05:00[America/New_York]"
        .parse::<jiff::Zoned>()
        .unwrap()
        .timestamp()
        .as_microsecond();
    assert_eq!(windows.earliest(noon), midnight);
    assert_eq!(windows.eligible(&[midnight - 1, midnight, noon], noon, 0), 1..3);
}
