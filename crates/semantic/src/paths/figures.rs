//! The figures that every part of a path has, read from the engine's answer.

use serde::Serialize;
use types::Currency;

pub(super) use crate::decimal::money_text as money;
use crate::engine::RawTable;
use crate::result::Cell;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// Paths of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    pub conversions: i64,
    /// Sales less their refunds, in the reporting currency.
    pub revenue: String,
    /// Paths that led to no conversion.
    pub not_converted: i64,
    /// Conversions among all of these paths; none where there is no path.
    pub conversion_rate: Option<f64>,
}

/// All paths of the range.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Counted conversions, with and without a touch.
    pub conversions: i64,
    pub revenue: String,
    /// Conversions with at least one eligible touch; with `unattributed_conversions` they are all.
    pub attributed_conversions: i64,
    pub attributed_revenue: String,
    pub unattributed_conversions: i64,
    pub unattributed_revenue: String,
    pub not_converted: i64,
    /// Conversions with a touch among all paths.
    pub conversion_rate: Option<f64>,
    /// Touches of a conversion that has any.
    pub average_touches: Option<f64>,
    /// From the first touch to the conversion, and from the last one.
    pub average_days: Option<f64>,
    pub average_days_of_last: Option<f64>,
}

/// What can be added up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) conversions: i64,
    /// Millionths of the reporting currency.
    pub(super) revenue: i128,
    pub(super) not_converted: i64,
    pub(super) touches: i64,
    pub(super) seconds: i64,
    pub(super) seconds_of_last: i64,
}

impl Sums {
    /// From cells in the order of the statements' sums; those of lengths may be missing.
    pub(super) fn read(cells: &[Cell]) -> Self {
        let number = |at: usize| cells.get(at).map_or(0, integer);
        Self {
            conversions: number(0),
            revenue: cells.get(1).map_or(0, micros),
            not_converted: number(2),
            touches: number(3),
            seconds: number(4),
            seconds_of_last: number(5),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.conversions += other.conversions;
        self.revenue += other.revenue;
        self.not_converted += other.not_converted;
        self.touches += other.touches;
        self.seconds += other.seconds;
        self.seconds_of_last += other.seconds_of_last;
    }

    /// What is left of `self` without `part`.
    pub(super) fn without(&self, part: &Self) -> Self {
        Self {
            conversions: self.conversions - part.conversions,
            revenue: self.revenue - part.revenue,
            not_converted: self.not_converted - part.not_converted,
            touches: self.touches - part.touches,
            seconds: self.seconds - part.seconds,
            seconds_of_last: self.seconds_of_last - part.seconds_of_last,
        }
    }

    pub(super) fn is_none(&self) -> bool {
        self.conversions == 0 && self.not_converted == 0
    }

    pub(super) fn paths(&self) -> i64 {
        self.conversions + self.not_converted
    }

    pub(super) fn rate(&self) -> Option<f64> {
        ratio(self.conversions, self.paths())
    }

    pub(super) fn average_touches(&self) -> Option<f64> {
        ratio(self.touches, self.conversions)
    }

    pub(super) fn average_days(&self) -> Option<f64> {
        ratio(self.seconds, self.conversions).map(|seconds| seconds / SECONDS_PER_DAY)
    }

    fn average_days_of_last(&self) -> Option<f64> {
        ratio(self.seconds_of_last, self.conversions).map(|seconds| seconds / SECONDS_PER_DAY)
    }

    pub(super) fn figures(&self, currency: Currency) -> Figures {
        Figures {
            conversions: self.conversions,
            revenue: money(self.revenue, currency),
            not_converted: self.not_converted,
            conversion_rate: self.rate(),
        }
    }
}

impl Summary {
    /// From the rows (has_path, sums…) of the summary's statement.
    pub(super) fn read(raw: &RawTable, currency: Currency) -> Self {
        let (mut with, mut without) = (Sums::default(), Sums::default());
        for row in &raw.rows {
            if let Some((has_path, sums)) = row.split_first() {
                let part = if *has_path == Cell::Bool(true) { &mut with } else { &mut without };
                part.add(&Sums::read(sums));
            }
        }
        Self::of(&with, &without, currency)
    }

    /// `with` and `without` a touch.
    pub(super) fn of(with: &Sums, without: &Sums, currency: Currency) -> Self {
        Self {
            conversions: with.conversions + without.conversions,
            revenue: money(with.revenue + without.revenue, currency),
            attributed_conversions: with.conversions,
            attributed_revenue: money(with.revenue, currency),
            unattributed_conversions: without.conversions,
            unattributed_revenue: money(without.revenue, currency),
            not_converted: with.not_converted,
            conversion_rate: with.rate(),
            average_touches: with.average_touches(),
            average_days: with.average_days(),
            average_days_of_last: with.average_days_of_last(),
        }
    }
}

pub(super) fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole != 0).then(|| part as f64 / whole as f64)
}

pub(super) fn integer(cell: &Cell) -> i64 {
    match cell {
        Cell::Integer(number) => *number,
        Cell::Null | Cell::Text(_) | Cell::Number(_) | Cell::Decimal(_) | Cell::Bool(_) => 0,
    }
}

pub(super) fn micros(cell: &Cell) -> i128 {
    match cell {
        Cell::Decimal(decimal) => decimal.micros(),
        Cell::Null | Cell::Text(_) | Cell::Integer(_) | Cell::Number(_) | Cell::Bool(_) => 0,
    }
}

pub(super) fn text(cell: Option<&Cell>) -> &str {
    match cell {
        Some(Cell::Text(text)) => text,
        _ => "",
    }
}
