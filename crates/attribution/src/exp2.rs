//! Powers of two for decay: branch-free, so that a loop over a journey's touches is vectorised, and without the host's maths library,
//! so that credit is the same bits on every machine.

/// Exponents below this give the same (vanishing) result.
const EXPONENT_MIN: f64 = -1000.0;

/// 1.5 · 2^52: adding it rounds a double to an integer, which then stands in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// Taylor coefficients of 2^f; on |f| ≤ 1/2 the first one left out is below 2e-16.
const COEFFICIENTS: [f64; 13] = coefficients();

const fn coefficients() -> [f64; 13] {
    let mut out = [1.0; 13];
    let mut k = 1;
    while k < out.len() {
        out[k] = out[k - 1] * std::f64::consts::LN_2 / k as f64;
        k += 1;
    }
    out
}

/// 2^x for x ≤ 0, to within 1e-15 of the value.
#[inline]
pub(crate) fn exp2(x: f64) -> f64 {
    let x = if x > EXPONENT_MIN { x } else { EXPONENT_MIN };
    let shifted = x + ROUND;
    let fraction = x - (shifted - ROUND);
    let mut sum = COEFFICIENTS[12];
    let mut k = 12;
    while k > 0 {
        k -= 1;
        sum = sum * fraction + COEFFICIENTS[k];
    }
    // The integer part goes straight into the exponent field; it is above -1001, so the result is a normal number.
    f64::from_bits(sum.to_bits().wrapping_add(shifted.to_bits() << 52))
}

#[cfg(test)]
mod tests;
