//! Sparse systems of a chain: Gauss-Seidel sweeps until a bound on the error says that double precision has no more to give.
//!
//! Every system is x = Q x + g on some states, with x known on the others. If ρ is what x fails it by, the error of Σ start · x is at most
//! Σ v(i) |ρ(i)|, because the visits of a chain cut short are at most those of the whole chain, which are counted. So the bound is proved by
//! one sweep more. A chain that journeys leave too slowly for sweeps is eliminated state by state instead.

use super::eliminate;
use crate::paths::Error;
use crate::paths::chain::{Chain, Flow};

/// Wanted bound on the error, in relation to the solution.
const TOLERANCE: f64 = 1e-13;
/// What rounding alone leaves of ρ, in relation to x.
const ROUNDING: f64 = 4.0 * f64::EPSILON;
/// Sweeps between two proofs.
const SWEEPS: usize = 8;
/// Multiplications that may be spent on one system before it is eliminated.
const WORK_MAX: usize = 2_000_000_000;
/// The same for few states, where elimination costs less.
const WORK_FEW: usize = 20_000_000;

#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Conversions, and their value, expected from each state; kept as a first guess for the next evaluation.
    expected: Vec<[f64; 2]>,
    through: Vec<[f64; 2]>,
    is_fixed: Vec<bool>,
    free: Vec<u32>,
}

#[cfg(test)]
impl Scratch {
    pub(super) fn expected(&self) -> &[[f64; 2]] {
        &self.expected
    }
}

/// A system: the chain, its flow, the states that are solved for, and whether conversions come into it of their own.
pub(super) struct System<'a> {
    pub(super) chain: &'a Chain,
    pub(super) flow: &'a Flow,
    pub(super) free: &'a [u32],
    pub(super) with_rates: bool,
}

/// b: conversions, and their value, expected from each state.
pub(super) fn conversion_rates(chain: &Chain, flow: &Flow, scratch: &mut Scratch) -> Result<(), Error> {
    scratch.expected.resize(chain.len(), [0.0; 2]);
    scratch.free.clear();
    scratch.free.extend(0..chain.len() as u32);
    let system = System {
        chain,
        flow,
        free: &scratch.free,
        with_rates: true,
    };
    system.solve(&mut scratch.expected)
}

/// Conversions, and their value, per journey, of walks that meet one of the states `touched`.
pub(super) fn through(chain: &Chain, flow: &Flow, touched: &[u32], scratch: &mut Scratch) -> Result<[f64; 2], Error> {
    // What comes through the touched states is at most everything: a first guess from above.
    scratch.through.clone_from(&scratch.expected);
    scratch.is_fixed.clear();
    scratch.is_fixed.resize(chain.len(), false);
    touched.iter().for_each(|state| scratch.is_fixed[*state as usize] = true);
    scratch.free.clear();
    let free = (0..chain.len() as u32).filter(|state| !scratch.is_fixed[*state as usize] && flow.visits[*state as usize] > 0.0);
    scratch.free.extend(free);
    let system = System {
        chain,
        flow,
        free: &scratch.free,
        with_rates: false,
    };
    system.solve(&mut scratch.through)?;
    Ok(system.at_start(&scratch.through))
}

impl System<'_> {
    /// Improves `x` until the bound holds.
    fn solve(&self, x: &mut [[f64; 2]]) -> Result<(), Error> {
        let work = SWEEPS * self.free.iter().map(|state| self.degree(*state) + 1).sum::<usize>();
        let budget = if self.free.len() <= eliminate::STATES_FEW { WORK_FEW } else { WORK_MAX };
        let mut spent = 0;
        while !self.is_settled(x) {
            if spent > budget {
                return eliminate::eliminate(self, x);
            }
            spent += work;
            for _ in 0..SWEEPS / 2 {
                self.free
                    .iter()
                    .rev()
                    .for_each(|state| x[*state as usize] = self.right_side(*state as usize, x));
                self.free
                    .iter()
                    .for_each(|state| x[*state as usize] = self.right_side(*state as usize, x));
            }
        }
        Ok(())
    }

    fn degree(&self, state: u32) -> usize {
        self.chain.offsets[state as usize + 1] - self.chain.offsets[state as usize]
    }

    /// (Q x + g) of one state.
    fn right_side(&self, state: usize, x: &[[f64; 2]]) -> [f64; 2] {
        let mut sum = if self.with_rates { self.flow.rates[state] } else { [0.0; 2] };
        let edges = self.chain.offsets[state]..self.chain.offsets[state + 1];
        for (target, probability) in self.chain.targets[edges.clone()].iter().zip(&self.flow.probabilities[edges]) {
            let of = x[*target as usize];
            sum[0] += probability * of[0];
            sum[1] += probability * of[1];
        }
        sum
    }

    /// Whether the error of [`Self::at_start`] is proved to be small enough, for both measures.
    fn is_settled(&self, x: &[[f64; 2]]) -> bool {
        let (mut bound, mut rounding) = ([0.0; 2], [0.0; 2]);
        for state in self.free {
            let state = *state as usize;
            let (is, should) = (x[state], self.right_side(state, x));
            for measure in 0..2 {
                bound[measure] += self.flow.visits[state] * (is[measure] - should[measure]).abs();
                rounding[measure] += self.flow.visits[state] * is[measure];
            }
        }
        let reached = self.at_start(x);
        (0..2).all(|measure| bound[measure] <= TOLERANCE * reached[measure] + ROUNDING * rounding[measure])
    }

    fn at_start(&self, x: &[[f64; 2]]) -> [f64; 2] {
        let mut sum = [0.0; 2];
        for (start, of) in self.flow.starts.iter().zip(x) {
            sum[0] += start * of[0];
            sum[1] += start * of[1];
        }
        sum
    }
}
