//! From the engine's rows to the answer: formulas from components, for every row and for the totals alike; then order and limit.

use std::cmp::Ordering;

use attribution::Model;
use types::{Currency, TimeGrain};

use crate::catalogue::{Catalogue, Definition, DimensionKind, Metric, MetricUnit};
use crate::engine::RawTable;
use crate::plan::{Asked, Draft, LeafUse, SortTarget, Span, has_bucket};
use crate::query::DateBasis;
use crate::result::{Cell, Column, ColumnRole, Meta, ResultTable, Unit};
use crate::value::Value;

/// How to read the rows of a plan.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    catalogue: &'static Catalogue,
    has_bucket: bool,
    /// Where each shown dimension column stands in a raw row.
    shown: Vec<usize>,
    /// Where the first leaf stands in a raw row.
    first_leaf: usize,
    /// True where rows are grouped by nothing: the totals are the only row.
    is_single_row: bool,
    leaves: Vec<LeafUse>,
    metrics: Vec<Asked>,
    sort: Vec<(SortTarget, bool)>,
    limit: Option<usize>,
    currency: Currency,
    columns: Vec<Column>,
    meta: Meta,
}

impl Answer {
    pub(crate) fn of(draft: Draft<'_>) -> Self {
        let has_bucket = has_bucket(draft.query.grain);
        let (keys, names, shown) = (draft.keys(), draft.names(), draft.shown());
        let first_key = 1 + usize::from(has_bucket);
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
        Self {
            catalogue: draft.catalogue,
            has_bucket,
            shown: shown.iter().map(|column| position(column)).collect(),
            first_leaf: first_name + names.len(),
            is_single_row: !has_bucket && keys.is_empty(),
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
            metrics: draft.metrics,
            sort: draft.sort,
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

/// A row with its figures.
struct Row {
    date: Cell,
    dimensions: Vec<Cell>,
    figures: Vec<Value>,
}

pub(crate) fn finish(answer: Answer, raw: RawTable) -> ResultTable {
    let nothing = vec![Cell::Null; answer.first_leaf + answer.leaves.len()];
    let (totals, rest): (Vec<_>, Vec<_>) = raw.rows.iter().partition(|row| is_total(row));
    let total = totals.first().copied().unwrap_or(&nothing);
    let totals = read(&answer, total);
    let mut rows: Vec<Row> = if answer.is_single_row {
        vec![read(&answer, total)]
    } else {
        rest.into_iter().map(|row| read(&answer, row)).collect()
    };
    rows.sort_by(|left, right| order(&answer, left, right));
    let limit = answer.limit.unwrap_or(usize::MAX);
    let is_truncated = raw.is_truncated || rows.len() > limit;
    rows.truncate(limit);

    let write = |row: Row, is_total: bool| {
        let blank = |cell: Cell| if is_total { Cell::Null } else { cell };
        let mut cells = Vec::with_capacity(answer.columns.len());
        if answer.has_bucket {
            cells.push(blank(row.date));
        }
        cells.extend(row.dimensions.into_iter().map(blank));
        cells.extend(
            row.figures
                .iter()
                .zip(&answer.metrics)
                .map(|(figure, asked)| figure.cell(asked.metric.unit, answer.currency)),
        );
        cells
    };
    let totals = write(totals, true);
    let rows: Vec<Vec<Cell>> = rows.into_iter().map(|row| write(row, false)).collect();
    let meta = Meta {
        data_version: raw.data_version,
        rows: rows.len(),
        is_truncated,
        ..answer.meta.clone()
    };
    ResultTable {
        columns: answer.columns.clone(),
        rows,
        totals,
        meta,
    }
}

fn is_total(row: &[Cell]) -> bool {
    matches!(row.first(), Some(Cell::Integer(flag)) if *flag != 0)
}

fn read(answer: &Answer, row: &[Cell]) -> Row {
    let cell = |at: usize| row.get(at).cloned().unwrap_or(Cell::Null);
    let components: Vec<Value> = answer
        .leaves
        .iter()
        .enumerate()
        .map(|(at, used)| match row.get(answer.first_leaf + at).map(Value::of) {
            Some(Value::Null) | None if used.leaf.fact.is_zero_when_absent() => Value::ZERO,
            Some(value) => value,
            None => Value::Null,
        })
        .collect();
    Row {
        date: if answer.has_bucket { cell(1) } else { Cell::Null },
        dimensions: answer.shown.iter().map(|at| cell(*at)).collect(),
        figures: answer
            .metrics
            .iter()
            .map(|asked| evaluate(answer, asked.metric, asked.model, &components))
            .collect(),
    }
}

/// A metric from the components of its row.
fn evaluate(answer: &Answer, metric: &Metric, model: Option<Model>, components: &[Value]) -> Value {
    match &metric.definition {
        Definition::Leaf(_) => {
            let at = answer
                .leaves
                .iter()
                .position(|used| used.is(metric, model))
                .expect("every leaf of a metric is in the plan");
            components[at]
        }
        Definition::Formula(formula) => {
            let part = |key: &str| evaluate(answer, answer.catalogue.part(key), model, components);
            let mut numerator = Value::ZERO;
            for (key, is_negative) in formula.terms() {
                let term = part(key);
                numerator = numerator.plus(if is_negative { term.negated() } else { term });
            }
            numerator.divided(part(&formula.denominator), formula.times, metric.unit)
        }
    }
}

/// The asked order; where it leaves rows equal, and where nothing is asked: time, then the first metric from the largest, then the
/// dimensions. Rows without a value come last in either direction.
fn order(answer: &Answer, left: &Row, right: &Row) -> Ordering {
    for (target, descending) in &answer.sort {
        let ordering = match target {
            SortTarget::Date => cells(&left.date, &right.date, *descending),
            SortTarget::Dimension(at) => cells(&left.dimensions[*at], &right.dimensions[*at], *descending),
            SortTarget::Metric(at) => figures(left.figures[*at], right.figures[*at], *descending),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    let first = |row: &Row| row.figures.first().copied().unwrap_or(Value::Null);
    let dimensions = || {
        left.dimensions
            .iter()
            .zip(&right.dimensions)
            .map(|(left, right)| cells(left, right, false))
            .find(|found| *found != Ordering::Equal)
    };
    cells(&left.date, &right.date, false)
        .then_with(|| figures(first(left), first(right), true))
        .then_with(|| dimensions().unwrap_or(Ordering::Equal))
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

fn cells(left: &Cell, right: &Cell, descending: bool) -> Ordering {
    let text = |cell: &Cell| match cell {
        Cell::Text(text) | Cell::Decimal(text) => Some(text.clone()),
        Cell::Integer(number) => Some(number.to_string()),
        Cell::Number(number) => Some(number.to_string()),
        Cell::Bool(flag) => Some(flag.to_string()),
        Cell::Null => None,
    };
    match (text(left), text(right)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(left), Some(right)) if descending => right.cmp(&left),
        (Some(left), Some(right)) => left.cmp(&right),
    }
}

#[cfg(test)]
mod tests;
