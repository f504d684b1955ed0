//! What really caused the orders.
//!
//! **Definition.** A person's orders are a Poisson process with intensity λ(t) = own propensity + Σ over touches of
//! effect / delay × e^(−age / delay). Given an order at t, channel c caused it with probability λ_c(t) / λ(t): the *incremental share*.
//! Intensities add and a channel's touches weaken only each other, so three answers agree: the expected loss if the channel had been
//! absent (counterfactual), its Shapley value, and the probability of causation. The rest, λ_own / λ, would have come anyway: it belongs
//! to no channel, although every rule-based model gives it to one.
//!
//! Money is exact: each order's value in the reporting currency is shared by these probabilities in micros, the remainder to the baseline.

use jiff::Timestamp;
use types::Money;

use crate::channel::Channel;
use crate::people::{BASELINE, CAUSES, Order, Person};

/// What one cause brought.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effect {
    /// Expected incremental orders: the sum of the orders' incremental shares.
    pub orders: f64,
    /// Expected incremental revenue in micros of the reporting currency, before refunds.
    pub revenue_micros: i64,
    /// Orders that this cause brought in this run of the dice; near `orders`, but not observable in any world.
    pub orders_drawn: u64,
    /// Touches of the channel; 0 for the baseline.
    pub touches: u64,
}

/// The truth about a range of days (of the orders, in the organisation's zone).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Truth {
    pub orders: u64,
    pub revenue_micros: i64,
    /// Refunds of these orders, whenever they were given.
    pub refunds: u64,
    pub refunded_micros: i64,
    /// Effect of each channel, in the order of [`Channel::ALL`].
    channels: [Effect; Channel::ALL.len()],
    /// What would have come without any touch.
    pub baseline: Effect,
}

/// The truth about one order.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderTruth {
    pub order_id: String,
    pub recorded_at: Timestamp,
    /// In the reporting currency.
    pub revenue: Money,
    /// Probability that each channel caused it, in the order of [`Channel::ALL`].
    pub channels: [f64; Channel::ALL.len()],
    /// Probability that it would have come anyway.
    pub baseline: f64,
}

impl Truth {
    pub fn channel(&self, channel: Channel) -> Effect {
        self.channels[channel.index()]
    }

    pub fn channels(&self) -> impl Iterator<Item = (Channel, Effect)> + '_ {
        Channel::ALL.into_iter().zip(self.channels)
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.orders += other.orders;
        self.revenue_micros += other.revenue_micros;
        self.refunds += other.refunds;
        self.refunded_micros += other.refunded_micros;
        self.baseline.merge(&other.baseline);
        for (mine, theirs) in self.channels.iter_mut().zip(&other.channels) {
            mine.merge(theirs);
        }
    }
}

impl Effect {
    fn merge(&mut self, other: &Self) {
        self.orders += other.orders;
        self.revenue_micros += other.revenue_micros;
        self.orders_drawn += other.orders_drawn;
        self.touches += other.touches;
    }
}

/// Adds a person's touches and orders to the truth of their days.
pub(crate) fn record(days: &mut [Truth], person: &Person) {
    for touch in &person.touches {
        days[usize::from(touch.day)].channels[touch.channel.index()].touches += 1;
    }
    for order in &person.orders {
        let truth = &mut days[usize::from(order.day)];
        truth.orders += 1;
        truth.revenue_micros += order.reporting.micros;
        if let Some(refund) = &order.refund {
            truth.refunds += 1;
            truth.refunded_micros += refund.reporting.micros;
        }
        for (cause, revenue) in revenue_by_cause(order).into_iter().enumerate() {
            let effect = if cause == BASELINE {
                &mut truth.baseline
            } else {
                &mut truth.channels[cause]
            };
            effect.orders += order.shares[cause];
            effect.revenue_micros += revenue;
            effect.orders_drawn += u64::from(order.cause == cause);
        }
    }
}

fn revenue_by_cause(order: &Order) -> [i64; CAUSES] {
    let mut parts = order.shares.map(|share| (order.reporting.micros as f64 * share) as i64);
    parts[BASELINE] = order.reporting.micros - parts[..BASELINE].iter().sum::<i64>();
    parts
}
