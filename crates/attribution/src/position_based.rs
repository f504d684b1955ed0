//! Position-based (U-shaped, J-shaped, inverse J).

use crate::linear;

/// Shares of first, middle and last touch. With three or more touches the middle share is split evenly among those between; with two,
/// the middle share is nobody's and the ends are renormalised (40/20/40 gives ½ and ½, 20/20/60 gives ¼ and ¾); one touch gets all.
///
/// Returns false where all shares that apply are zero (0/100/0 with two touches): then the credit is linear, and the conversion flagged.
pub(crate) fn weigh([first, middle, last]: [f64; 3], weights: &mut [f64]) -> bool {
    let count = weights.len();
    let sum = match count {
        0 | 1 => {
            weights.fill(1.0);
            return true;
        }
        2 => first + last,
        _ => first + middle + last,
    };
    if sum == 0.0 {
        linear::weigh(weights);
        return false;
    }
    if count > 2 {
        weights.fill(middle / sum / (count - 2) as f64);
    }
    weights[0] = first / sum;
    weights[count - 1] = last / sum;
    true
}
