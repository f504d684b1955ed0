//! Against independently computed figures for ChannelAttribution's demo data, which are read in place: the data are GPL and stay outside.

use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::paths::chain::{Chain, Flow};
use crate::paths::fitted::Counts;

const TOLERANCE: f64 = 1e-9;

fn file(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/channelattribution")
        .join(name);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        println!("SKIPPED: ../shared/data/channelattribution/{name} is not here");
    }
    text
}

pub(super) fn data() -> Option<GroupedPaths> {
    file("Data.csv").map(|text| parse(&text).unwrap())
}

/// Rows of a file of expected figures: by their first field, the figures by column.
fn expected(name: &str) -> BTreeMap<String, BTreeMap<String, f64>> {
    let text = file(name).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let figures = (1..fields.len()).map(|at| (header[at].to_owned(), fields[at].parse().unwrap())).collect();
        (fields[0].to_owned(), figures)
    };
    lines.map(row).collect()
}

/// `near` asks for nine digits, but for the ten decimals of a file no more than it has.
fn near(what: &str, found: f64, expected: f64, decimals: f64) {
    let allowed = TOLERANCE * expected.abs() + decimals;
    assert!((found - expected).abs() <= allowed, "{what}: {found} instead of {expected}");
}

#[test]
fn the_file_is_read_whole() {
    let Some(paths) = data() else { return };
    let journeys = |path: usize| paths.conversions(path) + paths.nulls(path);
    let touches: u64 = (0..paths.len()).map(|path| journeys(path) * paths.steps(path).len() as u64).sum();
    assert_eq!(
        (paths.channels().len(), touches, paths.total_conversions(), paths.total_nulls()),
        (12, 378_209, 19_785, 68_602)
    );
    near("value", paths.total_value(), 74_802.971587, 1e-6);
}

#[test]
fn first_last_and_linear_touch() {
    let Some(paths) = data() else { return };
    let figures = expected("expected_heuristic_models.csv");
    for (model, name) in [
        (PathModel::FirstTouch, "first"),
        (PathModel::LastTouch, "last"),
        (PathModel::Linear, "linear"),
    ] {
        for credit in one(&paths, model).credits {
            let expected = &figures[&credit.channel];
            near(name, credit.conversions, expected[&format!("{name}_touch_conversions")], 0.0);
            near(name, credit.value, expected[&format!("{name}_touch_value")], 0.0);
        }
    }
}

#[test]
fn removal_effects_of_orders_one_and_two_with_and_without_nulls() {
    let Some(paths) = data() else { return };
    for (order, with_nulls, name) in [
        (1, true, "order1_null"),
        (1, false, "order1_convonly"),
        (2, true, "order2_null"),
        (2, false, "order2_convonly"),
    ] {
        let figures = expected(&format!("expected_markov_{name}_EXACT.csv"));
        for credit in one(&paths, markov(order, with_nulls)).credits {
            let expected = &figures[&credit.channel];
            let effects = [
                (credit.removal_effect, "removal_effect_conversion"),
                (credit.removal_effect_value, "removal_effect_value"),
            ];
            for (found, column) in effects {
                near(&format!("{name} {} {column}", credit.channel), found.unwrap(), expected[column], 5.1e-13);
            }
            near(
                &format!("{name} {}", credit.channel),
                credit.conversions,
                expected["total_conversions"],
                1e-12,
            );
            near(
                &format!("{name} {} value", credit.channel),
                credit.value,
                expected["total_conversion_value"],
                1e-12,
            );
        }
    }
}

#[test]
fn the_transition_matrix() {
    let Some(paths) = data() else { return };
    let chain = Chain::new(&paths, 1, true);
    let mut flow = Flow::default();
    chain.count(&Counts::observed(&paths), &mut flow);
    // The file numbers channels as they first occur.
    let names = [
        "eta", "iota", "alpha", "beta", "theta", "lambda", "kappa", "zeta", "epsilon", "gamma", "delta", "mi",
    ];
    let number = |state: usize| {
        let name = &paths.channels()[chain.newest(state) as usize];
        (1 + names.iter().position(|known| known == name).unwrap()).to_string()
    };
    let mut found = BTreeMap::new();
    for state in 0..chain.len() {
        found.insert(("(start)".to_owned(), number(state)), flow.starts[state]);
        found.insert((number(state), "(conversion)".to_owned()), flow.rates[state][0]);
        let edges = chain.offsets[state]..chain.offsets[state + 1];
        let stays: f64 = flow.probabilities[edges.clone()].iter().sum();
        found.insert((number(state), "(null)".to_owned()), 1.0 - stays - flow.rates[state][0]);
        for edge in edges {
            found.insert((number(state), number(chain.targets[edge] as usize)), flow.probabilities[edge]);
        }
    }
    let text = file("expected_transition_matrix_order1_null.csv").unwrap();
    let mut count = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let key = (fields[0].to_owned(), fields[1].to_owned());
        near(line, found[&key], fields[2].parse().unwrap(), 1e-15);
        count += 1;
    }
    assert_eq!(count, 138);
    assert_eq!(
        found.values().filter(|probability| **probability > 1e-15).count(),
        138,
        "and there is no other transition"
    );
}

#[test]
fn shapley_by_subset_sum() {
    let Some(paths) = data() else { return };
    let figures = expected("expected_shapley_bruteforce.csv");
    let ordered = one(&paths, PathModel::OrderedShapley);
    for credit in one(&paths, PathModel::Shapley).credits {
        let expected = &figures[&credit.channel];
        near("shapley", credit.conversions, expected["shapley_subset_sum_conversions"], 5.1e-11);
        near("shapley value", credit.value, expected["shapley_subset_sum_value"], 5.1e-11);
        near("ordered", conversions(&ordered, &credit.channel), credit.conversions, 1e-9);
    }
}

#[test]
fn leave_one_out_as_fractribution_has_it() {
    let Some(paths) = data() else { return };
    let found = one(&paths, PathModel::LeaveOneOut);
    for (channel, expected) in [("alpha", 8055.128), ("eta", 3413.737), ("iota", 3327.775), ("beta", 2014.508)] {
        assert!(
            (conversions(&found, channel) - expected).abs() < 5.1e-4,
            "{channel}: {}",
            conversions(&found, channel)
        );
    }
}

#[test]
fn orders_three_and_four_are_solved_as_well() {
    let Some(paths) = data() else { return };
    // With the start, which has no number here: 121 and 934.
    assert_eq!((Chain::new(&paths, 2, true).len(), Chain::new(&paths, 3, true).len()), (120, 933));
    for order in [3, 4] {
        let found = one(&paths, markov(order, true));
        let sum: f64 = found.credits.iter().map(|credit| credit.conversions).sum();
        near("sum", sum, 19_785.0, 0.0);
    }
}

#[test]
fn raking_reaches_every_removal_effect() {
    let Some(paths) = data() else { return };
    for order in 1..=ORDER_MAX {
        let weights = step_weights(&paths, &markov(order, true)).unwrap();
        assert!(weights.residual() < 1e-11, "order {order}: {}", weights.residual());
    }
}

#[test]
fn two_steps_of_memory_are_chosen() {
    let Some(paths) = data() else { return };
    assert_eq!([true, false].map(|with_nulls| choose_order(&paths, with_nulls).order), [2, 2]);
}
