//! What holds for all paths.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::paths::rake::rake;

type Row = (Vec<usize>, u64, u32, u64);
const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (prop::collection::vec(0..NAMES.len(), 1..8), 0_u64..5, 0_u32..100_000, 0_u64..6);
    prop::collection::vec(row, 1..30)
}

fn build<'a>(rows: impl IntoIterator<Item = &'a Row>) -> GroupedPaths {
    let mut builder = Builder::default();
    for (steps, conversions, cents, nulls) in rows {
        let value = if *conversions > 0 { f64::from(*cents) / 100.0 } else { 0.0 };
        builder.add(steps.iter().map(|step| NAMES[*step]), *conversions, value, *nulls).unwrap();
    }
    builder.finish()
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * (1.0 + b.abs())
}

/// The removal effect by its definition, in the plainest way: start-padded states, every journey that enters a state with the channel
/// ends there, probabilities by stepping until nothing moves.
fn removal_effect(paths: &GroupedPaths, order: usize, removed: u32, with_nulls: bool) -> f64 {
    let mut counts: BTreeMap<Vec<u32>, BTreeMap<Option<Vec<u32>>, f64>> = BTreeMap::new();
    let start = vec![u32::MAX; order];
    for path in 0..paths.len() {
        let conversions = paths.conversions(path) as f64;
        let journeys = conversions + if with_nulls { paths.nulls(path) as f64 } else { 0.0 };
        let mut state = start.clone();
        for step in paths.steps(path) {
            let mut next = state[1..].to_vec();
            next.push(*step);
            *counts.entry(state).or_default().entry(Some(next.clone())).or_default() += journeys;
            state = next;
        }
        *counts.entry(state.clone()).or_default().entry(None).or_default() += conversions;
        // A journey that is lost leads nowhere, but was here: under a key that is never read.
        *counts.entry(state).or_default().entry(Some(Vec::new())).or_default() += journeys - conversions;
    }
    let converted = |removed: Option<u32>| {
        let mut mass = BTreeMap::from([(start.clone(), 1.0)]);
        let mut converted = 0.0;
        for _ in 0..5_000 {
            let mut next: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
            for (state, share) in &mass {
                let nexts = &counts[state];
                let all: f64 = nexts.values().sum();
                for (to, count) in nexts {
                    match to {
                        _ if all == 0.0 => {}
                        None => converted += share * count / all,
                        Some(to) if to.is_empty() || removed.is_some_and(|channel| to.contains(&channel)) => {}
                        Some(to) => *next.entry(to.clone()).or_default() += share * count / all,
                    }
                }
            }
            mass = next;
            if mass.values().sum::<f64>() < 1e-16 {
                break;
            }
        }
        converted
    };
    let all = converted(None);
    if all > 0.0 { 1.0 - converted(Some(removed)) / all } else { 0.0 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn credits_sum_to_the_conversions_and_their_value(rows in rows()) {
        let paths = build(&rows);
        for found in attribute(&paths, &all(), None).unwrap() {
            let sum = |of: fn(&ChannelCredit) -> f64| found.credits.iter().map(of).sum::<f64>();
            prop_assert!(near(sum(|row| row.conversions) + found.unattributed_conversions, found.conversions, 1e-12), "{found:?}");
            prop_assert!(near(sum(|row| row.value) + found.unattributed_value, found.value, 1e-12), "{found:?}");
            prop_assert!(found.credits.iter().all(|row| row.conversions >= 0.0 && row.value >= 0.0), "{found:?}");
        }
    }

    #[test]
    fn the_order_of_the_rows_changes_not_a_bit(rows in rows(), turn in 0_usize..30) {
        let turned: Vec<Row> = rows.iter().rev().cycle().skip(turn).take(rows.len()).cloned().collect();
        let (paths, turned) = (build(&rows), build(&turned));
        prop_assert_eq!(&paths, &turned);
        let resampling = Resampling { resamples: 20, ..Resampling::default() };
        prop_assert_eq!(attribute(&paths, &all(), Some(&resampling)).unwrap(), attribute(&turned, &all(), Some(&resampling)).unwrap());
    }

    #[test]
    fn removal_effects_are_their_definition(rows in rows(), order in 1_usize..=ORDER_MAX, with_nulls: bool) {
        let paths = build(&rows);
        for (channel, credit) in one(&paths, markov(order, with_nulls)).credits.iter().enumerate() {
            let expected = removal_effect(&paths, order, channel as u32, with_nulls);
            let found = credit.removal_effect.unwrap();
            prop_assert!(near(found, expected, 1e-10), "{} {found} instead of {expected}", credit.channel);
        }
    }

    #[test]
    fn twice_the_journeys_have_the_same_removal_effects(rows in rows()) {
        let once = build(&rows);
        let twice = build(rows.iter().chain(&rows));
        for (one, two) in attribute(&once, &all(), None).unwrap().iter().zip(attribute(&twice, &all(), None).unwrap()) {
            for (one, two) in one.credits.iter().zip(&two.credits) {
                prop_assert!(near(2.0 * one.conversions, two.conversions, 1e-10));
                prop_assert!(near(one.removal_effect.unwrap_or(0.0), two.removal_effect.unwrap_or(0.0), 1e-10));
            }
        }
    }

    #[test]
    fn the_steps_of_every_path_share_it_whole(rows in rows()) {
        let paths = build(&rows);
        for model in all() {
            let weights = step_weights(&paths, &model).unwrap();
            prop_assert_eq!(weights.weights.len(), paths.step_count());
            for path in 0..paths.len() {
                prop_assert!(near(weights.of(&paths, path).iter().sum(), 1.0, 1e-12));
            }
            if !matches!(model, PathModel::Markov { .. }) {
                // The model's own weights give the model's own totals.
                let found = one(&paths, model);
                for (channel, margin) in paths.channels().iter().zip(&weights.margins) {
                    let credits = found.credits.iter().filter(|row| row.channel == *channel);
                    let expected: f64 = credits.map(|row| if found.value > 0.0 { row.value } else { row.conversions }).sum();
                    prop_assert!(near(margin.reached, expected, 1e-10));
                }
            }
        }
    }

    #[test]
    fn raking_reaches_every_total_that_weights_can_give(rows in rows(), hidden in prop::collection::vec(0.2_f64..5.0, NAMES.len())) {
        let paths = build(&rows);
        let amount = |path: usize| paths.conversions(path) as f64;
        let mut wanted = vec![0.0; paths.channels().len()];
        for path in 0..paths.len() {
            let mut channels = paths.steps(path).to_vec();
            channels.sort_unstable();
            channels.dedup();
            let sum: f64 = channels.iter().map(|channel| hidden[*channel as usize]).sum();
            channels.iter().for_each(|channel| wanted[*channel as usize] += amount(path) * hidden[*channel as usize] / sum);
        }
        let raked = rake(&paths, amount, &vec![1.0; wanted.len()], &wanted);
        for (reached, wanted) in raked.reached.iter().zip(&wanted) {
            prop_assert!(near(*reached, *wanted, 1e-9), "{reached} instead of {wanted}");
        }
    }
}
