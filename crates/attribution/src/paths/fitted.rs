//! A model made ready for one set of paths, to be evaluated again and again with other counts.

use super::chain::Chain;
use super::leave_one_out::LeaveOneOut;
use super::markov::Markov;
use super::shares::Shares;
use super::{Error, GroupedPaths, Order, PathModel, choose_order};

/// What a row of the answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowKey {
    pub(super) channel: u32,
    /// From 1; only where the model tells positions apart.
    pub(super) position: Option<u32>,
}

/// Journeys along each path: observed, or drawn again.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) conversions: Vec<f64>,
    pub(super) values: Vec<f64>,
    pub(super) nulls: Vec<f64>,
}

/// Credit of each row.
#[derive(Clone, Debug, Default)]
pub(super) struct Estimate {
    pub(super) conversions: Vec<f64>,
    pub(super) values: Vec<f64>,
    /// Empty unless the model is a Markov chain; by conversions and by value.
    pub(super) removal_effects: Vec<[f64; 2]>,
}

#[derive(Debug)]
pub(super) enum Fitted {
    Shares(Shares),
    Markov(Box<Markov>, Vec<RowKey>),
    LeaveOneOut(LeaveOneOut),
}

impl Counts {
    pub(super) fn observed(paths: &GroupedPaths) -> Self {
        let each = 0..paths.len();
        Self {
            conversions: each.clone().map(|path| paths.conversions(path) as f64).collect(),
            values: each.clone().map(|path| paths.value(path)).collect(),
            nulls: each.map(|path| paths.nulls(path) as f64).collect(),
        }
    }
}

impl Estimate {
    pub(super) fn reset(&mut self, rows: usize) {
        for figures in [&mut self.conversions, &mut self.values] {
            figures.clear();
            figures.resize(rows, 0.0);
        }
        self.removal_effects.clear();
    }
}

impl Fitted {
    pub(super) fn new(paths: &GroupedPaths, model: &PathModel) -> Result<Self, Error> {
        if let Some(shares) = Shares::of(paths, model) {
            return Ok(Self::Shares(shares));
        }
        if let PathModel::Markov { order, with_nulls } = model {
            let order = match order {
                Order::Fixed(order) => *order,
                Order::Auto => choose_order(paths, *with_nulls).order,
            };
            let rows = (0..paths.channels().len() as u32)
                .map(|channel| RowKey { channel, position: None })
                .collect();
            return Ok(Self::Markov(Box::new(Markov::new(Chain::new(paths, order, *with_nulls))), rows));
        }
        Ok(Self::LeaveOneOut(LeaveOneOut::new(paths)))
    }

    pub(super) fn rows(&self) -> &[RowKey] {
        match self {
            Self::Shares(shares) => &shares.rows,
            Self::Markov(_, rows) => rows,
            Self::LeaveOneOut(model) => &model.rows,
        }
    }

    /// Of a Markov chain.
    pub(super) fn order(&self) -> Option<usize> {
        match self {
            Self::Markov(markov, _) => Some(markov.chain.order),
            Self::Shares(_) | Self::LeaveOneOut(_) => None,
        }
    }

    pub(super) fn evaluate(&mut self, counts: &Counts, out: &mut Estimate) -> Result<(), Error> {
        match self {
            Self::Shares(shares) => shares.evaluate(counts, out),
            Self::LeaveOneOut(model) => model.evaluate(counts, out),
            Self::Markov(markov, rows) => {
                out.reset(rows.len());
                markov.evaluate(counts, out)?;
            }
        }
        Ok(())
    }
}
