//! Who helps and who closes: for every step, the conversions on whose path it is, as the first, the last, the only one, or in between.

use serde::Serialize;
use types::Currency;

use super::figures::{Summary, Sums, integer, micros, money, ratio, text};
use super::{COUNTS, LENGTHS, PathQuestion, TABLE};
use crate::engine::{Plan, RawTable};

/// Rows that are named where nobody says how many.
pub const LIMIT_DEFAULT: u32 = 50;

#[derive(Clone, Debug)]
pub struct AssistPlans {
    pub steps: Plan,
    pub summary: Plan,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assists {
    pub summary: Summary,
    /// By the conversions that a step is on the path of, most first.
    pub steps: Vec<AssistRow>,
    /// True where there are more steps than are named.
    pub is_truncated: bool,
    pub data_version: i64,
}

/// One step. A conversion counts once for every step on its path, so columns do not add up to all conversions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AssistRow {
    pub step: String,
    /// Conversions on whose path the step is, and their revenue.
    pub conversions: i64,
    pub revenue: String,
    /// Those of which it is not the last step.
    pub assisted_conversions: i64,
    pub assisted_revenue: String,
    /// Those of which it is the first step, the last one, and the only one.
    pub first_conversions: i64,
    pub last_conversions: i64,
    pub last_revenue: String,
    pub sole_conversions: i64,
    /// Assisted conversions for each one that the step closed: above 1 it helps more than it closes. None where it closed none.
    pub assists_per_last: Option<f64>,
    /// Touchpoint influence: the share of converting paths that the step is on.
    pub influence: Option<f64>,
    /// Paths without conversion that the step is on.
    pub not_converted: i64,
    /// Conversions among the paths that the step is on, and among those that it is not on. They differ for many reasons: who is about to
    /// buy searches more. It is no measure of effect.
    pub conversion_rate_with: Option<f64>,
    pub conversion_rate_without: Option<f64>,
    /// Customer journey length of its conversions, from first touch to conversion.
    pub average_touches: Option<f64>,
    pub average_days: Option<f64>,
}

pub fn plans(question: &PathQuestion) -> AssistPlans {
    let condition = question.condition();
    let count = |what: &str| format!("SUM(CASE WHEN is_converted AND {what} THEN 1 ELSE 0 END)");
    let revenue = |what: &str| format!("SUM(CASE WHEN {what} THEN revenue END)");
    let steps = format!(
        "SELECT step, {COUNTS},\n\x20 {LENGTHS},\n\x20 {}, {}, {},\n\x20 {}, {}, {}\nFROM {TABLE}_pairs\nWHERE step = other_step AND {condition}\n\
         GROUP BY step\nORDER BY conversions DESC, not_converted DESC, step\nLIMIT {}",
        count("NOT is_last"),
        revenue("NOT is_last"),
        count("is_first"),
        count("is_last"),
        revenue("is_last"),
        count("distinct_steps = 1"),
        question.limit + 1
    );
    AssistPlans {
        steps: question.plan(steps),
        summary: question.summary_plan(),
    }
}

pub fn finish(question: &PathQuestion, steps: &RawTable, summary: &RawTable, currency: Currency) -> Assists {
    let limit = question.limit as usize;
    let summary_read = Summary::read(summary, currency);
    Assists {
        steps: steps.rows.iter().take(limit).map(|row| read(row, &summary_read, currency)).collect(),
        is_truncated: steps.rows.len() > limit || steps.is_truncated,
        data_version: summary.data_version,
        summary: summary_read,
    }
}

fn read(row: &[crate::Cell], all: &Summary, currency: Currency) -> AssistRow {
    let sums = Sums::read(row.get(1..).unwrap_or_default());
    let rest = row.get(7..).unwrap_or_default();
    let number = |at: usize| rest.get(at).map_or(0, integer);
    let amount = |at: usize| money(rest.get(at).map_or(0, micros), currency);
    let (assisted, last) = (number(0), number(3));
    let without = Sums {
        conversions: all.attributed_conversions - sums.conversions,
        not_converted: all.not_converted - sums.not_converted,
        ..Sums::default()
    };
    AssistRow {
        step: text(row.first()).to_owned(),
        conversions: sums.conversions,
        revenue: money(sums.revenue, currency),
        assisted_conversions: assisted,
        assisted_revenue: amount(1),
        first_conversions: number(2),
        last_conversions: last,
        last_revenue: amount(4),
        sole_conversions: number(5),
        assists_per_last: ratio(assisted, last),
        influence: ratio(sums.conversions, all.attributed_conversions),
        not_converted: sums.not_converted,
        conversion_rate_with: sums.rate(),
        conversion_rate_without: without.rate(),
        average_touches: sums.average_touches(),
        average_days: sums.average_days(),
    }
}
