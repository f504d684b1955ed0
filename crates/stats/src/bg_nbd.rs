//! How often customers buy, and until when: the BG/NBD model (Fader, Hardie & Lee 2005, "Counting Your Customers" the Easy Way).
//!
//! While alive a customer buys at the rate λ, which is gamma distributed over customers (r, α); after every purchase the customer leaves
//! for good with probability p, which is beta distributed (a, b).

use crate::Error;
use crate::maximum::maximum_over;
use crate::special::{digamma, hypergeometric, ln_gamma};

/// Repeat customers below which a fit says nothing.
const REPEATERS_MIN: usize = 30;

/// What is known of one customer. All times count from the first purchase, in one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Purchases {
    /// Purchases after the first.
    pub repeats: u32,
    /// Time of the last purchase; 0 without a repeat.
    pub last: f64,
    /// Until when the customer was watched.
    pub age: f64,
}

/// The fitted model, in the unit of its customers' times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BgNbd {
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
    /// Of the customers that it was fitted to.
    pub log_likelihood: f64,
}

impl BgNbd {
    /// The parameters under which what the customers did is most likely.
    pub fn fit(customers: &[Purchases]) -> Result<Self, Error> {
        check(customers)?;
        // Times in mean ages, so that starts and bounds suit every unit.
        let unit = customers.iter().map(|customer| customer.age).sum::<f64>() / customers.len() as f64;
        let scaled: Vec<Purchases> = customers
            .iter()
            .map(|customer| Purchases {
                repeats: customer.repeats,
                last: customer.last / unit,
                age: customer.age / unit,
            })
            .collect();
        let most = customers.iter().map(|customer| customer.repeats).max().unwrap_or(0);
        let starts = [[1.0, 1.0, 1.0, 1.0], [0.3, 0.2, 0.8, 2.5], [0.5, 2.0, 0.2, 4.0], [3.0, 1.0, 2.0, 10.0]];
        let found = maximum_over(&scaled, |rows, parameters| likelihood(rows, most, parameters), &starts);
        if !found.is_inside {
            return Err(Error::NoSpread {
                what: "the customers' purchase rates or lifetimes do not differ enough",
            });
        }
        let [r, alpha, a, b] = found.parameters;
        let repeats: f64 = customers.iter().map(|customer| f64::from(customer.repeats)).sum();
        Ok(Self {
            r,
            alpha: alpha * unit,
            a,
            b,
            log_likelihood: found.value * customers.len() as f64 - repeats * unit.ln(),
        })
    }

    /// Probability that the customer will buy again at all: P(alive) at the end of its age. 1 without a repeat, as a customer leaves only
    /// after a repeat purchase in this model.
    pub fn alive(&self, customer: &Purchases) -> f64 {
        if customer.repeats == 0 {
            return 1.0;
        }
        let x = f64::from(customer.repeats);
        let odds = (self.a / (self.b + x - 1.0)).ln() + (self.r + x) * ((self.alpha + customer.age) / (self.alpha + customer.last)).ln();
        1.0 / (1.0 + odds.exp())
    }

    /// Purchases that the customer will make in the time `horizon` after its age.
    ///
    /// E[Y(t)] = (a+b+x−1)/(a−1) · [1 − ((α+T)/(α+T+t))^(r+x) ₂F₁(r+x, b+x; a+b+x−1; t/(α+T+t))] · P(alive), with ₂F₁ in the form
    /// (Euler's transformation or not) whose series stays bounded. At a = 1, where it reads 0/0, it is taken beside it on both sides.
    pub fn expected(&self, customer: &Purchases, horizon: f64) -> f64 {
        if horizon <= 0.0 {
            return 0.0;
        }
        const NEAR: f64 = 1e-5;
        let purchases = if (self.a - 1.0).abs() < NEAR {
            0.5 * (self.expected_while_alive(1.0 - NEAR, customer, horizon) + self.expected_while_alive(1.0 + NEAR, customer, horizon))
        } else {
            self.expected_while_alive(self.a, customer, horizon)
        };
        (purchases * self.alive(customer)).max(0.0)
    }

    fn expected_while_alive(&self, a: f64, customer: &Purchases, horizon: f64) -> f64 {
        let x = f64::from(customer.repeats);
        let mut c = a + self.b + x - 1.0;
        if c.abs() < 1e-7 {
            c = 1e-7;
        }
        let (exponent, b) = (self.r + x, self.b + x);
        let whole = self.alpha + customer.age + horizon;
        let (z, rest) = (horizon / whole, (self.alpha + customer.age) / whole);
        let never = if a - 1.0 > exponent {
            rest.powf(exponent) * hypergeometric(exponent, b, c, z)
        } else {
            rest.powf(a - 1.0) * hypergeometric(c - exponent, a - 1.0, c, z)
        };
        c / (a - 1.0) * (1.0 - never)
    }
}

fn check(customers: &[Purchases]) -> Result<(), Error> {
    for (row, customer) in customers.iter().enumerate() {
        let reason = if !(customer.last.is_finite() && customer.age.is_finite()) {
            "times must be numbers"
        } else if customer.age < 0.0 || customer.last < 0.0 {
            "times must not be negative"
        } else if customer.last > customer.age {
            "the last purchase lies after the end of the age"
        } else {
            continue;
        };
        return Err(Error::BadRow { row, reason });
    }
    let repeaters = customers.iter().filter(|customer| customer.repeats > 0).count();
    if repeaters < REPEATERS_MIN {
        return Err(Error::NotEnoughData {
            what: "customers with a second order",
            found: repeaters,
            needed: REPEATERS_MIN,
        });
    }
    let first = customers[0];
    if customers.iter().all(|customer| *customer == first) {
        return Err(Error::NoSpread {
            what: "all customers bought alike",
        });
    }
    if customers.iter().all(|customer| customer.age <= 0.0) {
        return Err(Error::NoSpread {
            what: "no time has passed since the first orders",
        });
    }
    Ok(())
}

/// Log-likelihood and its slopes by r, α, a, b, both divided by the number of customers.
fn likelihood(customers: &[Purchases], most: u32, &[r, alpha, a, b]: &[f64; 4]) -> (f64, [f64; 4]) {
    // What depends on the number of repeats alone, and its slopes by r, a and b.
    let by_repeats: Vec<(f64, [f64; 3])> = (0..=most)
        .map(|repeats| {
            let x = f64::from(repeats);
            let value = ln_gamma(r + x) - ln_gamma(r) + r * alpha.ln() + ln_gamma(a + b) + ln_gamma(b + x) - ln_gamma(b) - ln_gamma(a + b + x);
            let both = digamma(a + b) - digamma(a + b + x);
            let slopes = [digamma(r + x) - digamma(r) + alpha.ln(), both, both + digamma(b + x) - digamma(b)];
            (value, slopes)
        })
        .collect();
    let (mut sum, mut slopes) = (0.0, [0.0; 4]);
    for customer in customers {
        let x = f64::from(customer.repeats);
        let (value, [by_r, by_a, by_b]) = by_repeats[customer.repeats as usize];
        let (to_age, to_last) = (alpha + customer.age, alpha + customer.last);
        let (ln_age, ln_last) = (to_age.ln(), to_last.ln());
        let alive = -(r + x) * ln_age;
        // Share of the likelihood that the customer left at the last purchase.
        let (mixed, left) = if customer.repeats == 0 {
            (alive, 0.0)
        } else {
            let gone = (a / (b + x - 1.0)).ln() - (r + x) * ln_last;
            let larger = alive.max(gone);
            let mixed = larger + ((alive - larger).exp() + (gone - larger).exp()).ln();
            (mixed, (gone - mixed).exp())
        };
        sum += value + mixed;
        slopes[0] += by_r - (1.0 - left) * ln_age - left * ln_last;
        slopes[1] += r / alpha - (r + x) * ((1.0 - left) / to_age + left / to_last);
        slopes[2] += by_a + left / a;
        slopes[3] += by_b - if customer.repeats == 0 { 0.0 } else { left / (b + x - 1.0) };
    }
    let count = customers.len() as f64;
    (sum / count, slopes.map(|slope| slope / count))
}

#[cfg(test)]
mod tests;
