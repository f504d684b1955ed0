//! The last touch that says where the customer came from.

/// Appends all credit to the last touch that is not direct; to the last one where all are (GA4, Matomo).
pub(crate) fn append(count: usize, is_direct: impl Fn(usize) -> bool, weights: &mut Vec<f64>) {
    let start = weights.len();
    weights.resize(start + count, 0.0);
    weights[start + place(count, is_direct)] = 1.0;
}

/// Which of `count` touches that is; `count` is not 0.
pub(crate) fn place(count: usize, is_direct: impl Fn(usize) -> bool) -> usize {
    (0..count).rev().find(|at| !is_direct(*at)).unwrap_or(count - 1)
}
