//! Linear.

/// Appends weights for `count` touches: the same credit, 1/n, to each.
pub(crate) fn append(count: usize, weights: &mut Vec<f64>) {
    weights.resize(weights.len() + count, 1.0 / count as f64);
}
