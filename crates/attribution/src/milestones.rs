//! W-shaped and full-path: touches that brought a customer to a milestone.

use crate::customer::{Milestone, Stage};

/// Share of each milestone's touch, and of all others together: 30/30/30/10 (HubSpot).
const W_SHAPED: (f64, f64) = (0.3, 0.1);
/// 22.5 × 4 + 10, the closing touch being the fourth (HubSpot).
const FULL_PATH: (f64, f64) = (0.225, 0.1);

/// Appends the W-shaped weights: first touch, the touch of lead creation and the touch of the opportunity get 30 % each, the others share 10 %.
///
/// The touch of a milestone is the last eligible one not after the first such milestone of the journey. A touch with several roles gets
/// their sum. A milestone that the journey lacks, and the 10 % where no other touch is, are nobody's: the rest is scaled to sum to 1.
/// False where a milestone is missing, which is flagged.
pub(crate) fn append_w_shaped(times: &[i64], until: i64, milestones: &[Milestone], weights: &mut Vec<f64>) -> bool {
    append(times, until, milestones, W_SHAPED, false, weights)
}

/// Like [`append_w_shaped`] with 22.5 % each, the last touch before the sale being the fourth milestone.
pub(crate) fn append_full_path(times: &[i64], until: i64, milestones: &[Milestone], weights: &mut Vec<f64>) -> bool {
    append(times, until, milestones, FULL_PATH, true, weights)
}

fn append(times: &[i64], until: i64, milestones: &[Milestone], (each, others): (f64, f64), has_close: bool, weights: &mut Vec<f64>) -> bool {
    let (start, count) = (weights.len(), times.len());
    weights.resize(start + count, 0.0);
    let Some(first) = times.first() else { return true };
    let weights = &mut weights[start..];
    weights[0] += each;
    if has_close {
        weights[count - 1] += each;
    }
    let mut is_complete = true;
    for stage in [Stage::Lead, Stage::Opportunity] {
        let reached = milestones
            .iter()
            .find(|milestone| milestone.stage == stage && milestone.time >= *first && milestone.time <= until);
        match reached {
            Some(milestone) => weights[times.partition_point(|time| *time <= milestone.time) - 1] += each,
            None => is_complete = false,
        }
    }
    let without_role = weights.iter().filter(|weight| **weight == 0.0).count();
    if without_role > 0 {
        let share = others / without_role as f64;
        weights.iter_mut().filter(|weight| **weight == 0.0).for_each(|weight| *weight = share);
    }
    crate::time_decay::scale(weights);
    is_complete
}

#[cfg(test)]
mod tests;
