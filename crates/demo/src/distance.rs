//! How far a way of sharing orders among channels is from what really caused them.
//!
//! Compared are shares that sum to 1: one for each channel, and one for nobody: what is unattributed on one side, what would have come anyway
//! on the other. The distance is the **total variation**: half the sum of absolute differences, the part of the money (or of an order) that is
//! at the wrong place; 0 is the truth, 1 is all wrong.

use crate::channel::Channel;
use crate::truth::OrderTruth;

/// How an order, or much money, is shared among the channels, in the order of [`Channel::ALL`], and nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shares {
    pub channels: [f64; Channel::ALL.len()],
    pub nobody: f64,
}

/// Adds up orders as they really came and as they were credited.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Micros of the reporting currency.
    truth: Shares,
    credit: Shares,
    orders: u64,
    /// Sum of the orders' own distances.
    per_order: f64,
}

/// The result of a [`Comparison`].
#[derive(Clone, Debug, PartialEq)]
pub struct Distance {
    pub orders: u64,
    /// Shares of the revenue.
    pub truth: Shares,
    pub credit: Shares,
    /// Total variation of the shares of revenue.
    pub total: f64,
    /// The same among channels only, each side scaled to sum to 1: whether the mix is right, whatever its size.
    pub mix: f64,
    /// Mean absolute difference of a channel's share of revenue.
    pub mean_error: f64,
    /// Mean total variation of single orders; none for a model that shares all orders at once.
    pub per_order: Option<f64>,
    /// What no way of sharing can avoid that credits so little to nobody: how much more would have come anyway than is unattributed.
    pub unseen: f64,
}

impl Shares {
    /// Adds to a channel by its name; to nobody without one. False for a name that the demo company does not know.
    pub fn add(&mut self, channel: Option<&str>, share: f64) -> bool {
        match channel {
            None => self.nobody += share,
            Some(name) => match Channel::ALL.into_iter().find(|channel| channel.name() == name) {
                Some(channel) => self.channels[channel.index()] += share,
                None => return false,
            },
        }
        true
    }

    fn add_scaled(&mut self, other: &Self, factor: f64) {
        self.nobody += other.nobody * factor;
        for (mine, theirs) in self.channels.iter_mut().zip(other.channels) {
            *mine += theirs * factor;
        }
    }

    fn scaled_to_one(mut self, with_nobody: bool) -> Self {
        if !with_nobody {
            self.nobody = 0.0;
        }
        let sum = self.channels.iter().sum::<f64>() + self.nobody;
        let mut scaled = Self::default();
        if sum > 0.0 {
            scaled.add_scaled(&self, 1.0 / sum);
        }
        scaled
    }

    fn distance(&self, other: &Self) -> f64 {
        let channels = self.channels.iter().zip(other.channels).map(|(mine, theirs)| (mine - theirs).abs());
        (channels.sum::<f64>() + (self.nobody - other.nobody).abs()) / 2.0
    }
}

impl Comparison {
    /// `credit` sums to 1.
    pub fn add(&mut self, truth: &OrderTruth, credit: &Shares) {
        let known = Shares {
            channels: truth.channels,
            nobody: truth.baseline,
        };
        let value = truth.revenue.micros as f64;
        self.truth.add_scaled(&known, value);
        self.credit.add_scaled(credit, value);
        self.per_order += known.distance(credit);
        self.orders += 1;
    }

    /// None without orders.
    pub fn finish(&self) -> Option<Distance> {
        let per_order = self.per_order / self.orders.max(1) as f64;
        self.measure(&self.credit, Some(per_order))
    }

    /// The same orders under a model that shares them all at once: `credit` is what channels and nobody have of all revenue.
    pub fn in_all(&self, credit: &Shares) -> Option<Distance> {
        self.measure(credit, None)
    }

    fn measure(&self, credited: &Shares, per_order: Option<f64>) -> Option<Distance> {
        if self.orders == 0 {
            return None;
        }
        let (truth, credit) = (self.truth.scaled_to_one(true), credited.scaled_to_one(true));
        let errors = truth.channels.iter().zip(credit.channels).map(|(truth, credit)| (truth - credit).abs());
        Some(Distance {
            orders: self.orders,
            total: truth.distance(&credit),
            mix: self.truth.scaled_to_one(false).distance(&credited.scaled_to_one(false)),
            mean_error: errors.sum::<f64>() / Channel::ALL.len() as f64,
            per_order,
            unseen: (truth.nobody - credit.nobody).max(0.0),
            truth,
            credit,
        })
    }
}

#[cfg(test)]
mod tests {
    use types::{Currency, Money};

    use super::*;

    fn order(euros: i64, shares: &[(Channel, f64)]) -> OrderTruth {
        let mut channels = [0.0; Channel::ALL.len()];
        for (channel, share) in shares {
            channels[channel.index()] = *share;
        }
        OrderTruth {
            order_id: "1".to_owned(),
            recorded_at: jiff::Timestamp::UNIX_EPOCH,
            revenue: Money {
                micros: euros * 1_000_000,
                currency: Currency::EUR,
            },
            channels,
            baseline: 1.0 - channels.iter().sum::<f64>(),
        }
    }

    fn credit(parts: &[(Option<&str>, f64)]) -> Shares {
        let mut shares = Shares::default();
        for (channel, share) in parts {
            assert!(shares.add(*channel, *share));
        }
        shares
    }

    #[test]
    fn credit_that_is_the_truth_is_no_distance_away() {
        let mut comparison = Comparison::default();
        comparison.add(
            &order(10, &[(Channel::MetaAds, 0.25)]),
            &credit(&[(Some("Meta Ads"), 0.25), (None, 0.75)]),
        );
        let distance = comparison.finish().unwrap();
        assert_eq!(
            (distance.total, distance.mix, distance.mean_error, distance.per_order, distance.unseen),
            (0.0, 0.0, 0.0, Some(0.0), 0.0)
        );
    }

    #[test]
    fn errors_in_opposite_directions_cancel_in_the_mix_but_not_by_order() {
        let mut comparison = Comparison::default();
        let (meta, google) = (&[(Channel::MetaAds, 1.0)], &[(Channel::GoogleAds, 1.0)]);
        comparison.add(&order(10, meta), &credit(&[(Some("Google Ads"), 1.0)]));
        comparison.add(&order(10, google), &credit(&[(Some("Meta Ads"), 1.0)]));
        let distance = comparison.finish().unwrap();
        assert_eq!((distance.total, distance.per_order), (0.0, Some(1.0)));
        // The same credit, known only in sum, is right in sum and says nothing of single orders.
        let in_all = comparison.in_all(&credit(&[(Some("Google Ads"), 2.0), (Some("Meta Ads"), 2.0)])).unwrap();
        assert_eq!((in_all.total, in_all.per_order), (0.0, None));
    }

    #[test]
    fn crediting_orders_that_would_have_come_anyway_is_an_error_that_the_mix_does_not_show() {
        let mut comparison = Comparison::default();
        comparison.add(&order(10, &[(Channel::Email, 0.4)]), &credit(&[(Some("E-mail"), 1.0)]));
        let distance = comparison.finish().unwrap();
        assert!(
            (distance.total - 0.6).abs() < 1e-12 && (distance.unseen - 0.6).abs() < 1e-12,
            "{distance:?}"
        );
        assert_eq!(distance.mix, 0.0);
    }

    #[test]
    fn a_channel_that_the_company_does_not_have_is_refused() {
        assert!(!Shares::default().add(Some("Radio"), 1.0));
        assert_eq!(Comparison::default().finish(), None);
    }
}
