//! Models whose credit is a fixed share of each path's conversions: a sparse matrix of paths by rows of the answer.

use super::fitted::{Counts, Estimate, RowKey};
use super::{GroupedPaths, PathModel, rules};

#[derive(Debug)]
pub(super) struct Shares {
    pub(super) rows: Vec<RowKey>,
    /// Path `p` has the entries `offsets[p]..offsets[p + 1]`.
    offsets: Vec<usize>,
    entries: Vec<(u32, f64)>,
}

impl Shares {
    /// None where the model is not a rule.
    pub(super) fn of(paths: &GroupedPaths, model: &PathModel) -> Option<Self> {
        let direct = match model {
            PathModel::LastNonDirect { direct } => paths.channel(direct),
            _ => None,
        };
        let by_position = *model == PathModel::OrderedShapley;
        let rows = Rows::new(paths, by_position);
        let (mut offsets, mut entries, mut weights) = (vec![0], Vec::new(), Vec::new());
        for path in 0..paths.len() {
            let steps = paths.steps(path);
            weights.clear();
            if !rules::append(model, direct, steps, &mut weights) {
                return None;
            }
            let start = entries.len();
            for (position, (step, weight)) in steps.iter().zip(&weights).enumerate() {
                if *weight > 0.0 {
                    entries.push((rows.number(*step, position), *weight));
                }
            }
            merge(&mut entries, start);
            offsets.push(entries.len());
        }
        Some(Self {
            rows: rows.keys,
            offsets,
            entries,
        })
    }

    pub(super) fn evaluate(&self, counts: &Counts, out: &mut Estimate) {
        out.reset(self.rows.len());
        for path in 0..counts.conversions.len() {
            let (conversions, value) = (counts.conversions[path], counts.values[path]);
            if conversions > 0.0 {
                for (row, share) in &self.entries[self.offsets[path]..self.offsets[path + 1]] {
                    out.conversions[*row as usize] += conversions * share;
                    out.values[*row as usize] += value * share;
                }
            }
        }
    }
}

/// Entries from `start` on that name the same row become one.
fn merge(entries: &mut Vec<(u32, f64)>, start: usize) {
    entries[start..].sort_by_key(|(row, _)| *row);
    let mut kept = start;
    for at in start + 1..entries.len() {
        let (row, share) = entries[at];
        if entries[kept].0 == row {
            entries[kept].1 += share;
        } else {
            kept += 1;
            entries[kept] = (row, share);
        }
    }
    entries.truncate(entries.len().min(kept + 1));
}

/// Rows of the answer: a channel each, or a channel at a position where it occurs.
#[derive(Debug)]
struct Rows {
    keys: Vec<RowKey>,
    /// For each channel the row of each position; empty where rows are channels.
    by_position: Vec<Vec<u32>>,
}

impl Rows {
    fn new(paths: &GroupedPaths, by_position: bool) -> Self {
        let channels = paths.channels().len();
        if !by_position {
            let keys = (0..channels as u32).map(|channel| RowKey { channel, position: None }).collect();
            return Self {
                keys,
                by_position: Vec::new(),
            };
        }
        let mut occurs: Vec<Vec<bool>> = vec![Vec::new(); channels];
        for path in 0..paths.len() {
            for (position, step) in paths.steps(path).iter().enumerate() {
                let of_channel = &mut occurs[*step as usize];
                if of_channel.len() <= position {
                    of_channel.resize(position + 1, false);
                }
                of_channel[position] |= paths.conversions(path) > 0;
            }
        }
        let mut keys = Vec::new();
        let mut rows = Vec::with_capacity(channels);
        for (channel, positions) in occurs.iter().enumerate() {
            let mut of_channel = Vec::with_capacity(positions.len());
            for (position, does_occur) in positions.iter().enumerate() {
                // A position without conversions has no credit: it shares the row before it, to which it adds nothing.
                of_channel.push((keys.len() as u32).saturating_sub(u32::from(!does_occur)));
                if *does_occur {
                    keys.push(RowKey {
                        channel: channel as u32,
                        position: Some(position as u32 + 1),
                    });
                }
            }
            rows.push(of_channel);
        }
        Self { keys, by_position: rows }
    }

    fn number(&self, channel: u32, position: usize) -> u32 {
        match self.by_position.get(channel as usize) {
            Some(positions) => positions[position],
            None => channel,
        }
    }
}
