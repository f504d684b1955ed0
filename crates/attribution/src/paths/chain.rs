//! The Markov chain of paths: its states, its transitions, and their counts.

use super::fitted::Counts;
use super::key_map::KeyMap;
use super::{GroupedPaths, ORDER_MAX};

/// States of order k are the last k channels of a journey; a journey with fewer steps is one state. Nothing is padded: a journey starts in
/// its first k channels. Equal consecutive channels are kept, equal consecutive *states* are one visit, which changes no removal effect
/// (it only takes loops out of the chain) and makes the solution better conditioned.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) order: usize,
    pub(super) channels: usize,
    with_nulls: bool,
    /// Channels of each state, 1 more than their position among the names, 16 bits each; 0 is none.
    states: Vec<u64>,
    /// The transitions of state `i` are `offsets[i]..offsets[i + 1]`.
    pub(super) offsets: Vec<usize>,
    pub(super) targets: Vec<u32>,
    walks: Vec<Walk>,
    /// The transitions of every walk, one after the other.
    edges: Vec<u32>,
}

/// A path through the chain.
#[derive(Debug)]
struct Walk {
    path: u32,
    first: u32,
    last: u32,
    /// Where its transitions end; they begin where those of the walk before it end.
    end: usize,
}

/// Counts of a chain, per journey where it says so.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Of each transition out of its state: the probability.
    pub(super) probabilities: Vec<f64>,
    /// Conversions, and their value, that follow a visit of the state.
    pub(super) rates: Vec<[f64; 2]>,
    /// Probability to start in the state.
    pub(super) starts: Vec<f64>,
    /// Expected visits of the state per journey. A chain that is estimated from whole journeys reproduces their visits, so this is a count,
    /// and no system has to be solved for it.
    pub(super) visits: Vec<f64>,
    /// Conversions, and their value, per journey.
    pub(super) total: [f64; 2],
}

impl Chain {
    /// `order` is 1 to [`ORDER_MAX`]. Without nulls, journeys that did not convert do not exist.
    pub(super) fn new(paths: &GroupedPaths, order: usize, with_nulls: bool) -> Self {
        let order = order.clamp(1, ORDER_MAX);
        let (mut states, mut edges) = (KeyMap::default(), KeyMap::default());
        let (mut walks, mut walked) = (Vec::new(), Vec::new());
        let mask = u64::MAX >> (64 - 16 * order);
        for path in 0..paths.len() {
            if paths.conversions(path) == 0 && !(with_nulls && paths.nulls(path) > 0) {
                continue;
            }
            let steps = paths.steps(path);
            let (head, rest) = steps.split_at(order.min(steps.len()));
            let mut key = head.iter().fold(0, |key, step| key << 16 | u64::from(*step + 1));
            let first = states.number(key);
            let mut last = first;
            for step in rest {
                key = (key << 16 | u64::from(*step + 1)) & mask;
                let next = states.number(key);
                if next != last {
                    walked.push(edges.number(u64::from(last) << 32 | u64::from(next)));
                }
                last = next;
            }
            walks.push(Walk {
                path: path as u32,
                first,
                last,
                end: walked.len(),
            });
        }
        // Transitions were numbered as they were met: number them by the states they leave.
        let mut by_state: Vec<(u64, u32)> = edges.keys.iter().zip(0..).map(|(key, number)| (*key, number)).collect();
        by_state.sort_unstable();
        let mut place = vec![0; by_state.len()];
        let mut offsets = vec![0; states.keys.len() + 1];
        for (at, (key, number)) in by_state.iter().enumerate() {
            place[*number as usize] = at as u32;
            offsets[(*key >> 32) as usize + 1] += 1;
        }
        (1..offsets.len()).for_each(|state| offsets[state] += offsets[state - 1]);
        walked.iter_mut().for_each(|edge| *edge = place[*edge as usize]);
        Self {
            order,
            channels: paths.channels().len(),
            with_nulls,
            states: states.keys,
            offsets,
            targets: by_state.iter().map(|(key, _)| *key as u32).collect(),
            walks,
            edges: walked,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    /// The channel that a journey in this state touched last.
    pub(super) fn newest(&self, state: usize) -> u32 {
        (self.states[state] & 0xffff) as u32 - 1
    }

    pub(super) fn contains(&self, state: usize, channel: u32) -> bool {
        let mut key = self.states[state];
        while key != 0 {
            if key & 0xffff == u64::from(channel) + 1 {
                return true;
            }
            key >>= 16;
        }
        false
    }

    /// Counts every walk's transitions.
    pub(super) fn count(&self, counts: &Counts, flow: &mut Flow) {
        flow.reset(self.len(), self.targets.len());
        let (mut start, mut journeys) = (0, 0.0);
        for walk in &self.walks {
            let path = walk.path as usize;
            let (conversions, value) = (counts.conversions[path], counts.values[path]);
            let nulls = if self.with_nulls { counts.nulls[path] } else { 0.0 };
            let weight = conversions + nulls;
            let edges = &self.edges[start..walk.end];
            start = walk.end;
            if weight == 0.0 {
                continue;
            }
            for edge in edges {
                flow.probabilities[*edge as usize] += weight;
            }
            journeys += weight;
            flow.starts[walk.first as usize] += weight;
            flow.visits[walk.last as usize] += weight;
            let rate = &mut flow.rates[walk.last as usize];
            rate[0] += conversions;
            rate[1] += value;
            flow.total[0] += conversions;
            flow.total[1] += value;
        }
        for state in 0..self.len() {
            let edges = &mut flow.probabilities[self.offsets[state]..self.offsets[state + 1]];
            let visits = flow.visits[state] + edges.iter().sum::<f64>();
            if visits > 0.0 {
                edges.iter_mut().for_each(|count| *count /= visits);
                flow.rates[state].iter_mut().for_each(|rate| *rate /= visits);
                flow.starts[state] /= journeys;
                flow.visits[state] = visits / journeys;
            }
        }
        if journeys > 0.0 {
            flow.total.iter_mut().for_each(|total| *total /= journeys);
        }
    }
}

impl Flow {
    fn reset(&mut self, states: usize, edges: usize) {
        self.probabilities.clear();
        self.probabilities.resize(edges, 0.0);
        self.rates.clear();
        self.rates.resize(states, [0.0; 2]);
        self.starts.clear();
        self.starts.resize(states, 0.0);
        self.visits.clear();
        self.visits.resize(states, 0.0);
        self.total = [0.0; 2];
    }
}
