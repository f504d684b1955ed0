//! What the catalogue's statistics prove about a filter: that every row of a file passes it, or that none does.
//!
//! A filter that all remaining files pass whole need not be run: it would copy every row to keep it. Only comparisons of a column with a
//! value and `IS NOT NULL` are judged; about anything else nothing is known.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::logical_expr::expr::Between;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use datafusion::scalar::ScalarValue;

use crate::catalogue::state::TableState;
use crate::file::DataFile;
use crate::stats::ColumnStats;

/// How many of a file's rows pass a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passing {
    All,
    None,
    Unknown,
}

/// The files without those of which no row passes some filter.
pub(crate) fn left(files: &[Arc<DataFile>], filters: &[&Expr], table: &TableState) -> Vec<Arc<DataFile>> {
    let is_left = |file: &&Arc<DataFile>| filters.iter().all(|filter| passing(filter, table, file) != Passing::None);
    files.iter().filter(is_left).cloned().collect()
}

/// The verdict of `file`'s statistics on `filter`.
pub(crate) fn passing(filter: &Expr, table: &TableState, file: &DataFile) -> Passing {
    match filter {
        Expr::IsNotNull(operand) => with_column(operand, table, file, |stats| match stats.nulls {
            0 => Passing::All,
            _ => Passing::Unknown,
        }),
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match (left.as_ref(), right.as_ref()) {
            (_, Expr::Literal(value, _)) => compared(left, *op, value, table, file),
            (Expr::Literal(value, _), _) => op.swap().map_or(Passing::Unknown, |op| compared(right, op, value, table, file)),
            _ => Passing::Unknown,
        },
        Expr::Between(Between {
            expr,
            negated: false,
            low,
            high,
        }) => match (low.as_ref(), high.as_ref()) {
            (Expr::Literal(low, _), Expr::Literal(high, _)) => {
                let low = compared(expr, Operator::GtEq, low, table, file);
                let high = compared(expr, Operator::LtEq, high, table, file);
                both(low, high)
            }
            _ => Passing::Unknown,
        },
        _ => Passing::Unknown,
    }
}

const fn both(one: Passing, other: Passing) -> Passing {
    match (one, other) {
        (Passing::None, _) | (_, Passing::None) => Passing::None,
        (Passing::All, Passing::All) => Passing::All,
        (Passing::Unknown, _) | (_, Passing::Unknown) => Passing::Unknown,
    }
}

/// Judges by the statistics of a column; none of its nulls passes, whatever the filter.
fn with_column(operand: &Expr, table: &TableState, file: &DataFile, judge: impl FnOnce(&ColumnStats) -> Passing) -> Passing {
    let Expr::Column(column) = operand else { return Passing::Unknown };
    let Some((_, column)) = table.column(column.name()) else {
        return Passing::Unknown;
    };
    match file.stats_of(column.id) {
        // The file is older than the column: all its values are null.
        None => Passing::None,
        Some(stats) if stats.nulls == file.rows => Passing::None,
        Some(stats) => judge(stats),
    }
}

fn compared(operand: &Expr, operator: Operator, value: &ScalarValue, table: &TableState, file: &DataFile) -> Passing {
    if value.is_null() {
        return Passing::Unknown;
    }
    with_column(operand, table, file, |stats| {
        let (Some(min), Some(max)) = (&stats.min, &stats.max) else {
            return Passing::Unknown;
        };
        // Not a number is outside of all bounds.
        if matches!(min, ScalarValue::Float64(_)) {
            return Passing::Unknown;
        }
        // Values of different types have no order.
        let (Some(min), Some(max)) = (min.partial_cmp(value), max.partial_cmp(value)) else {
            return Passing::Unknown;
        };
        match of_bounds(operator, min, max) {
            Passing::All if stats.nulls > 0 => Passing::Unknown,
            verdict => verdict,
        }
    })
}

/// `min` and `max` are how the bounds compare with the value.
fn of_bounds(operator: Operator, min: Ordering, max: Ordering) -> Passing {
    let (all, none) = match operator {
        Operator::Eq => (min.is_eq() && max.is_eq(), min.is_gt() || max.is_lt()),
        Operator::NotEq => (min.is_gt() || max.is_lt(), min.is_eq() && max.is_eq()),
        Operator::Lt => (max.is_lt(), min.is_ge()),
        Operator::LtEq => (max.is_le(), min.is_gt()),
        Operator::Gt => (min.is_gt(), max.is_le()),
        Operator::GtEq => (min.is_ge(), max.is_lt()),
        _ => (false, false),
    };
    match (all, none) {
        (true, _) => Passing::All,
        (_, true) => Passing::None,
        (false, false) => Passing::Unknown,
    }
}

#[cfg(test)]
mod tests;
