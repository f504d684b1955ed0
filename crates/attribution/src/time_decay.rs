//! Time decay.

use crate::exp2::exp2;

/// Appends the share of each touch under exponential decay: w(t) = 2^(-age/half_life), scaled to sum to 1.
///
/// Adding a constant to all ages changes nothing, so ages are taken from the last eligible touch: its weight is 1 before scaling, and
/// nothing vanishes however long before the conversion the journey ended. Equal ages get equal credit.
pub(crate) fn append(times: &[i64], half_life_micros: f64, weights: &mut Vec<f64>) {
    let Some(last) = times.last() else { return };
    let start = weights.len();
    weights.resize(start + times.len(), 0.0);
    let weights = &mut weights[start..];
    decay(times, *last, half_life_micros, weights);
    scale(weights);
}

/// 2^(-(until - t)/half_life) for each time, none of which is after `until`, nor more than a hundred years before.
pub(crate) fn decay(times: &[i64], until: i64, half_life_micros: f64, weights: &mut [f64]) {
    let rate = -1.0 / half_life_micros;
    for (weight, time) in weights.iter_mut().zip(times) {
        *weight = exp2(to_double(until.wrapping_sub(*time)) * rate);
    }
}

/// A whole number from 0 to 2^52 as a double: its bits below the exponent of 2^52. Compilers vectorise this, but not the conversion.
fn to_double(number: i64) -> f64 {
    const EXPONENT: u64 = 0x4330_0000_0000_0000;
    f64::from_bits(number as u64 | EXPONENT) - f64::from_bits(EXPONENT)
}

/// Divides by the sum, which must be positive.
pub(crate) fn scale(weights: &mut [f64]) {
    let sum: f64 = weights.iter().sum();
    for weight in weights {
        *weight /= sum;
    }
}
