//! Raking: shares of each path's conversions whose sums by channel are a model's.

use std::collections::BTreeMap;

use super::GroupedPaths;

/// Rounds of fitting at most; what is left after them is reported.
const ROUNDS_MAX: usize = 20_000;
/// Fitted when no channel is further off, in relation to the total.
const TOLERANCE: f64 = 1e-14;
/// Weights are relative: one that would vanish stays this small, so that the ratios of others beside it can still be told.
const WEIGHT_MIN: f64 = 1e-250;

/// A weight for each channel, and what its shares add up to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Raked {
    pub(super) weights: Vec<f64>,
    pub(super) reached: Vec<f64>,
}

/// Iterative proportional fitting. The table of paths by channels starts from the model's weight of each channel on the path; rows must sum to
/// `amounts` (by path), columns to `wanted` (by channel). Scaling a column scales the channel's weight on every path, and scaling a row
/// cancels within the path, so the whole fit is one weight a channel: its share of a path is its weight among those of the path's distinct
/// channels. Rows always hold; columns hold where they can: a channel cannot get less than the paths have that touch nothing else,
/// nor more than all paths that touch it.
pub(super) fn rake(paths: &GroupedPaths, amounts: impl Fn(usize) -> f64, first: &[f64], wanted: &[f64]) -> Raked {
    let mut sets: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
    for path in 0..paths.len() {
        let amount = amounts(path);
        if amount > 0.0 {
            let mut channels = paths.steps(path).to_vec();
            channels.sort_unstable();
            channels.dedup();
            *sets.entry(channels).or_insert(0.0) += amount;
        }
    }
    let total: f64 = sets.values().sum();
    let mut weights = first.to_vec();
    let mut reached = sums(&sets, &weights);
    for _ in 0..ROUNDS_MAX {
        let worst = reached.iter().zip(wanted).map(|(is, should)| (is - should).abs()).fold(0.0, f64::max);
        if worst <= TOLERANCE * total {
            break;
        }
        for (weight, (is, should)) in weights.iter_mut().zip(reached.iter().zip(wanted)) {
            if *is > 0.0 {
                *weight *= should / is;
            }
        }
        let largest = weights.iter().fold(0.0, |largest: f64, weight| largest.max(*weight));
        if largest <= 0.0 {
            break;
        }
        for weight in weights.iter_mut().filter(|weight| **weight > 0.0) {
            *weight = (*weight / largest).max(WEIGHT_MIN);
        }
        let next = sums(&sets, &weights);
        let moved = next.iter().zip(&reached).map(|(next, last)| (next - last).abs()).fold(0.0, f64::max);
        reached = next;
        if moved <= 1e-15 * total {
            break;
        }
    }
    Raked { weights, reached }
}

/// What each channel gets under the weights.
fn sums(sets: &BTreeMap<Vec<u32>, f64>, weights: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; weights.len()];
    for (channels, amount) in sets {
        let sum: f64 = channels.iter().map(|channel| weights[*channel as usize]).sum();
        for channel in channels {
            let channel = *channel as usize;
            let share = if sum > 0.0 {
                weights[channel] / sum
            } else {
                1.0 / channels.len() as f64
            };
            sums[channel] += amount * share;
        }
    }
    sums
}
