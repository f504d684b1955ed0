//! The order of an answer's rows.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::plan::SortTarget;
use crate::result::Cell;
use crate::value::Value;

/// Rows with what they are ordered by.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// As shown: the date, if there is one, the dimensions, the metrics.
    pub(super) cells: Vec<Vec<Cell>>,
    /// Of every row, the metrics that the order asks for, in the order of first use; the first metric last.
    pub(super) figures: Vec<Value>,
    /// Of every row, the keys that are not shown.
    pub(super) hidden: Vec<Cell>,
}

/// One thing that rows are ordered by.
#[derive(Clone, Copy, Debug)]
enum Criterion {
    Cell { at: usize, descending: bool },
    Figure { at: usize, descending: bool },
    Hidden { at: usize },
}

/// The asked order; where it leaves rows equal, and where nothing is asked: time, then the first metric from the largest, then the
/// dimensions, then the keys that are not shown, so that no two rows are equal. Rows without a value come last in either direction.
#[derive(Clone, Debug)]
pub(super) struct Order {
    criteria: Vec<Criterion>,
    hidden: usize,
    /// The metrics whose figures rows must carry.
    pub(super) metrics: Vec<usize>,
}

impl Order {
    pub(super) fn new(asked: &[(SortTarget, bool)], has_date: bool, dimensions: usize, hidden: usize) -> Self {
        let first_dimension = usize::from(has_date);
        let mut order = Self {
            criteria: Vec::new(),
            hidden,
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
        order.criteria.extend((0..hidden).map(|at| Criterion::Hidden { at }));
        order
    }

    fn figure(&mut self, metric: usize, descending: bool) -> Criterion {
        let at = self.metrics.iter().position(|known| *known == metric).unwrap_or_else(|| {
            self.metrics.push(metric);
            self.metrics.len() - 1
        });
        Criterion::Figure { at, descending }
    }

    /// The first rows, at most `limit`, in order.
    pub(super) fn first(&self, limit: usize, mut rows: Rows) -> Vec<Vec<Cell>> {
        let mut places = self.places(&rows);
        places.truncate(limit);
        places.into_iter().map(|place| std::mem::take(&mut rows.cells[place])).collect()
    }

    /// The rows' places in order. Mostly a text comes first, the date, which many rows share: rows are dealt out by it, and those of one
    /// text sorted among themselves.
    fn places(&self, rows: &Rows) -> Vec<usize> {
        let compare = |criteria: &[Criterion], left: usize, right: usize| {
            let mut orders = criteria.iter().map(|criterion| self.compare(*criterion, rows, left, right));
            orders.find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
        };
        let all = 0..rows.cells.len();
        let dealt = match self.criteria.as_slice() {
            [Criterion::Cell { at, .. }, ..] => dealt(&rows.cells, *at),
            _ => None,
        };
        let Some(mut hands) = dealt else {
            let mut places = all.collect::<Vec<_>>();
            places.sort_by(|left, right| compare(&self.criteria, *left, *right));
            return places;
        };
        let (first, rest) = self.criteria.split_at(1);
        hands.sort_by(|left, right| compare(first, left[0], right[0]));
        for hand in &mut hands {
            hand.sort_by(|left, right| compare(rest, *left, *right));
        }
        hands.concat()
    }

    fn compare(&self, criterion: Criterion, rows: &Rows, left: usize, right: usize) -> Ordering {
        let (metrics, hidden) = (self.metrics.len(), self.hidden);
        match criterion {
            Criterion::Cell { at, descending } => cells(&rows.cells[left][at], &rows.cells[right][at], descending),
            Criterion::Figure { at, descending } => figures(rows.figures[left * metrics + at], rows.figures[right * metrics + at], descending),
            Criterion::Hidden { at } => cells(&rows.hidden[left * hidden + at], &rows.hidden[right * hidden + at], false),
        }
    }
}

/// The places of rows with equal texts at `at`, text by text. None where a cell is neither text nor null.
fn dealt(rows: &[Vec<Cell>], at: usize) -> Option<Vec<Vec<usize>>> {
    let mut hands: Vec<Vec<usize>> = Vec::new();
    let mut of_text: HashMap<Option<&str>, usize> = HashMap::new();
    for (place, row) in rows.iter().enumerate() {
        let text = match &row[at] {
            Cell::Null => None,
            Cell::Text(text) => Some(&**text),
            Cell::Integer(_) | Cell::Number(_) | Cell::Decimal(_) | Cell::Bool(_) => return None,
        };
        let hand = *of_text.entry(text).or_insert_with(|| {
            hands.push(Vec::new());
            hands.len() - 1
        });
        hands[hand].push(place);
    }
    Some(hands)
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
