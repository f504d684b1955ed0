//! Order 1: all removal effects from one inverse.

use super::share;
use crate::paths::chain::{Chain, Flow};

#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// I − Q, row by row, and then its inverse.
    matrix: Vec<f64>,
    pivot_row: Vec<f64>,
}

/// With N = (I − Q)⁻¹ and b = N r, removal effect(i) = v(i) ÷ N(i,i) × b(i) ÷ b(start): v(i) ÷ N(i,i) is the probability to meet i at all,
/// and from there on conversion has the probability b(i). Equal to taking i out and solving again.
pub(super) fn removal_effects(chain: &Chain, flow: &Flow, scratch: &mut Scratch, effects: &mut [[f64; 2]]) {
    let count = chain.len();
    let matrix = &mut scratch.matrix;
    matrix.clear();
    matrix.resize(count * count, 0.0);
    for state in 0..count {
        matrix[state * count + state] = 1.0;
        for edge in chain.offsets[state]..chain.offsets[state + 1] {
            matrix[state * count + chain.targets[edge] as usize] = -flow.probabilities[edge];
        }
    }
    invert(matrix, count, &mut scratch.pivot_row);
    for state in 0..count {
        let row = &matrix[state * count..(state + 1) * count];
        let mut rate = [0.0; 2];
        for (entry, of) in row.iter().zip(&flow.rates) {
            rate[0] += entry * of[0];
            rate[1] += entry * of[1];
        }
        let reached = flow.visits[state] / row[state];
        effects[chain.newest(state) as usize] = [0, 1].map(|measure| share(reached * rate[measure], flow.total[measure]));
    }
}

/// Gauss-Jordan in place. The matrix is an M-matrix whose rows are dominated by their diagonal, so no pivot has to be searched for.
fn invert(matrix: &mut [f64], count: usize, pivot_row: &mut Vec<f64>) {
    for pivot in 0..count {
        let start = pivot * count;
        let inverse = 1.0 / matrix[start + pivot];
        matrix[start + pivot] = 1.0;
        matrix[start..start + count].iter_mut().for_each(|entry| *entry *= inverse);
        pivot_row.clear();
        pivot_row.extend_from_slice(&matrix[start..start + count]);
        for row in (0..count).filter(|row| *row != pivot) {
            let row = &mut matrix[row * count..(row + 1) * count];
            let factor = row[pivot];
            if factor != 0.0 {
                row[pivot] = 0.0;
                row.iter_mut().zip(pivot_row.iter()).for_each(|(entry, of)| *entry -= factor * of);
            }
        }
    }
}
