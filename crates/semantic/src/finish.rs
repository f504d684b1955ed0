//! From the engine's rows to the answer: formulas from components, for every row and for the totals alike; then order and limit.

mod figure;
mod order;

use types::{Currency, TimeGrain};

use crate::catalogue::{DimensionKind, MetricUnit};
use crate::engine::RawTable;
use crate::plan::{Asked, Draft, LeafUse, Span, adds_up, has_bucket};
use crate::query::DateBasis;
use crate::result::{Cell, Column, ColumnRole, Meta, ResultTable, Unit};
use crate::value::Value;
use figure::Figure;
use order::{Order, Rows};

/// How to read the rows of a plan.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// Where the bucket stands in a raw row, if there is one.
    bucket: Option<usize>,
    /// Where each shown dimension column stands in a raw row.
    shown: Vec<usize>,
    /// Where the keys stand in a raw row that are not shown.
    hidden: Vec<usize>,
    /// Where the first leaf stands in a raw row.
    first_leaf: usize,
    totals: Totals,
    leaves: Vec<LeafUse>,
    figures: Vec<Figure>,
    units: Vec<MetricUnit>,
    order: Order,
    limit: Option<usize>,
    currency: Currency,
    columns: Vec<Column>,
    meta: Meta,
}

/// Where the totals are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Totals {
    /// The engine adds the leaves up beside the rows.
    AddedUp,
    /// A row of their own, marked in the first column.
    Marked,
    /// The only row, marked too: rows are grouped by nothing.
    OnlyRow,
}

impl Answer {
    pub(crate) fn of(draft: Draft<'_>) -> Self {
        let has_bucket = has_bucket(draft.query.grain);
        let (keys, names, shown) = (draft.keys(), draft.names(), draft.shown());
        let totals = if !has_bucket && keys.is_empty() {
            Totals::OnlyRow
        } else if adds_up(&draft) {
            Totals::AddedUp
        } else {
            Totals::Marked
        };
        let first = usize::from(totals != Totals::AddedUp);
        let first_key = first + usize::from(has_bucket);
        let first_name = first_key + keys.len();
        let position = |column: &crate::catalogue::DimensionColumn| {
            let key = keys.iter().position(|key| key.source == column.source).map(|at| first_key + at);
            let name = names.iter().position(|name| name.id == column.id).map(|at| first_name + at);
            key.or(name).expect("a shown column is a key or a name")
        };
        let currency = draft.organization.currency;
        let mut columns = Vec::new();
        if has_bucket {
            let unit = if draft.query.grain.is_finer_than_day() {
                Unit::Instant
            } else {
                Unit::Date
            };
            columns.push(Column {
                id: "date".to_owned(),
                label: bucket_label(draft.query.grain).to_owned(),
                role: ColumnRole::Time,
                unit,
            });
        }
        columns.extend(shown.iter().map(|column| {
            let unit = match column.kind {
                DimensionKind::Text => Unit::Text,
                DimensionKind::Uuid => Unit::Uuid,
            };
            Column {
                id: column.id.to_owned(),
                label: column.label.to_owned(),
                role: ColumnRole::Dimension,
                unit,
            }
        }));
        columns.extend(draft.metrics.iter().map(|asked| metric_column(asked, currency)));
        let (from, to) = match &draft.span {
            Some(Span::Days(range)) => (range.start().to_string(), range.last().to_string()),
            Some(Span::AllTime) | None => (String::new(), String::new()),
        };
        let figures = draft
            .metrics
            .iter()
            .map(|asked| Figure::of(draft.catalogue, &draft.leaves, asked.metric, asked.model));
        let shown_at = shown.iter().map(|column| position(column)).collect::<Vec<_>>();
        let hidden = (first_key..first_name).filter(|at| !shown_at.contains(at)).collect::<Vec<_>>();
        Self {
            bucket: has_bucket.then_some(first),
            figures: figures.collect(),
            units: draft.metrics.iter().map(|asked| asked.metric.unit).collect(),
            order: Order::new(&draft.sort, has_bucket, shown.len(), hidden.len()),
            shown: shown_at,
            hidden,
            first_leaf: first_name + names.len(),
            totals,
            columns,
            meta: Meta {
                from,
                to,
                zone: draft.zone.clone(),
                grain: draft.query.grain,
                currency: currency.as_str().to_owned(),
                data_version: 0,
                rows: 0,
                is_truncated: false,
                warnings: warnings(&draft),
            },
            currency,
            limit: draft.query.limit.map(|limit| limit as usize),
            leaves: draft.leaves,
        }
    }
}

const fn bucket_label(grain: TimeGrain) -> &'static str {
    match grain {
        TimeGrain::FifteenMinutes => "Quarter-hour",
        TimeGrain::Hour => "Hour",
        TimeGrain::Day | TimeGrain::Total => "Day",
        TimeGrain::Week => "Week",
        TimeGrain::Month => "Month",
        TimeGrain::Quarter => "Quarter",
        TimeGrain::Year => "Year",
    }
}

fn metric_column(asked: &Asked, currency: Currency) -> Column {
    let label = match asked.model {
        Some(model) => format!("{} ({})", asked.metric.label, model.as_str().replace('_', " ")),
        None => asked.metric.label.clone(),
    };
    let unit = match asked.metric.unit {
        MetricUnit::Money => Unit::Money {
            currency: currency.as_str().to_owned(),
        },
        MetricUnit::Count => Unit::Count,
        MetricUnit::Ratio => Unit::Ratio,
        MetricUnit::Percent => Unit::Percent,
    };
    Column {
        id: asked.id.clone(),
        label,
        role: ColumnRole::Metric,
        unit,
    }
}

/// What a reader of the figures should know.
fn warnings(draft: &Draft<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let uses = |fact| draft.leaves.iter().any(|used| used.leaf.fact == fact);
    if draft.query.date_basis == DateBasis::Touch && uses(crate::catalogue::Fact::Credits) && uses(crate::catalogue::Fact::Conversions) {
        warnings.push(
            "Attributed figures are counted on the day of the touch, orders and revenue on the day of the order: they add up over all time only."
                .to_owned(),
        );
    }
    warnings
}

pub(crate) fn finish(answer: Answer, raw: RawTable) -> ResultTable {
    let mut raw_rows = raw.rows;
    let nothing = || vec![Cell::Null; answer.first_leaf + answer.leaves.len()];
    let total = match answer.totals {
        Totals::AddedUp => [nothing()[..answer.first_leaf].to_vec(), raw.totals].concat(),
        Totals::Marked | Totals::OnlyRow => {
            let at = raw_rows.iter().position(|row| is_marked(row));
            at.map_or_else(nothing, |at| raw_rows.remove(at))
        }
    };
    if answer.totals == Totals::OnlyRow {
        raw_rows = vec![total.clone()];
    }
    let mut reader = Reader::new(&answer);
    let mut totals = total;
    reader.read(&mut totals);
    totals[..answer.shown.len() + usize::from(answer.bucket.is_some())].fill(Cell::Null);
    let mut rows = Rows::default();
    for row in &mut raw_rows {
        rows.hidden
            .extend(answer.hidden.iter().map(|at| row.get(*at).cloned().unwrap_or(Cell::Null)));
        reader.read(row);
        rows.figures.extend(answer.order.metrics.iter().map(|metric| reader.figures[*metric]));
    }
    rows.cells = raw_rows;
    let limit = answer.limit.unwrap_or(usize::MAX);
    let is_truncated = raw.is_truncated || rows.cells.len() > limit;
    let rows = answer.order.first(limit, rows);
    let meta = Meta {
        data_version: raw.data_version,
        rows: rows.len(),
        is_truncated,
        ..answer.meta
    };
    ResultTable {
        columns: answer.columns,
        rows,
        totals,
        meta,
    }
}

fn is_marked(row: &[Cell]) -> bool {
    matches!(row.first(), Some(Cell::Integer(flag)) if *flag != 0)
}

/// Reads raw rows one after the other.
struct Reader<'a> {
    answer: &'a Answer,
    /// The leaves of the row in hand.
    leaves: Vec<Value>,
    /// Its figures.
    figures: Vec<Value>,
    /// Its date and dimensions.
    shown: Vec<Cell>,
    /// True where a raw cell is shown twice, and so cannot be moved out.
    is_shown_twice: bool,
}

impl<'a> Reader<'a> {
    fn new(answer: &'a Answer) -> Self {
        let is_shown_twice = (1..answer.shown.len()).any(|at| answer.shown[..at].contains(&answer.shown[at]));
        Self {
            answer,
            leaves: Vec::with_capacity(answer.leaves.len()),
            figures: Vec::with_capacity(answer.figures.len()),
            shown: Vec::with_capacity(answer.columns.len()),
            is_shown_twice,
        }
    }

    /// Turns a raw row into one of the answer, in its own memory.
    fn read(&mut self, row: &mut Vec<Cell>) {
        let answer = self.answer;
        let leaf = |(at, used): (usize, &LeafUse)| match row.get(answer.first_leaf + at).map(Value::of) {
            Some(Value::Null) | None if used.leaf.fact.is_zero_when_absent() => Value::ZERO,
            Some(value) => value,
            None => Value::Null,
        };
        self.leaves.clear();
        self.leaves.extend(answer.leaves.iter().enumerate().map(leaf));
        self.figures.clear();
        self.figures.extend(answer.figures.iter().map(|figure| figure.value(&self.leaves)));
        for at in answer.bucket.iter().chain(&answer.shown) {
            self.shown.push(match row.get_mut(*at) {
                Some(cell) if self.is_shown_twice => cell.clone(),
                Some(cell) => std::mem::replace(cell, Cell::Null),
                None => Cell::Null,
            });
        }
        row.clear();
        row.append(&mut self.shown);
        let metrics = self.figures.iter().zip(&answer.units);
        row.extend(metrics.map(|(figure, unit)| figure.cell(*unit, answer.currency)));
    }
}

#[cfg(test)]
mod tests;
