//! Removal effects of a Markov chain, exactly.
//!
//! b(i) is the probability to convert from state i, and v(i) the expected visits of i per journey. The removal effect of a channel is the
//! share of the conversions that are lost when every journey that meets the channel ends there: the probability that a *converting* walk
//! of the chain meets it. Credit = removal effect ÷ sum of removal effects × conversions; for value the same with values in place of
//! conversions. A channel that no conversion follows has the removal effect 0; without conversions nothing is credited.

mod closed_form;
mod eliminate;
mod settle;

use super::Error;
use super::chain::{Chain, Flow};
use super::fitted::{Counts, Estimate};

/// A chain with its working memory.
#[derive(Debug)]
pub(super) struct Markov {
    pub(super) chain: Chain,
    pub(super) flow: Flow,
    /// For each channel the states that contain it (order above 1).
    touched: Vec<Vec<u32>>,
    settle: settle::Scratch,
    closed_form: closed_form::Scratch,
}

impl Markov {
    pub(super) fn new(chain: Chain) -> Self {
        let mut touched = vec![Vec::new(); chain.channels];
        if chain.order > 1 {
            for (channel, states) in touched.iter_mut().enumerate() {
                let contained = (0..chain.len()).filter(|state| chain.contains(*state, channel as u32));
                states.extend(contained.map(|state| state as u32));
            }
        }
        Self {
            chain,
            flow: Flow::default(),
            touched,
            settle: settle::Scratch::default(),
            closed_form: closed_form::Scratch::default(),
        }
    }

    /// Adds credit and removal effects to `out`, whose rows are the channels.
    pub(super) fn evaluate(&mut self, counts: &Counts, out: &mut Estimate) -> Result<(), Error> {
        self.chain.count(counts, &mut self.flow);
        out.removal_effects.resize(self.chain.channels, [0.0; 2]);
        if self.chain.order == 1 {
            closed_form::removal_effects(&self.chain, &self.flow, &mut self.closed_form, &mut out.removal_effects);
        } else {
            self.solve(&mut out.removal_effects)?;
        }
        let totals = [counts.conversions.iter().sum::<f64>(), counts.values.iter().sum()];
        for (measure, credits) in [&mut out.conversions, &mut out.values].into_iter().enumerate() {
            let sum: f64 = out.removal_effects.iter().map(|effects| effects[measure]).sum();
            if sum > 0.0 {
                for (credit, effects) in credits.iter_mut().zip(&out.removal_effects) {
                    *credit = effects[measure] / sum * totals[measure];
                }
            }
        }
        Ok(())
    }

    /// One system a channel: from states with the channel a journey converts as b says, from the others as their successors do. All terms
    /// are positive, so that even the smallest removal effect is exact in relation to itself.
    fn solve(&mut self, effects: &mut [[f64; 2]]) -> Result<(), Error> {
        settle::conversion_rates(&self.chain, &self.flow, &mut self.settle)?;
        for (channel, effect) in effects.iter_mut().enumerate() {
            let lost = settle::through(&self.chain, &self.flow, &self.touched[channel], &mut self.settle)?;
            *effect = [0, 1].map(|measure| share(lost[measure], self.flow.total[measure]));
        }
        Ok(())
    }
}

/// A removal effect is a probability; rounding must not take it beyond 1.
fn share(lost: f64, total: f64) -> f64 {
    if total > 0.0 { (lost / total).min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests;
