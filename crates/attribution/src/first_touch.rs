//! First touch.

/// All credit to the first eligible touch in the journey's total order; a tie in time is decided by sequence, never by storage order.
pub(crate) fn weigh(weights: &mut [f64]) {
    weights.fill(0.0);
    if let Some(first) = weights.first_mut() {
        *first = 1.0;
    }
}
