//! Last touch.

/// Appends weights for `count` touches: all credit to the last eligible touch at or before the conversion.
pub(crate) fn append(count: usize, weights: &mut Vec<f64>) {
    let end = weights.len() + count;
    weights.resize(end, 0.0);
    weights[end - 1] = 1.0;
}
