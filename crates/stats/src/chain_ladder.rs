//! Chain ladder: what is still to come of days that are too young to be complete, with Mack's distribution-free standard errors.
//!
//! Row i is a day, C(i, j) what had arrived by age j. Factors f(j) = Σ C(i, j+1) / Σ C(i, j) over the rows that are old enough; a row of
//! age a is projected to C(i, a) · f(a) · f(a+1) ⋯. The mean squared error of a projection Ĉ, from age a to the last age J, is
//!
//! ```text
//! Ĉ(i,J)² · Σ_{j=a..J-1} σ²(j)/f(j)² · (1/Ĉ(i,j) + 1/Σ C(·,j)),   σ²(j) = Σ C(i,j) · (C(i,j+1)/C(i,j) − f(j))² / (n(j) − 1)
//! ```
//!
//! and a sum of projections adds the terms of the factors that they share. Source: Thomas Mack, "Distribution-free calculation of the standard
//! error of chain ladder reserve estimates", ASTIN Bulletin 23 (1993); his numbers for the Taylor-Ashe triangle are a test.

/// Quantile of the normal distribution that leaves 5 % above: intervals hold nine times of ten.
pub const Z_90: f64 = 1.644_853_626_951_472_2;

/// Why nothing can be projected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("only {pairs} days are older than age {age}, {wanted} are needed to see how much arrives then")]
    TooFewDays { age: usize, pairs: usize, wanted: usize },
    #[error("nothing had arrived by age {age} on any day that is old enough")]
    NothingArrived { age: usize },
    #[error("the amount of row {row} at age {age} is negative or not a number")]
    Amount { row: usize, age: usize },
}

/// Development factors of one triangle.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainLadder {
    /// From age j to j+1.
    factors: Vec<f64>,
    /// σ²(j).
    variances: Vec<f64>,
    /// Σ C(·, j) over the rows that gave f(j).
    weights: Vec<f64>,
}

/// What a row, or several together, will come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Projection {
    /// What has arrived so far.
    pub observed: f64,
    /// What will have arrived at the last age.
    pub expected: f64,
    pub standard_error: f64,
}

impl ChainLadder {
    /// `rows[i][j]` is what arrived at age j (not by it); a row ends with the last age that is over. Ages run to `ages` − 1. A factor needs
    /// at least `pairs_min` rows that show both ages.
    pub fn fit(rows: &[Vec<f64>], ages: usize, pairs_min: usize) -> Result<Self, Error> {
        for (row, amounts) in rows.iter().enumerate() {
            if let Some(age) = amounts.iter().position(|amount| !amount.is_finite() || *amount < 0.0) {
                return Err(Error::Amount { row, age });
            }
        }
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| cumulative(row)).collect();
        let steps = ages.saturating_sub(1);
        let mut fitted = Self {
            factors: Vec::with_capacity(steps),
            variances: Vec::with_capacity(steps),
            weights: Vec::with_capacity(steps),
        };
        for age in 0..steps {
            let pairs: Vec<(f64, f64)> = rows.iter().filter_map(|row| Some((*row.get(age)?, *row.get(age + 1)?))).collect();
            if pairs.len() < pairs_min.max(1) {
                return Err(Error::TooFewDays {
                    age,
                    pairs: pairs.len(),
                    wanted: pairs_min.max(1),
                });
            }
            let weight: f64 = pairs.iter().map(|(before, _)| before).sum();
            if weight <= 0.0 {
                return Err(Error::NothingArrived { age });
            }
            let factor = pairs.iter().map(|(_, after)| after).sum::<f64>() / weight;
            fitted.variances.push(variance(&pairs, factor, &fitted.variances));
            fitted.factors.push(factor);
            fitted.weights.push(weight);
        }
        Ok(fitted)
    }

    /// Share of the final amount that has usually arrived by the end of an age; 1 from the last age on.
    pub fn completion(&self, age: usize) -> f64 {
        1.0 / self.factors.iter().skip(age).product::<f64>()
    }

    /// One row, as [`ChainLadder::fit`] takes it.
    pub fn project(&self, row: &[f64]) -> Projection {
        self.project_sum([row])
    }

    /// Several rows together. Their errors are not independent: all use the same factors.
    pub fn project_sum<'a>(&self, rows: impl IntoIterator<Item = &'a [f64]>) -> Projection {
        let mut sum = Projection::default();
        let mut squared = 0.0;
        // Of the rows so far: what each will come to, and the ages that it still has to pass.
        let mut earlier: Vec<(f64, usize)> = Vec::new();
        for row in rows {
            let observed: f64 = row.iter().sum();
            let age = row.len().saturating_sub(1);
            let (expected, error) = self.develop(observed, age);
            squared += error;
            for (other, other_age) in &earlier {
                squared += 2.0 * expected * other * self.shared_error(age.max(*other_age));
            }
            earlier.push((expected, age));
            sum.observed += observed;
            sum.expected += expected;
        }
        sum.standard_error = squared.sqrt();
        sum
    }

    /// The last amount and its mean squared error.
    fn develop(&self, observed: f64, age: usize) -> (f64, f64) {
        let mut amount = observed;
        let mut relative = 0.0;
        for at in age..self.factors.len() {
            let (factor, variance) = (self.factors[at], self.variances[at]);
            if amount > 0.0 {
                relative += variance / (factor * factor) * (1.0 / amount + 1.0 / self.weights[at]);
            }
            amount *= factor;
        }
        (amount, amount * amount * relative)
    }

    /// Relative error of the factors from an age on, which all rows share.
    fn shared_error(&self, age: usize) -> f64 {
        (age..self.factors.len())
            .map(|at| self.variances[at] / (self.factors[at] * self.factors[at]) / self.weights[at])
            .sum()
    }
}

impl Projection {
    /// Bounds between which the final amount lies nine times of ten. What is still to come is taken as log-normal (Mack's recommendation), so
    /// that the lower bound is never below what has arrived.
    pub fn interval_90(&self) -> (f64, f64) {
        let rest = self.expected - self.observed;
        if rest <= 0.0 || self.standard_error <= 0.0 {
            return (self.expected, self.expected);
        }
        let variance = (1.0 + (self.standard_error / rest).powi(2)).ln();
        let (middle, spread) = (-0.5 * variance, Z_90 * variance.sqrt());
        (
            self.observed + rest * (middle - spread).exp(),
            self.observed + rest * (middle + spread).exp(),
        )
    }
}

fn cumulative(row: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    row.iter()
        .map(|amount| {
            sum += amount;
            sum
        })
        .collect()
}

/// σ²(j); where only one row shows both ages, extrapolated from the two before as Mack does.
fn variance(pairs: &[(f64, f64)], factor: f64, before: &[f64]) -> f64 {
    let used = pairs.iter().filter(|(before, _)| *before > 0.0);
    let count = used.clone().count();
    if count > 1 {
        let squares = used.map(|(before, after)| before * (after / before - factor).powi(2));
        return squares.sum::<f64>() / (count - 1) as f64;
    }
    match before {
        [.., earlier, last] if *earlier > 0.0 => (last * last / earlier).min(last.min(*earlier)),
        [.., last] => *last,
        [] => 0.0,
    }
}

#[cfg(test)]
mod tests;
