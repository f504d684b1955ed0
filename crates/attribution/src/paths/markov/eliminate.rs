//! Elimination of states without subtraction (Grassmann, Taksar and Heyman): exact however slowly journeys leave the chain.

use super::settle::System;
use crate::paths::Error;

/// So few states are eliminated quickly.
pub(super) const STATES_FEW: usize = 300;
/// More states than this are not eliminated: it would take minutes.
const STATES_MAX: usize = 1_500;

/// Solves the system for its free states. Each state is replaced by what it leads to; the divisor is what leaves it, added up from
/// positive terms and never a difference, so nothing cancels.
pub(super) fn eliminate(system: &System<'_>, x: &mut [[f64; 2]]) -> Result<(), Error> {
    let (chain, flow, free) = (system.chain, system.flow, system.free);
    let count = free.len();
    if count > STATES_MAX {
        return Err(Error::Unsolved {
            order: chain.order,
            states: chain.len(),
        });
    }
    let mut place = vec![None; chain.len()];
    free.iter().enumerate().for_each(|(at, state)| place[*state as usize] = Some(at));
    // Rows of probabilities; beside each what is gained in passing, and what leaves the free states for good.
    let mut matrix = vec![0.0; count * count];
    let mut gains = vec![[0.0; 2]; count];
    let mut leaves = vec![0.0; count];
    for (at, state) in free.iter().enumerate() {
        let state = *state as usize;
        if system.with_rates {
            gains[at] = flow.rates[state];
        }
        let edges = chain.offsets[state]..chain.offsets[state + 1];
        let mut stays = 0.0;
        for (target, probability) in chain.targets[edges.clone()].iter().zip(&flow.probabilities[edges]) {
            let target = *target as usize;
            stays += probability;
            match place[target] {
                Some(to) => matrix[at * count + to] = *probability,
                None => {
                    leaves[at] += probability;
                    (0..2).for_each(|measure| gains[at][measure] += probability * x[target][measure]);
                }
            }
        }
        leaves[at] += (1.0 - stays).max(0.0);
    }
    for last in (1..count).rev() {
        let (head, row) = matrix.split_at_mut(last * count);
        let row = &row[..last];
        let (gain, leave) = (gains[last], leaves[last]);
        let leaving = row.iter().sum::<f64>() + leave;
        for at in 0..last {
            let factor = head[at * count + last] / leaving;
            if factor > 0.0 {
                let to = &mut head[at * count..at * count + last];
                to.iter_mut().zip(row).for_each(|(entry, of)| *entry += factor * of);
                // What comes back to itself is left out of what leaves: the divisor is only ever the rest.
                to[at] = 0.0;
                leaves[at] += factor * leave;
                (0..2).for_each(|measure| gains[at][measure] += factor * gain[measure]);
            }
        }
    }
    for at in 0..count {
        let row = &matrix[at * count..at * count + at];
        let leaving = row.iter().sum::<f64>() + leaves[at];
        let mut sum = gains[at];
        for (probability, state) in row.iter().zip(free) {
            (0..2).for_each(|measure| sum[measure] += probability * x[*state as usize][measure]);
        }
        x[free[at] as usize] = if leaving > 0.0 { sum.map(|gained| gained / leaving) } else { [0.0; 2] };
    }
    Ok(())
}
