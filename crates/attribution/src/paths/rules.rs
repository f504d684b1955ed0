//! Rules: the weight of each step from its position, or its channel, alone.

use super::PathModel;
use crate::position_based::{self, INVERSE_J, J_SHAPED};
use crate::{first_touch, last_non_direct, last_touch, linear};

const POSITION_BASED: [f64; 3] = [0.4, 0.2, 0.4];

/// Appends the weights of a path's steps, which sum to 1; false where the model is not a rule. `direct` is the channel that the last
/// non-direct touch passes over.
pub(super) fn append(model: &PathModel, direct: Option<u32>, steps: &[u32], weights: &mut Vec<f64>) -> bool {
    let count = steps.len();
    let mut by_position = |shares| {
        position_based::append(shares, count, weights);
        true
    };
    match model {
        PathModel::PositionBased => by_position(POSITION_BASED),
        PathModel::JShaped => by_position(J_SHAPED),
        PathModel::InverseJ => by_position(INVERSE_J),
        PathModel::FirstTouch => {
            first_touch::append(count, weights);
            true
        }
        PathModel::LastTouch => {
            last_touch::append(count, weights);
            true
        }
        PathModel::LastNonDirect { .. } => {
            last_non_direct::append(count, |at| Some(steps[at]) == direct, weights);
            true
        }
        PathModel::Linear => {
            linear::append(count, weights);
            true
        }
        PathModel::Shapley | PathModel::OrderedShapley => {
            append_equal_by_channel(steps, weights);
            true
        }
        PathModel::Markov { .. } | PathModel::LeaveOneOut => false,
    }
}

/// Subset-sum Shapley value. With v(S) = conversions of the paths whose channels all lie in S, channel i's value is the sum, over the paths
/// that contain i, of conversions ÷ number of distinct channels: equal shares to the distinct channels of a path, and efficient, because
/// the shares of a path sum to 1. A channel's share is split equally among its touches in the path (ordered Shapley tells them apart).
fn append_equal_by_channel(steps: &[u32], weights: &mut Vec<f64>) {
    append_by_channel(steps, |_| 1.0, weights);
}

/// Shares proportional to `of` the distinct channels of a path, each split equally among the channel's touches; equal shares where all are 0.
pub(super) fn append_by_channel(steps: &[u32], of: impl Fn(u32) -> f64, weights: &mut Vec<f64>) {
    let mut distinct: Vec<(u32, u32)> = steps.iter().map(|step| (*step, 1)).collect();
    distinct.sort_unstable();
    distinct.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        kept.1 += u32::from(is_same);
        is_same
    });
    let sum: f64 = distinct.iter().map(|(channel, _)| of(*channel)).sum();
    let share = |channel: u32| if sum > 0.0 { of(channel) / sum } else { 1.0 / distinct.len() as f64 };
    let each = |step: &u32| {
        let at = distinct.binary_search_by_key(step, |(channel, _)| *channel).unwrap_or(0);
        share(*step) / f64::from(distinct[at].1)
    };
    weights.extend(steps.iter().map(each));
}
