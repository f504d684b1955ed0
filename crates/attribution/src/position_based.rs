//! Position-based (U-shaped, J-shaped, inverse J).

use crate::linear;

/// Weights of first, middle and last touch of a journey: what each single touch gets.
pub(crate) type Classes = [f64; 3];

/// J-shaped: most to the touch that closes (Adobe, Mixpanel, HubSpot).
pub(crate) const J_SHAPED: Classes = [0.2, 0.2, 0.6];
/// Inverse J: most to the touch that opens.
pub(crate) const INVERSE_J: Classes = [0.6, 0.2, 0.2];

/// Shares of first, middle and last touch. With three or more touches the middle share is split evenly among those between; with two,
/// the middle share is nobody's and the ends are renormalised (40/20/40 gives ½ and ½, 20/20/60 gives ¼ and ¾); one touch gets all.
///
/// None where all shares that apply are zero (0/100/0 with two touches): then the credit is linear, and the conversion flagged.
pub(crate) fn classes([first, middle, last]: [f64; 3], count: usize) -> Option<Classes> {
    let sum = match count {
        0 | 1 => return Some([1.0; 3]),
        2 => first + last,
        _ => first + middle + last,
    };
    if sum == 0.0 {
        return None;
    }
    // No middle touch, no division by zero: with two touches nobody asks for the middle weight.
    let between = (count - 2).max(1) as f64;
    Some([first / sum, middle / sum / between, last / sum])
}

/// Appends the weights of `count` touches; false where credit is linear because no share applies.
pub(crate) fn append(shares: [f64; 3], count: usize, weights: &mut Vec<f64>) -> bool {
    let Some([first, middle, last]) = classes(shares, count) else {
        linear::append(count, weights);
        return false;
    };
    let (start, end) = (weights.len(), weights.len() + count);
    weights.resize(end, middle);
    weights[end - 1] = last;
    weights[start] = first;
    true
}
