use super::*;
use crate::paths::fitted::Counts;
use crate::paths::tests::paths;
use crate::paths::{GroupedPaths, chain::Chain};

fn prepared(paths: &GroupedPaths, order: usize) -> Markov {
    let mut markov = Markov::new(Chain::new(paths, order, true));
    markov.chain.count(&Counts::observed(paths), &mut markov.flow);
    markov
}

/// Some journeys that come back to where they were, often.
const LINES: &str = "a > b > a > c > b > b > a;3;9;2\nc > a > a > b > c;1;4;7\nb > c > b > c > b > c;2;2;2\nd > a;1;1;0\nd;0;0;3";

#[test]
fn sweeps_and_elimination_give_the_same() {
    let paths = paths(LINES);
    for order in 1..=4 {
        let mut markov = prepared(&paths, order);
        settle::conversion_rates(&markov.chain, &markov.flow, &mut markov.settle).unwrap();
        let settled = markov.settle.expected().to_vec();
        let free: Vec<u32> = (0..markov.chain.len() as u32).collect();
        let system = settle::System {
            chain: &markov.chain,
            flow: &markov.flow,
            free: &free,
            with_rates: true,
        };
        let mut eliminated = vec![[0.0; 2]; free.len()];
        eliminate::eliminate(&system, &mut eliminated).unwrap();
        for (settled, eliminated) in settled.iter().zip(&eliminated) {
            for measure in 0..2 {
                assert!(
                    (settled[measure] - eliminated[measure]).abs() < 1e-12,
                    "order {order}: {settled:?} {eliminated:?}"
                );
            }
        }
    }
}

#[test]
fn the_closed_form_is_what_solving_again_gives() {
    let paths = paths(LINES);
    let mut markov = prepared(&paths, 1);
    let mut closed = vec![[0.0; 2]; markov.chain.channels];
    closed_form::removal_effects(&markov.chain, &markov.flow, &mut markov.closed_form, &mut closed);
    for (channel, touched) in markov.touched.iter_mut().enumerate() {
        touched.extend(
            (0..markov.chain.len())
                .filter(|state| markov.chain.contains(*state, channel as u32))
                .map(|state| state as u32),
        );
    }
    let mut solved = closed.clone();
    markov.solve(&mut solved).unwrap();
    for (closed, solved) in closed.iter().zip(&solved) {
        for measure in 0..2 {
            assert!((closed[measure] - solved[measure]).abs() < 1e-12, "{closed:?} {solved:?}");
        }
    }
}

#[test]
fn counted_visits_are_the_chains_own() {
    // v = start + v Q, for every state.
    for order in 1..=4 {
        let markov = prepared(&paths(LINES), order);
        let mut arrived = markov.flow.starts.clone();
        for state in 0..markov.chain.len() {
            for edge in markov.chain.offsets[state]..markov.chain.offsets[state + 1] {
                arrived[markov.chain.targets[edge] as usize] += markov.flow.visits[state] * markov.flow.probabilities[edge];
            }
        }
        for (arrived, visits) in arrived.iter().zip(&markov.flow.visits) {
            assert!((arrived - visits).abs() < 1e-12, "order {order}");
        }
    }
}
