//! Last touch.

/// All credit to the last eligible touch at or before the conversion.
pub(crate) fn weigh(weights: &mut [f64]) {
    weights.fill(0.0);
    if let Some(last) = weights.last_mut() {
        *last = 1.0;
    }
}
