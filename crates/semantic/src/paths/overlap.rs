//! Which steps go together: conversions on whose path two of them are.

use std::collections::HashMap;

use serde::Serialize;
use types::Currency;

use super::figures::{Summary, Sums, integer, micros, money, ratio, text};
use super::{COUNTS, PathQuestion, TABLE};
use crate::engine::{PAIRED_STEPS_MAX, Plan, RawTable};

/// Steps that are named where nobody says how many.
pub const LIMIT_DEFAULT: u32 = 12;

#[derive(Clone, Debug)]
pub struct OverlapPlans {
    pub pairs: Plan,
    pub summary: Plan,
}

/// A symmetric matrix, written as its upper half.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overlap {
    pub summary: Summary,
    /// By conversions, most first.
    pub steps: Vec<OverlapStep>,
    /// Every two of these steps that share a conversion, or a path without one; in the order of the steps.
    pub pairs: Vec<OverlapPair>,
    /// Steps that are not named.
    pub steps_left_out: usize,
    pub data_version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OverlapStep {
    pub step: String,
    /// Conversions on whose path it is.
    pub conversions: i64,
    pub revenue: String,
    /// Those with no other step on their path.
    pub sole_conversions: i64,
    pub sole_revenue: String,
    /// Of its conversions, the share with another step on the path.
    pub shared: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OverlapPair {
    pub step: String,
    pub other_step: String,
    /// Conversions on whose path both are.
    pub conversions: i64,
    pub revenue: String,
    pub not_converted: i64,
    /// Of the conversions of `step`, the share that `other_step` is on the path of; and the other way round.
    pub share_of_step: Option<f64>,
    pub share_of_other: Option<f64>,
}

/// Different steps of one path beyond which its pairs are left out.
pub const STEPS_OF_PATH_MAX: usize = PAIRED_STEPS_MAX;

pub fn plans(question: &PathQuestion) -> OverlapPlans {
    let condition = question.condition();
    let pairs = format!(
        "SELECT step, other_step, {COUNTS},\n\x20 SUM(CASE WHEN is_converted AND distinct_steps = 1 THEN 1 ELSE 0 END) AS sole_conversions,\n\
         \x20 SUM(CASE WHEN distinct_steps = 1 THEN revenue END) AS sole_revenue\n\
         FROM {TABLE}_pairs\nWHERE {condition}\nGROUP BY step, other_step\nORDER BY conversions DESC, not_converted DESC, step, other_step"
    );
    OverlapPlans {
        pairs: question.plan(pairs),
        summary: question.summary_plan(),
    }
}

pub fn finish(question: &PathQuestion, pairs: &RawTable, summary: &RawTable, currency: Currency) -> Overlap {
    let limit = question.limit as usize;
    let mut steps = Vec::new();
    let mut conversions: HashMap<&str, (usize, i64)> = HashMap::new();
    let mut steps_left_out = 0;
    for row in &pairs.rows {
        let (step, other) = (text(row.first()), text(row.get(1)));
        if step != other {
            continue;
        }
        if steps.len() == limit {
            steps_left_out += 1;
            continue;
        }
        let sums = Sums::read(&row[2..]);
        let sole = row.get(5).map_or(0, integer);
        conversions.insert(step, (steps.len(), sums.conversions));
        steps.push(OverlapStep {
            step: step.to_owned(),
            conversions: sums.conversions,
            revenue: money(sums.revenue, currency),
            sole_conversions: sole,
            sole_revenue: money(row.get(6).map_or(0, micros), currency),
            shared: ratio(sums.conversions - sole, sums.conversions),
        });
    }
    let mut found = Vec::new();
    for row in &pairs.rows {
        let (step, other) = (text(row.first()), text(row.get(1)));
        let (Some(mut left), Some(mut right)) = (conversions.get_key_value(step), conversions.get_key_value(other)) else {
            continue;
        };
        if step == other {
            continue;
        }
        // The more frequent one first, as in the list of steps.
        if left.1.0 > right.1.0 {
            std::mem::swap(&mut left, &mut right);
        }
        let sums = Sums::read(&row[2..5]);
        let pair = OverlapPair {
            step: (*left.0).to_owned(),
            other_step: (*right.0).to_owned(),
            conversions: sums.conversions,
            revenue: money(sums.revenue, currency),
            not_converted: sums.not_converted,
            share_of_step: ratio(sums.conversions, left.1.1),
            share_of_other: ratio(sums.conversions, right.1.1),
        };
        found.push(((left.1.0, right.1.0), pair));
    }
    found.sort_by_key(|(places, _)| *places);
    Overlap {
        summary: Summary::read(summary, currency),
        steps,
        pairs: found.into_iter().map(|(_, pair)| pair).collect(),
        steps_left_out,
        data_version: summary.data_version,
    }
}
