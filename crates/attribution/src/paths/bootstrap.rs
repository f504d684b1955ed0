//! Intervals by drawing the journeys again.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::binomial::multinomial;
use super::estimate::Interval;
use super::fitted::{Counts, Estimate, Fitted};
use super::{Error, GroupedPaths};

const RESAMPLES_MIN: usize = 20;
const RESAMPLES_MAX: usize = 100_000;

/// How intervals are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resampling {
    /// Number of times that all journeys are drawn again, with replacement.
    pub resamples: usize,
    pub seed: u64,
    /// Share of the resamples inside the interval.
    pub level: f64,
}

impl Default for Resampling {
    fn default() -> Self {
        Self {
            resamples: 300,
            seed: 0,
            level: 0.95,
        }
    }
}

impl Resampling {
    pub(super) fn check(&self) -> Result<(), Error> {
        if (RESAMPLES_MIN..=RESAMPLES_MAX).contains(&self.resamples) {
            return Ok(());
        }
        Err(Error::Resamples {
            resamples: self.resamples,
            minimum: RESAMPLES_MIN,
            maximum: RESAMPLES_MAX,
        })
    }
}

/// Estimates of one model over all resamples, figure by figure.
#[derive(Debug)]
pub(super) struct Draws {
    rows: usize,
    /// Conversions, value, removal effect by conversions, by value; each `resamples` figures a row, one after the other.
    figures: [Vec<f64>; 4],
}

/// Draws as many journeys as there are, converted and not, with replacement, and evaluates every model on them; again and again. A path's
/// journeys that converted are worth their mean: the spread of order values within a path is not in grouped paths, so intervals of value
/// are of the journeys only. All models see the same draws, and the same seed draws the same journeys on every machine.
pub(super) fn draw(paths: &GroupedPaths, models: &mut [Fitted], resampling: &Resampling) -> Result<Vec<Draws>, Error> {
    resampling.check()?;
    let observed = Counts::observed(paths);
    // Cells: converted journeys of each path, then the others; those without any cannot be drawn.
    let (mut cells, mut weights) = (Vec::new(), Vec::new());
    for path in 0..paths.len() {
        for (is_conversion, count) in [(true, paths.conversions(path)), (false, paths.nulls(path))] {
            if count > 0 {
                cells.push((path, is_conversion));
                weights.push(count);
            }
        }
    }
    let each: Vec<f64> = (0..paths.len())
        .map(|path| paths.value(path) / paths.conversions(path).max(1) as f64)
        .collect();
    let journeys = weights.iter().sum();
    let mut random = ChaCha8Rng::seed_from_u64(resampling.seed);
    let mut draws: Vec<Draws> = models.iter().map(|model| Draws::new(model.rows().len())).collect();
    let (mut counts, mut estimate) = (observed, Estimate::default());
    for _ in 0..resampling.resamples {
        multinomial(&mut random, &weights, journeys, |cell, count| {
            let (path, is_conversion) = cells[cell];
            if is_conversion {
                counts.conversions[path] = count as f64;
                counts.values[path] = count as f64 * each[path];
            } else {
                counts.nulls[path] = count as f64;
            }
        });
        for (model, draws) in models.iter_mut().zip(&mut draws) {
            model.evaluate(&counts, &mut estimate)?;
            draws.push(&estimate);
        }
    }
    draws.iter_mut().for_each(Draws::sort);
    Ok(draws)
}

impl Draws {
    fn new(rows: usize) -> Self {
        Self {
            rows,
            figures: Default::default(),
        }
    }

    fn push(&mut self, estimate: &Estimate) {
        self.figures[0].extend_from_slice(&estimate.conversions);
        self.figures[1].extend_from_slice(&estimate.values);
        self.figures[2].extend(estimate.removal_effects.iter().map(|effects| effects[0]));
        self.figures[3].extend(estimate.removal_effects.iter().map(|effects| effects[1]));
    }

    /// From one resample after the other to one row after the other, each in order of size.
    fn sort(&mut self) {
        for figures in &mut self.figures {
            let resamples = figures.len() / self.rows.max(1);
            let mut by_row = Vec::with_capacity(figures.len());
            for row in 0..if resamples > 0 { self.rows } else { 0 } {
                let start = by_row.len();
                by_row.extend(figures.iter().skip(row).step_by(self.rows));
                by_row[start..].sort_by(f64::total_cmp);
            }
            *figures = by_row;
        }
    }

    /// The middle share of the resamples; none where the model has no such figure.
    pub(super) fn interval(&self, figure: usize, row: usize, level: f64) -> Option<Interval> {
        let resamples = self.figures[figure].len() / self.rows.max(1);
        if resamples == 0 {
            return None;
        }
        let sorted = &self.figures[figure][row * resamples..(row + 1) * resamples];
        let tail = (1.0 - level) / 2.0;
        Some(Interval {
            low: quantile(sorted, tail),
            high: quantile(sorted, 1.0 - tail),
        })
    }
}

/// Linear between the two nearest (type 7, the default of R and NumPy).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (at - below as f64)
}
