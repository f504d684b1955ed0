//! Leave one out: each step earns by how much less often the path without it converts.

use super::GroupedPaths;
use super::fitted::{Counts, Estimate, RowKey};

/// Paths with equal consecutive channels taken as one step, and where each path leads when a step is left out.
///
/// p(path) = converted ÷ all journeys of exactly this path; a path that nobody took has p = 0. Step i earns max(0, p(path) − p(path without
/// i)), scaled so that the steps of the path sum to 1; where no step earns anything, the last one earns all; a single step earns all. This is
/// fractribution's definition. It counts paths that nobody took as never converting, so rare paths share nearly equally.
#[derive(Debug)]
pub(super) struct LeaveOneOut {
    pub(super) rows: Vec<RowKey>,
    pub(super) collapsed: GroupedPaths,
    /// The collapsed path of each path.
    pub(super) place: Vec<usize>,
    /// For each step of the collapsed paths, the path without it; none where nobody took that.
    without: Vec<Option<u32>>,
}

impl LeaveOneOut {
    pub(super) fn new(paths: &GroupedPaths) -> Self {
        let (collapsed, place) = paths.collapsed();
        let mut without = Vec::with_capacity(collapsed.step_count());
        let mut shorter = Vec::new();
        for path in 0..collapsed.len() {
            let steps = collapsed.steps(path);
            for left_out in 0..steps.len() {
                shorter.clear();
                shorter.extend_from_slice(&steps[..left_out]);
                shorter.extend_from_slice(&steps[left_out + 1..]);
                without.push(collapsed.find(&shorter).map(|path| path as u32));
            }
        }
        let rows = (0..paths.channels().len() as u32)
            .map(|channel| RowKey { channel, position: None })
            .collect();
        Self {
            rows,
            collapsed,
            place,
            without,
        }
    }

    pub(super) fn evaluate(&self, counts: &Counts, out: &mut Estimate) {
        out.reset(self.rows.len());
        let merged = self.merge(counts);
        let mut weights = Vec::new();
        for path in 0..self.collapsed.len() {
            if merged.conversions[path] > 0.0 {
                weights.clear();
                self.append_weights(path, &merged, &mut weights);
                for (step, weight) in self.collapsed.steps(path).iter().zip(&weights) {
                    out.conversions[*step as usize] += merged.conversions[path] * weight;
                    out.values[*step as usize] += merged.values[path] * weight;
                }
            }
        }
    }

    /// Counts of the collapsed paths.
    pub(super) fn merge(&self, counts: &Counts) -> Counts {
        let zero = vec![0.0; self.collapsed.len()];
        let mut merged = Counts {
            conversions: zero.clone(),
            values: zero.clone(),
            nulls: zero,
        };
        for (path, place) in self.place.iter().enumerate() {
            merged.conversions[*place] += counts.conversions[path];
            merged.values[*place] += counts.values[path];
            merged.nulls[*place] += counts.nulls[path];
        }
        merged
    }

    /// Appends the weights of a collapsed path's steps.
    pub(super) fn append_weights(&self, path: usize, merged: &Counts, weights: &mut Vec<f64>) {
        let probability = |path: usize| {
            let all = merged.conversions[path] + merged.nulls[path];
            if all > 0.0 { merged.conversions[path] / all } else { 0.0 }
        };
        let own = probability(path);
        let start = weights.len();
        let shorter = &self.without[self.collapsed.step_range(path)];
        weights.extend(
            shorter
                .iter()
                .map(|shorter| (own - shorter.map_or(0.0, |path| probability(path as usize))).max(0.0)),
        );
        let gains = &mut weights[start..];
        let sum: f64 = gains.iter().sum();
        if gains.len() == 1 || sum <= 0.0 {
            let last = gains.len() - 1;
            gains.fill(0.0);
            gains[last] = 1.0;
        } else {
            gains.iter_mut().for_each(|gain| *gain /= sum);
        }
    }
}
