//! The three special functions that the models need, for positive arguments.

/// Below it the recurrence shifts the argument up; above it the asymptotic series has full precision.
const LARGE: f64 = 10.0;

/// Terms of a hypergeometric series at most. Near z = 1 about 36 / (1 − z) terms matter.
const TERMS_MAX: u32 = 1_000_000;

/// Half the logarithm of two pi.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_7;

/// Logarithm of the gamma function, x > 0, to about 1e-14 (Stirling's series, Abramowitz & Stegun 6.1.40).
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 1.0);
    while x < LARGE {
        shift *= x;
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = inverse
        * (1.0 / 12.0
            - square * (1.0 / 360.0 - square * (1.0 / 1_260.0 - square * (1.0 / 1_680.0 - square * (1.0 / 1_188.0 - square * 691.0 / 360_360.0)))));
    (x - 0.5) * x.ln() - x + HALF_LN_TAU + series - shift.ln()
}

/// Derivative of [`ln_gamma`] (Abramowitz & Stegun 6.3.18).
pub(crate) fn digamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < LARGE {
        shift += 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = square
        * (1.0 / 12.0
            - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0 - square * (1.0 / 132.0 - square * 691.0 / 32_760.0)))));
    x.ln() - 0.5 / x - series - shift
}

/// Gauss's hypergeometric function ₂F₁(a, b; c; z) as its series, 0 ≤ z < 1. The caller sees to it that c − a − b > 0, where the
/// series stays bounded up to z = 1, and that c is not 0 or a negative whole number.
pub(crate) fn hypergeometric(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for step in 0..TERMS_MAX {
        let n = f64::from(step);
        term *= (a + n) * (b + n) / ((c + n) * (n + 1.0)) * z;
        sum += term;
        if term.abs() <= f64::EPSILON * 0.25 * sum.abs() * (1.0 - z) {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests;
