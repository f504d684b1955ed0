//! The order of an answer's rows.

use std::cmp::Ordering;

use crate::plan::SortTarget;
use crate::result::Cell;
use crate::value::Value;

/// A row with what it is ordered by.
#[derive(Debug)]
pub(super) struct Row {
    /// As shown: the date, if there is one, the dimensions, the metrics.
    pub(super) cells: Vec<Cell>,
    /// Of the metrics that the order asks for, in the order of first use; the first metric last.
    pub(super) figures: Vec<Value>,
}

/// One thing that rows are ordered by.
#[derive(Clone, Copy, Debug)]
enum Criterion {
    Cell { at: usize, descending: bool },
    Figure { at: usize, descending: bool },
}

/// The asked order; where it leaves rows equal, and where nothing is asked: time, then the first metric from the largest, then the
/// dimensions. Rows without a value come last in either direction.
#[derive(Clone, Debug)]
pub(super) struct Order {
    criteria: Vec<Criterion>,
    /// The metrics whose figures rows must carry.
    pub(super) metrics: Vec<usize>,
}

impl Order {
    pub(super) fn new(asked: &[(SortTarget, bool)], has_date: bool, dimensions: usize) -> Self {
        let first_dimension = usize::from(has_date);
        let mut order = Self {
            criteria: Vec::new(),
            metrics: Vec::new(),
        };
        for (target, descending) in asked {
            let descending = *descending;
            let criterion = match target {
                SortTarget::Date => Criterion::Cell { at: 0, descending },
                SortTarget::Dimension(dimension) => Criterion::Cell {
                    at: first_dimension + dimension,
                    descending,
                },
                SortTarget::Metric(metric) => order.figure(*metric, descending),
            };
            order.criteria.push(criterion);
        }
        if has_date {
            order.criteria.push(Criterion::Cell { at: 0, descending: false });
        }
        let first_metric = order.figure(0, true);
        order.criteria.push(first_metric);
        order.criteria.extend((0..dimensions).map(|dimension| Criterion::Cell {
            at: first_dimension + dimension,
            descending: false,
        }));
        order
    }

    fn figure(&mut self, metric: usize, descending: bool) -> Criterion {
        let at = self.metrics.iter().position(|known| *known == metric).unwrap_or_else(|| {
            self.metrics.push(metric);
            self.metrics.len() - 1
        });
        Criterion::Figure { at, descending }
    }

    /// Sorts the rows. The engine gives them in the order of time: those of one date are then sorted among themselves.
    pub(super) fn sort(&self, rows: &mut [Row]) {
        let [first, rest @ ..] = self.criteria.as_slice() else { return };
        if !rows.is_sorted_by(|left, right| first.compare(left, right).is_le()) {
            rows.sort_by(|left, right| compare(&self.criteria, left, right));
            return;
        }
        for equal in rows.chunk_by_mut(|left, right| first.compare(left, right).is_eq()) {
            equal.sort_by(|left, right| compare(rest, left, right));
        }
    }
}

fn compare(criteria: &[Criterion], left: &Row, right: &Row) -> Ordering {
    criteria
        .iter()
        .map(|criterion| criterion.compare(left, right))
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

impl Criterion {
    fn compare(self, left: &Row, right: &Row) -> Ordering {
        match self {
            Self::Cell { at, descending } => cells(&left.cells[at], &right.cells[at], descending),
            Self::Figure { at, descending } => figures(left.figures[at], right.figures[at], descending),
        }
    }
}

fn figures(left: Value, right: Value, descending: bool) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (left, right) if descending => right.compare(left),
        (left, right) => left.compare(right),
    }
}

/// Dates and dimensions are text; anything else is compared as it is written.
fn cells(left: &Cell, right: &Cell, descending: bool) -> Ordering {
    match (left, right) {
        (Cell::Null, Cell::Null) => Ordering::Equal,
        (Cell::Null, _) => Ordering::Greater,
        (_, Cell::Null) => Ordering::Less,
        (Cell::Text(left), Cell::Text(right)) if descending => right.cmp(left),
        (Cell::Text(left), Cell::Text(right)) => left.cmp(right),
        (left, right) if descending => written(right).cmp(&written(left)),
        (left, right) => written(left).cmp(&written(right)),
    }
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(text) => text.to_string(),
        Cell::Decimal(decimal) => decimal.to_string(),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Bool(flag) => flag.to_string(),
    }
}
