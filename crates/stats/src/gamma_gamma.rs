//! What a purchase is worth: the Gamma-Gamma model (Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value").
//!
//! A customer's purchases are gamma distributed (p, ν), and ν is gamma distributed over customers (q, v). How often somebody buys is taken
//! to say nothing about how much.

use crate::Error;
use crate::maximum::maximum_over;
use crate::special::{digamma, ln_gamma};

/// Customers below which a fit says nothing.
const CUSTOMERS_MIN: usize = 30;

/// What one customer's purchases were worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spending {
    pub purchases: u32,
    /// Mean value of these purchases.
    pub mean: f64,
}

/// The fitted model, in the unit of its customers' values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GammaGamma {
    pub p: f64,
    pub q: f64,
    pub v: f64,
    /// Of the customers that it was fitted to.
    pub log_likelihood: f64,
}

impl GammaGamma {
    /// The parameters under which the customers' mean values are most likely. Customers without a purchase, or whose purchases came to
    /// nothing or less (refunds), say nothing about the distribution and are left out.
    pub fn fit(customers: &[Spending]) -> Result<Self, Error> {
        for (row, customer) in customers.iter().enumerate() {
            if !customer.mean.is_finite() {
                return Err(Error::BadRow {
                    row,
                    reason: "the mean value must be a number",
                });
            }
        }
        let counted: Vec<&Spending> = customers
            .iter()
            .filter(|customer| customer.purchases > 0 && customer.mean > 0.0)
            .collect();
        if counted.len() < CUSTOMERS_MIN {
            return Err(Error::NotEnoughData {
                what: "customers with orders of a value after the first",
                found: counted.len(),
                needed: CUSTOMERS_MIN,
            });
        }
        if counted.iter().all(|customer| customer.mean == counted[0].mean) {
            return Err(Error::NoSpread {
                what: "the values of the orders are all alike",
            });
        }
        let unit = counted.iter().map(|customer| customer.mean).sum::<f64>() / counted.len() as f64;
        let scaled: Vec<Spending> = counted
            .iter()
            .map(|customer| Spending {
                purchases: customer.purchases,
                mean: customer.mean / unit,
            })
            .collect();
        let starts = [[6.0, 4.0, 0.5], [1.0, 2.0, 1.0], [20.0, 10.0, 0.5]];
        let found = maximum_over(&scaled, likelihood, &starts);
        let [p, q, v] = found.parameters;
        // With q ≤ 1 the mean over all customers does not exist.
        if !found.is_inside || q <= 1.0 {
            return Err(Error::NoSpread {
                what: "a few orders are worth more than all others together",
            });
        }
        Ok(Self {
            p,
            q,
            v: v * unit,
            log_likelihood: found.value * counted.len() as f64 - counted.len() as f64 * unit.ln(),
        })
    }

    /// Mean value of the customer's future purchases: E[M | x, m̄] = p (v + x m̄) / (p x + q − 1), between its own mean and that of all.
    /// It is linear in the mean, so a group with equal `purchases` has the group's mean as its expectation. A mean below 0 counts as 0.
    pub fn expected(&self, customer: &Spending) -> f64 {
        let x = f64::from(customer.purchases);
        self.p * (self.v + x * customer.mean.max(0.0)) / (self.p * x + self.q - 1.0)
    }
}

/// Log-likelihood and its slopes by p, q, v, both divided by the number of customers.
fn likelihood(customers: &[Spending], &[p, q, v]: &[f64; 3]) -> (f64, [f64; 3]) {
    let (of_q, slope_of_q) = (ln_gamma(q), digamma(q));
    let (mut sum, mut slopes) = (0.0, [0.0; 3]);
    for customer in customers {
        let x = f64::from(customer.purchases);
        let whole = x * customer.mean + v;
        let (ln_whole, ln_mean, px) = (whole.ln(), customer.mean.ln(), p * x);
        let of_both = digamma(px + q);
        sum += ln_gamma(px + q) - ln_gamma(px) - of_q + q * v.ln() + (px - 1.0) * ln_mean + px * x.ln() - (px + q) * ln_whole;
        slopes[0] += x * (of_both - digamma(px) + ln_mean + x.ln() - ln_whole);
        slopes[1] += of_both - slope_of_q + v.ln() - ln_whole;
        slopes[2] += q / v - (px + q) / whole;
    }
    let count = customers.len() as f64;
    (sum / count, slopes.map(|slope| slope / count))
}

#[cfg(test)]
mod tests;
