//! How many steps a Markov chain should remember.

use super::key_map::KeyMap;
use super::logarithm::ln;
use super::{GroupedPaths, ORDER_MAX};

/// The order with the lowest criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderChoice {
    pub order: usize,
    /// Bayesian information criterion of orders 1 to [`ORDER_MAX`]: lower is better.
    pub criteria: Vec<f64>,
}

/// Chooses by the Bayesian information criterion, −2 ln L + k ln n, the consistent choice for the order of a Markov chain (Csiszár and
/// Shields 2000). L is the likelihood of every next step and outcome given the last 1, 2, … channels (fewer at the start of a journey); n
/// the number of those; k the free probabilities: one less than there are channels and outcomes, for every history that occurs. Among
/// equals the lowest order. Nothing is drawn: the same paths always give the same order.
pub fn choose_order(paths: &GroupedPaths, with_nulls: bool) -> OrderChoice {
    let with_nulls = with_nulls && paths.total_nulls() > 0;
    let criteria: Vec<f64> = (1..=ORDER_MAX).map(|order| criterion(paths, order, with_nulls)).collect();
    let order = (1..=ORDER_MAX).reduce(|best, order| if criteria[order - 1] < criteria[best - 1] { order } else { best });
    OrderChoice {
        order: order.unwrap_or(1),
        criteria,
    }
}

/// Next "steps" that are outcomes, after the channels.
const CONVERTED: u64 = 0xffff;
const LOST: u64 = 0xfffe;

fn criterion(paths: &GroupedPaths, order: usize, with_nulls: bool) -> f64 {
    let mask = u64::MAX >> (64 - 16 * order);
    let (mut histories, mut nexts) = (KeyMap::default(), KeyMap::default());
    let (mut of_history, mut of_next): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut add = |history: u64, next: u64, weight: f64| {
        let history = histories.number(history);
        grow(&mut of_history, history as usize);
        of_history[history as usize] += weight;
        let pair = nexts.number(u64::from(history) << 16 | next) as usize;
        grow(&mut of_next, pair);
        of_next[pair] += weight;
    };
    for path in 0..paths.len() {
        let conversions = paths.conversions(path) as f64;
        let nulls = if with_nulls { paths.nulls(path) as f64 } else { 0.0 };
        if conversions + nulls > 0.0 {
            let mut history = 0;
            for step in paths.steps(path) {
                add(history, u64::from(*step), conversions + nulls);
                history = (history << 16 | u64::from(*step + 1)) & mask;
            }
            if conversions > 0.0 {
                add(history, CONVERTED, conversions);
            }
            if nulls > 0.0 {
                add(history, LOST, nulls);
            }
        }
    }
    let log = |count: &f64| if *count > 0.0 { count * ln(*count) } else { 0.0 };
    let likelihood = of_next.iter().map(log).sum::<f64>() - of_history.iter().map(log).sum::<f64>();
    let observed: f64 = of_history.iter().sum();
    let free = of_history.len() * (paths.channels().len() + usize::from(with_nulls));
    -2.0 * likelihood + free as f64 * ln(observed.max(1.0))
}

fn grow(counts: &mut Vec<f64>, at: usize) {
    if at >= counts.len() {
        counts.resize(at + 1, 0.0);
    }
}

#[cfg(test)]
mod tests;
