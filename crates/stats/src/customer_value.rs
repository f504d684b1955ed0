//! What customers will still be worth: expected purchases times what a purchase is worth.

use crate::{BgNbd, Error, GammaGamma, Purchases, Spending};

/// Both models, fitted to the same customers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CustomerValue {
    pub purchases: BgNbd,
    pub spending: GammaGamma,
}

impl CustomerValue {
    /// Fits both. The values are those of the purchases after the first, as in the literature.
    pub fn fit(customers: &[(Purchases, Spending)]) -> Result<Self, Error> {
        let (purchases, spending): (Vec<Purchases>, Vec<Spending>) = customers.iter().copied().unzip();
        Ok(Self {
            purchases: BgNbd::fit(&purchases)?,
            spending: GammaGamma::fit(&spending)?,
        })
    }

    /// Value of the purchases in the time `horizon` to come.
    pub fn expected(&self, purchases: &Purchases, spending: &Spending, horizon: f64) -> f64 {
        self.purchases.expected(purchases, horizon) * self.spending.expected(spending)
    }

    /// The same, each of `periods` equal periods discounted by `rate` a period, from the end of the first: Σ (E[Y(k)] − E[Y(k−1)]) / (1+rate)^k.
    pub fn discounted(&self, purchases: &Purchases, spending: &Spending, horizon: f64, periods: u32, rate: f64) -> Result<f64, Error> {
        if periods == 0 {
            return Err(Error::BadParameter {
                parameter: "the number of periods",
                value: 0.0,
            });
        }
        if !(rate > -1.0 && rate.is_finite()) {
            return Err(Error::BadParameter {
                parameter: "1 + the discount rate",
                value: 1.0 + rate,
            });
        }
        let (mut before, mut sum) = (0.0, 0.0);
        for period in 1..=periods {
            let until = self.purchases.expected(purchases, horizon * f64::from(period) / f64::from(periods));
            sum += (until - before) / (1.0 + rate).powf(f64::from(period));
            before = until;
        }
        Ok(sum * self.spending.expected(spending))
    }
}

#[cfg(test)]
mod tests;
