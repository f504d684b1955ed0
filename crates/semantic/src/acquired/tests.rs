use attribution::Settings;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn organization(settings: &Settings) -> Organization<'_> {
    Organization {
        currency: Currency::EUR,
        zone: "Europe/Berlin",
        attribution: settings,
        history: &[],
    }
}

fn refusals(question: &AcquisitionQuestion) -> Vec<(String, Option<String>)> {
    let settings = Settings::default();
    let error = Acquired::resolve(question, &organization(&settings)).unwrap_err();
    error.problems.into_iter().map(|problem| (problem.pointer, problem.suggestion)).collect()
}

#[test]
fn everything_that_is_wrong_is_said_at_once_with_its_place() {
    let question = AcquisitionQuestion {
        by: Some("chanel".to_owned()),
        grain: Some(TimeGrain::Day),
        from: Some("2026-02-30".to_owned()),
        to: Some("2026-03-01".to_owned()),
        limit: Some(0),
        ..AcquisitionQuestion::default()
    };
    let suggestion = Some("channel".to_owned());
    assert_eq!(
        refusals(&question),
        [
            ("/by".to_owned(), suggestion),
            ("/grain".to_owned(), None),
            ("/limit".to_owned(), None),
            ("/from".to_owned(), None)
        ]
    );
    let half = AcquisitionQuestion {
        from: Some("2026-02-01".to_owned()),
        ..AcquisitionQuestion::default()
    };
    assert_eq!(refusals(&half), [("/to".to_owned(), None)]);
    let order = AcquisitionQuestion {
        by: Some("customer_type".to_owned()),
        ..AcquisitionQuestion::default()
    };
    assert_eq!(refusals(&order)[0].0, "/by", "a customer is not won by being new");
    let unknown = AcquisitionQuestion {
        zone: Some("Mars/Olympus".to_owned()),
        ..AcquisitionQuestion::default()
    };
    assert_eq!(refusals(&unknown), [("/zone".to_owned(), None)]);
}

#[test]
fn what_is_left_out_has_a_default_and_source_is_the_data_source() {
    let settings = Settings::default();
    let acquired = Acquired::resolve(&AcquisitionQuestion::default(), &organization(&settings)).unwrap();
    assert_eq!(
        (acquired.by.key, acquired.model, acquired.grain),
        ("channel", Model::FirstTouch, TimeGrain::Month)
    );
    let by_source = AcquisitionQuestion {
        by: Some("source".to_owned()),
        ..AcquisitionQuestion::default()
    };
    assert_eq!(Acquired::resolve(&by_source, &organization(&settings)).unwrap().by.key, "data_source");
}

#[test]
fn a_month_is_ripe_when_the_last_customer_of_the_cohort_was_watched_to_its_end() {
    let settings = Settings::default();
    let acquired = Acquired::resolve(&AcquisitionQuestion::default(), &organization(&settings)).unwrap();
    let ripe = |through: &str| ripe_months(&acquired, date(2026, 1, 1), Some(through.parse().unwrap()));
    // The cohort ends with January in Berlin, at 23:00 UTC; a month is 30.4375 days.
    assert_eq!(ripe("2026-01-31T23:00:00Z"), 0);
    assert_eq!(ripe("2026-03-03T09:29:59Z"), 0);
    assert_eq!(ripe("2026-03-03T09:30:00Z"), 1);
    assert_eq!(ripe("2027-01-31T23:00:00Z"), 11);
    assert_eq!(ripe("2036-01-31T23:00:00Z"), MONTHS_MAX);
    assert_eq!(ripe_months(&acquired, date(2026, 1, 1), None), 0);
}

#[test]
fn the_largest_sources_are_shown_then_the_rest_then_what_is_unattributed() {
    let mut sources = Sources::default();
    let source = |key: Option<&str>, is_unattributed| Source {
        key: key.map(str::to_owned),
        name: None,
        is_unattributed,
        is_rest: false,
    };
    let numbers: Vec<usize> = [
        (None, true),
        (Some("a"), false),
        (Some("b"), false),
        (Some("c"), false),
        (Some("d"), false),
    ]
    .into_iter()
    .map(|(key, is_unattributed)| sources.number(source(key, is_unattributed)))
    .collect();
    let (shown, new) = sources.shown(&[100, 1, 5, 2, 7], 2);
    let labels: Vec<&str> = shown.iter().map(Source::label).collect();
    assert_eq!(labels, ["d", "b", "(other)", "(unattributed)"]);
    assert_eq!(numbers.iter().map(|number| new[*number]).collect::<Vec<_>>(), [3, 2, 1, 2, 0]);
}

proptest! {
    #[test]
    fn shares_sum_to_the_total_and_stay_near_their_estimates(parts in proptest::collection::vec(-5_000_i64..50_000, 1..40), unit in prop_oneof![Just(1_i128), Just(10_000)]) {
        // Thirds of cents, so that every part has something to round.
        let exact: Vec<f64> = parts.iter().map(|part| *part as f64 / 300.0).collect();
        let total = (exact.iter().sum::<f64>() * 1_000_000.0 / unit as f64).round() as i128 * unit;
        let shares = allot(&exact, total, unit);
        prop_assert_eq!(shares.iter().sum::<i128>(), total);
        for (share, exact) in shares.iter().zip(&exact) {
            prop_assert!((*share as f64 - exact * 1_000_000.0).abs() <= unit as f64 * 1.01, "{} is not {}", share, exact);
        }
    }
}
