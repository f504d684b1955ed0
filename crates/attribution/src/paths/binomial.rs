//! Binomial and multinomial draws, exact in distribution.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore;

use super::logarithm::ln;
use crate::exp2::exp2;

/// Below this mean the distribution is walked from 0; above it, a hat is thrown over it.
const MEAN_WALKED: f64 = 10.0;

/// Uniform in [0, 1).
fn unit(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// Successes in `trials` trials of probability `chance`.
pub(super) fn binomial(random: &mut ChaCha8Rng, trials: u64, chance: f64) -> u64 {
    if trials == 0 || chance <= 0.0 {
        0
    } else if chance >= 1.0 {
        trials
    } else if chance > 0.5 {
        trials - binomial(random, trials, 1.0 - chance)
    } else if trials as f64 * chance < MEAN_WALKED {
        walk(random, trials, chance)
    } else {
        throw(random, trials, chance)
    }
}

/// Inversion: probabilities of 0, 1, 2 … are taken off a uniform number until it is used up.
fn walk(random: &mut ChaCha8Rng, trials: u64, chance: f64) -> u64 {
    let odds = chance / (1.0 - chance);
    let none = exp2(trials as f64 * ln(1.0 - chance) * std::f64::consts::LOG2_E);
    loop {
        let (mut rest, mut probability, mut count) = (unit(random), none, 0);
        while count <= trials {
            if rest < probability {
                return count;
            }
            rest -= probability;
            count += 1;
            probability *= odds * (trials - count + 1) as f64 / count as f64;
            // What rounding left of the uniform number is beyond the last count that can occur: draw again.
            if probability < 1e-18 && count as f64 > MEAN_WALKED {
                break;
            }
        }
    }
}

/// Transformed rejection with squeeze (Hörmann 1993, BTRS); needs a mean of at least 10 and a probability of at most ½.
fn throw(random: &mut ChaCha8Rng, trials: u64, chance: f64) -> u64 {
    let n = trials as f64;
    let deviation = (n * chance * (1.0 - chance)).sqrt();
    let b = 1.15 + 2.53 * deviation;
    let a = -0.0873 + 0.0248 * b + 0.01 * chance;
    let centre = n * chance + 0.5;
    let alpha = (2.83 + 5.1 / b) * deviation;
    let odds = chance / (1.0 - chance);
    let mode = ((n + 1.0) * chance).floor();
    loop {
        let across = unit(random) - 0.5;
        let height = unit(random);
        let edge = 0.5 - across.abs();
        let count = ((2.0 * a / edge + b) * across + centre).floor();
        if edge >= 0.07 && height <= 0.92 - 4.2 / b {
            return count as u64;
        }
        if !(0.0..=n).contains(&count) || edge <= 0.0 {
            continue;
        }
        let height = ln((height * alpha / (a / (edge * edge) + b)).max(f64::MIN_POSITIVE));
        let bound = (mode + 0.5) * ln((mode + 1.0) / (odds * (n - mode + 1.0)))
            + (n + 1.0) * ln((n - mode + 1.0) / (n - count + 1.0))
            + (count + 0.5) * ln(odds * (n - count + 1.0) / (count + 1.0))
            + stirling(mode)
            + stirling(n - mode)
            - stirling(count)
            - stirling(n - count);
        if height <= bound {
            return count as u64;
        }
    }
}

/// ln k! less Stirling's approximation to it.
fn stirling(k: f64) -> f64 {
    const FIRST: [f64; 10] = [
        0.081_061_466_795_327_8,
        0.041_340_695_955_409_3,
        0.027_677_925_684_998_3,
        0.020_790_672_103_765_1,
        0.016_644_691_189_821_2,
        0.013_876_128_823_070_7,
        0.011_896_709_945_891_8,
        0.010_411_265_261_972,
        0.009_255_462_182_712_73,
        0.008_330_563_433_362_87,
    ];
    match FIRST.get(k as usize) {
        Some(known) => *known,
        None => {
            let square = (k + 1.0) * (k + 1.0);
            (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / (k + 1.0)
        }
    }
}

/// Draws `trials` journeys with probabilities proportional to `weights`, and gives the number in each cell to `each`. A cell's number is
/// binomial in what the cells before it left.
pub(super) fn multinomial(random: &mut ChaCha8Rng, weights: &[u64], trials: u64, mut each: impl FnMut(usize, u64)) {
    let (mut left, mut weight_left) = (trials, weights.iter().sum::<u64>());
    for (cell, weight) in weights.iter().enumerate() {
        let count = if *weight == weight_left {
            left
        } else {
            binomial(random, left, *weight as f64 / weight_left as f64)
        };
        left -= count;
        weight_left -= weight;
        each(cell, count);
    }
}

#[cfg(test)]
mod tests;
