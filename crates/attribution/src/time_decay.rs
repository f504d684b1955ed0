//! Time decay.

use crate::exp2::exp2;

/// Share of each touch under exponential decay: w(t) = 2^(-age/half_life), scaled to sum to 1.
///
/// Adding a constant to all ages changes nothing, so ages are taken from the last eligible touch: its weight is 1 before scaling, and
/// nothing vanishes however long before the conversion the journey ended. Equal ages get equal credit.
pub(crate) fn weigh(times: &[i64], half_life_micros: f64, weights: &mut [f64]) {
    let Some(last) = times.last() else { return };
    decay(times, *last, half_life_micros, weights);
    scale(weights);
}

/// 2^(-(until - t)/half_life) for each time; times after `until` weigh more than 1.
pub(crate) fn decay(times: &[i64], until: i64, half_life_micros: f64, weights: &mut [f64]) {
    let rate = -1.0 / half_life_micros;
    for (weight, time) in weights.iter_mut().zip(times) {
        *weight = exp2(until.wrapping_sub(*time) as f64 * rate);
    }
}

/// Divides by the sum, which must be positive.
pub(crate) fn scale(weights: &mut [f64]) {
    let sum: f64 = weights.iter().sum();
    for weight in weights {
        *weight /= sum;
    }
}
