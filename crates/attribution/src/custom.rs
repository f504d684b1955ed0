//! Custom weights of an organisation.

use crate::time_decay::{decay, scale};
use crate::{CustomWeights, linear};

const MICROS_PER_SECOND: f64 = 1e6;

/// Appends weight(touch) = position class × channel × interaction type × decay, scaled to sum to 1. `factor` gives channel × interaction
/// by position in the journey. A single touch is first and last at once and counts as the heavier of the two.
///
/// Returns false where every weight is zero: then the credit is linear, and the conversion flagged.
pub(crate) fn append(custom: &CustomWeights, times: &[i64], factor: impl Fn(usize) -> f64, output: &mut Vec<f64>) -> bool {
    let (start, count) = (output.len(), times.len());
    output.extend((0..count).map(|at| {
        let position = match (at == 0, at + 1 == count) {
            (true, true) => custom.first.max(custom.last),
            (true, false) => custom.first,
            (false, true) => custom.last,
            (false, false) => custom.middle,
        };
        position * factor(at)
    }));
    let weights = &mut output[start..];
    // Decay is measured from the last touch that has any weight, so that the sum can never vanish.
    let Some(last) = weights.iter().rposition(|weight| *weight > 0.0) else {
        output.truncate(start);
        linear::append(count, output);
        return false;
    };
    if let Some(seconds) = custom.half_life_seconds {
        let (until, mut decayed) = (times[last], [0.0; 64]);
        let half_life = seconds as f64 * MICROS_PER_SECOND;
        for (weights, times) in weights[..=last].chunks_mut(decayed.len()).zip(times.chunks(decayed.len())) {
            let decayed = &mut decayed[..weights.len()];
            decay(times, until, half_life, decayed);
            for (weight, factor) in weights.iter_mut().zip(decayed) {
                *weight *= *factor;
            }
        }
    }
    scale(weights);
    true
}
