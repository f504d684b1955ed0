//! First touch.

/// Appends weights for `count` touches: all credit to the first eligible touch in the journey's total order; a tie in time is decided by
/// sequence, never by storage order.
pub(crate) fn append(count: usize, weights: &mut Vec<f64>) {
    let start = weights.len();
    weights.resize(start + count, 0.0);
    weights[start] = 1.0;
}
