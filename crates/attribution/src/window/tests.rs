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
    assert_eq!(windows(0, Journey::Rolling).eligible(&[-1, 0, 1], 0, 0), 1..2);
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
