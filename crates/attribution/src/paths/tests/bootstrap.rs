//! Intervals.

use super::*;

const LINES: &str = "a > b > c;120;1800;300\nb > c;80;900;500\na;60;700;900\nc > a > b;25;300;90\nc;40;333;410";

fn with(seed: u64, resamples: usize, model: PathModel) -> Attribution {
    let resampling = Resampling {
        seed,
        resamples,
        ..Resampling::default()
    };
    attribute(&paths(LINES), &[model], Some(&resampling)).unwrap().remove(0)
}

#[test]
fn the_same_seed_gives_the_same_intervals_and_another_others() {
    assert_eq!(with(7, 100, markov(2, true)), with(7, 100, markov(2, true)));
    assert_ne!(with(7, 100, markov(2, true)), with(8, 100, markov(2, true)));
}

#[test]
fn drawing_again_does_not_change_the_estimate() {
    for model in all() {
        let (plain, drawn) = (one(&paths(LINES), model.clone()), with(1, 20, model));
        for (plain, drawn) in plain.credits.iter().zip(&drawn.credits) {
            assert_eq!(
                (plain.conversions, plain.value, plain.removal_effect),
                (drawn.conversions, drawn.value, drawn.removal_effect)
            );
            assert_eq!(plain.conversions_interval, None);
        }
    }
}

#[test]
fn intervals_hold_the_estimate_and_removal_effects_have_theirs() {
    for model in all() {
        let is_markov = matches!(model, PathModel::Markov { .. });
        for row in with(3, 300, model.clone()).credits {
            let holds = |interval: Interval, figure: f64| (interval.low..=interval.high).contains(&figure);
            // Leave one out is not smooth: a small change of a path's rate moves all its credit from one step to another.
            if model != PathModel::LeaveOneOut {
                assert!(holds(row.conversions_interval.unwrap(), row.conversions), "{model:?} {row:?}");
                assert!(holds(row.value_interval.unwrap(), row.value), "{model:?} {row:?}");
            }
            assert_eq!(row.removal_effect_interval.is_some(), is_markov);
            if let (Some(interval), Some(effect)) = (row.removal_effect_interval, row.removal_effect) {
                assert!(holds(interval, effect), "{model:?} {row:?}");
            }
        }
    }
}

#[test]
fn the_interval_of_last_touch_is_that_of_a_binomial() {
    // Conversions whose last touch is c: 240 of 2,525 journeys.
    let found = with(11, 4_000, PathModel::LastTouch);
    let (c, journeys): (_, f64) = (&found.credits[2], 2_525.0);
    assert_eq!(c.conversions, 240.0);
    let deviation = (240.0 * (1.0 - 240.0 / journeys)).sqrt();
    let interval = c.conversions_interval.unwrap();
    for (found, expected) in [(interval.low, 240.0 - 1.96 * deviation), (interval.high, 240.0 + 1.96 * deviation)] {
        assert!((found - expected).abs() < 0.1 * deviation, "{found} instead of {expected}");
    }
}

#[test]
fn a_channel_without_conversions_has_an_interval_of_nothing() {
    let resampling = Resampling::default();
    let found = attribute(&paths("a;5;9;1\nb;0;0;4"), &[markov(1, true)], Some(&resampling))
        .unwrap()
        .remove(0);
    assert_eq!(found.credits[1].conversions_interval, Some(Interval { low: 0.0, high: 0.0 }));
}
