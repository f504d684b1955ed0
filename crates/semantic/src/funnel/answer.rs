//! Steps of several answers, side by side.

use std::collections::BTreeMap;

use attribution::Settings;

use super::{Asking, Funnel, FunnelRow, Known, PartOf, ROWS_MAX, Step, StepFigures};
use crate::catalogue::MetricUnit;
use crate::engine::RawTable;
use crate::result::{Cell, ColumnRole, ResultTable};
use crate::row::Reader;
use crate::value::Value;
use types::Currency;

/// Steps of one row: now, and in what is compared with.
type Components = [[Value; Step::ALL.len()]; 2];

const NOTHING: Components = [[Value::Null; Step::ALL.len()]; 2];

pub(super) fn known(raw: &RawTable, settings: &Settings, wanted: &[String]) -> Known {
    let mut known = Known::default();
    for cells in &raw.rows {
        let mut row = Reader::new(cells);
        match (row.text().as_deref(), row.text()) {
            (Some("touch"), _) => known.has_touches = true,
            (_, Some(kind)) if settings.conversion_types.contains(&kind) => known.has_orders = true,
            (_, _) => {}
        }
    }
    known.goals = goals(raw, settings);
    if !wanted.is_empty() {
        known.goals.retain(|goal| wanted.contains(goal));
    }
    known
}

/// Types of conversions that are no orders.
pub(super) fn goals(raw: &RawTable, settings: &Settings) -> Vec<String> {
    let mut goals: Vec<String> = raw
        .rows
        .iter()
        .filter_map(|cells| {
            let mut row = Reader::new(cells);
            let (_, kind) = (row.text(), row.text());
            kind.filter(|kind| !settings.conversion_types.contains(kind))
        })
        .collect();
    goals.sort();
    goals.dedup();
    goals
}

/// The funnel, once every part is answered.
pub(super) fn funnel(asking: Asking) -> Funnel {
    let known = asking.known.clone().unwrap_or_default();
    let mut total = NOTHING;
    let mut rows: BTreeMap<Option<String>, (Option<String>, Components)> = BTreeMap::new();
    for (of, table) in &asking.answered {
        let (steps, at) = steps_of(*of);
        let metrics = metrics_of(table);
        for (step, metric) in steps.iter().zip(&metrics) {
            total[at][*step as usize] = Value::of(&table.totals[*metric]);
        }
        let (key_column, name_column) = (0, metrics.first().copied().unwrap_or(1).saturating_sub(1));
        for cells in &table.rows {
            let row = rows.entry(text(&cells[key_column])).or_insert((None, NOTHING));
            row.0 = row.0.take().max(text(&cells[name_column]));
            for (step, metric) in steps.iter().zip(&metrics) {
                row.1[at][*step as usize] = Value::of(&cells[*metric]);
            }
        }
    }
    for (_, components) in rows.values_mut() {
        fill_own(components, &known);
    }
    // Of totals an absent part is not covered, and an empty one is nothing.
    zero_where_recorded(&mut total, &known);
    if asking.compared().is_none() {
        total[1] = NOTHING[1];
        for (_, components) in rows.values_mut() {
            components[1] = NOTHING[1];
        }
    }
    let mut ranked: Vec<_> = rows.into_iter().collect();
    let rank = |components: &Components, step: Step| number(components[0][step as usize]);
    ranked.sort_by(|(one_key, (_, one)), (other_key, (_, other))| {
        let by = |step| rank(other, step).total_cmp(&rank(one, step));
        by(Step::Revenue)
            .then_with(|| by(Step::Visits))
            .then_with(|| by(Step::Impressions))
            .then_with(|| one_key.cmp(other_key))
    });
    let rest = ranked.split_off(ranked.len().min(ROWS_MAX));
    let others = (!rest.is_empty()).then(|| {
        let sum = rest.iter().fold(NOTHING, |sum, (_, (_, row))| added(sum, row));
        figures(None, None, &sum, asking.currency, true)
    });
    let currency = asking.currency;
    Funnel {
        compared: asking.compared(),
        zone: asking.zone,
        currency,
        total: figures(None, None, &total, currency, true),
        rows: ranked
            .into_iter()
            .map(|(key, (name, components))| {
                let has_rates = key.is_some();
                figures(key, name, &components, currency, has_rates)
            })
            .collect(),
        others,
        by: asking.question.by,
        model: asking.question.model,
        date_basis: asking.question.date_basis,
        from: asking.question.from,
        to: asking.question.to,
        goals: known.goals,
        data_version: asking.data_version.unwrap_or_default(),
    }
}

const fn steps_of(of: PartOf) -> (&'static [Step], usize) {
    match of {
        PartOf::Platform { is_compared } => (&[Step::Impressions, Step::Clicks], is_compared as usize),
        PartOf::Visits { is_compared } => (&[Step::Visits], is_compared as usize),
        PartOf::Leads { is_compared } => (&[Step::Leads], is_compared as usize),
        PartOf::Orders { is_compared } => (&[Step::Orders, Step::Revenue], is_compared as usize),
    }
}

/// Places of the metrics' columns.
fn metrics_of(table: &ResultTable) -> Vec<usize> {
    let columns = table.columns.iter().enumerate();
    columns
        .filter(|(_, column)| column.role == ColumnRole::Metric)
        .map(|(at, _)| at)
        .collect()
}

/// Our own steps of a row: of what our records know nothing at all, they are not covered; otherwise what was not counted is 0.
fn fill_own(components: &mut Components, known: &Known) {
    for steps in components {
        let own = [Step::Visits, Step::Leads, Step::Orders, Step::Revenue];
        if own.iter().any(|step| number(steps[*step as usize]) != 0.0) {
            zero(steps, known);
        } else {
            for step in Step::ALL.iter().skip(Step::Visits as usize) {
                steps[*step as usize] = Value::Null;
            }
        }
    }
}

fn zero_where_recorded(components: &mut Components, known: &Known) {
    for steps in components {
        zero(steps, known);
    }
}

fn zero(steps: &mut [Value; Step::ALL.len()], known: &Known) {
    let recorded = [
        (Step::Visits, known.has_touches),
        (Step::Leads, !known.goals.is_empty()),
        (Step::Orders, known.has_orders),
        (Step::Revenue, known.has_orders),
    ];
    for (step, is_recorded) in recorded {
        if is_recorded && steps[step as usize] == Value::Null {
            steps[step as usize] = Value::ZERO;
        }
    }
}

/// Component by component; what one side does not have is the other's.
fn added(sum: Components, row: &Components) -> Components {
    let mut out = sum;
    for (sums, parts) in out.iter_mut().zip(row) {
        for (sum, part) in sums.iter_mut().zip(parts) {
            *sum = match (*sum, *part) {
                (Value::Null, other) | (other, Value::Null) => other,
                (one, other) => one.plus(other),
            };
        }
    }
    out
}

fn figures(key: Option<String>, name: Option<String>, components: &Components, currency: Currency, has_rates: bool) -> FunnelRow {
    let steps = Step::ALL
        .iter()
        .map(|step| {
            let unit = match step {
                Step::Revenue => MetricUnit::Money,
                Step::Impressions | Step::Clicks | Step::Visits | Step::Leads | Step::Orders => MetricUnit::Count,
            };
            let value = |at: usize| components[at][*step as usize].cell(unit, currency);
            let rate = |at: usize| match step.rate_of() {
                Some(of) if has_rates => {
                    let unit = if *step == Step::Revenue {
                        MetricUnit::Money
                    } else {
                        MetricUnit::Percent
                    };
                    components[at][*step as usize]
                        .divided(components[at][of as usize], 1, unit)
                        .cell(unit, currency)
                }
                Some(_) | None => Cell::Null,
            };
            StepFigures {
                step: *step,
                value: value(0),
                rate: rate(0),
                compared_value: value(1),
                compared_rate: rate(1),
            }
        })
        .collect();
    FunnelRow { key, name, steps }
}

fn number(value: Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Exact(micros) => micros as f64,
        Value::Number(number) => number * 1e6,
    }
}

fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text.to_string()),
        Cell::Null | Cell::Integer(_) | Cell::Number(_) | Cell::Decimal(_) | Cell::Bool(_) => None,
    }
}
