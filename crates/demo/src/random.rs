//! Seeded randomness that gives the same world on every machine: ChaCha8, and elementary functions from basic arithmetic only, because
//! the platforms' `exp` and `ln` differ in their last bits.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// One stream of random numbers; streams of one seed are independent of each other.
#[derive(Clone, Debug)]
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// The same seed's stream `stream`, without expanding the seed again.
    pub(crate) fn fork(&self, stream: u64) -> Self {
        let mut rng = self.0.clone();
        rng.set_stream(stream);
        rng.set_word_pos(0);
        Self(rng)
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Uniform in 0..n.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// A whole number whose mean is `value`: 0.3 gives 1 in three of ten cases.
    pub(crate) fn whole(&mut self, value: f64) -> i64 {
        (value + self.unit()) as i64
    }

    /// Exponential with the given mean.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * ln(1.0 - self.unit())
    }

    /// Mean 0, variance 1, bell-shaped and bounded to ±3.5: the sum of four uniforms of sixteen bits.
    pub(crate) fn normal(&mut self) -> f64 {
        let bits = self.0.next_u64();
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
        (sum as f64 / 65_536.0 - 2.0) * 1.732_050_807_568_877_2
    }

    /// Number of trials up to and including the first success, at least 1, with the given mean.
    pub(crate) fn geometric(&mut self, mean: f64) -> u32 {
        let failure = 1.0 - 1.0 / mean;
        if failure <= 0.0 {
            1
        } else {
            1 + (ln(1.0 - self.unit()) / ln(failure)) as u32
        }
    }

    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 40.0 {
            return (mean + self.normal() * mean.sqrt()).max(0.0) as u32;
        }
        let (limit, mut product, mut count) = (exp(-mean), self.unit(), 0);
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// An index drawn with probability proportional to the steps of `cumulative`; `None` where everything is zero.
    pub(crate) fn pick(&mut self, cumulative: &[f32]) -> Option<usize> {
        let total = *cumulative.last().filter(|total| **total > 0.0)?;
        let mark = (self.unit() as f32) * total;
        Some(cumulative.partition_point(|step| *step <= mark).min(cumulative.len() - 1))
    }
}

const LN_2: f64 = std::f64::consts::LN_2;

/// e^x to about 1e-15 relative.
pub(crate) fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let k = (x / LN_2).round();
    let r = x - k * LN_2;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..=13 {
        term *= r / f64::from(n);
        sum += term;
    }
    sum * f64::from_bits((((k.min(1000.0) as i64) + 1023) as u64) << 52)
}

/// Natural logarithm of a positive number, to about 1e-15.
pub(crate) fn ln(x: f64) -> f64 {
    if x <= 0.0 {
        return -745.0;
    }
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | (1023 << 52));
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    for n in (0..11).rev() {
        sum = sum * square + 1.0 / f64::from(2 * n + 1);
    }
    2.0 * s * sum + exponent as f64 * LN_2
}

#[cfg(test)]
mod tests;
