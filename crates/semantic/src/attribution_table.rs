//! Revenue and conversions by model: who earned what, and what nobody earned.

use attribution::{Model, Settings, Variant};
use serde::Serialize;
use types::TimeGrain;

use crate::decimal::Decimal;
use crate::engine::{Plan, RawTable};
use crate::plan::{self, Organization, Prepared};
use crate::problem::{Problem, ProblemCode, QueryError};
use crate::query::{DateBasis, Filter, Query};
use crate::result::{Cell, Column, ColumnRole, Meta, ResultTable};

pub mod intervals;
mod settle;

/// Tells attributed rows from unattributed ones, where a touch may have no channel either.
const STATUS: &str = "attribution_status";
/// Tells the settings apart that are compared.
const VERSION: &str = "settings_version";

/// What is asked: `POST /api/analytics/attribution/calculate`, `tributary attribute`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributionQuestion {
    /// Dimensions of credits: `channel`, `campaign` …
    pub by: Vec<String>,
    /// Each once.
    pub models: Vec<Model>,
    /// The organisation's own if absent.
    pub settings: Option<Settings>,
    /// Several settings side by side, in one pass; ask by `settings_version` to tell them apart. Instead of `settings`.
    pub variants: Vec<Variant>,
    /// First and last day, both included; over all time if both are absent.
    pub from: Option<String>,
    pub to: Option<String>,
    pub zone: Option<String>,
    pub filters: Vec<Filter>,
    pub date_basis: DateBasis,
}

/// Version under which settings are tried beside the saved ones, which count from 0.
const TRIED: i64 = -1;

/// Saved settings and tried ones side by side, for [`AttributionQuestion::variants`]; and which versions are of either side, for
/// [`PreparedAttribution::finish_versions`].
pub fn tried_beside(history: &[Variant], tried: Settings) -> (Vec<Variant>, [Vec<i64>; 2]) {
    let saved = history.iter().map(|variant| variant.version).collect();
    let variants = history.iter().cloned().chain([Variant::always(TRIED, tried)]).collect();
    (variants, [saved, vec![TRIED]])
}

/// The plan of an attribution table.
#[derive(Clone, Debug)]
pub struct PreparedAttribution {
    prepared: Prepared,
    models: Vec<Model>,
    shows_status: bool,
    currency: types::Currency,
}

/// For every model, revenue and conversions of every row add up to its totals, and those are equal for all models.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttributionTable {
    /// Columns of the rows' dimensions.
    pub dimensions: Vec<Column>,
    /// By model, then revenue from the largest, unattributed revenue last.
    pub rows: Vec<AttributionRow>,
    pub totals: Vec<AttributionTotal>,
    pub meta: Meta,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttributionRow {
    pub model: Model,
    /// In the order of the table's columns; null for what is unattributed.
    pub dimensions: Vec<Cell>,
    pub is_unattributed: bool,
    /// Decimal text in whole minor units of the reporting currency, refunds deducted; the rows of a model add up to its total.
    pub revenue: String,
    pub conversions: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttributionTotal {
    pub model: Model,
    /// Attributed and unattributed.
    pub revenue: String,
    pub conversions: f64,
}

/// The inner question, and whether its status column is shown.
fn query(question: &AttributionQuestion) -> (Query, bool) {
    let shows_status = question.by.iter().any(|key| key == STATUS);
    let mut dimensions = question.by.clone();
    if !shows_status {
        dimensions.push(STATUS.to_owned());
    }
    let metrics = question
        .models
        .iter()
        .flat_map(|model| [format!("attributed_revenue{{{model}}}"), format!("attributed_conversions{{{model}}}")]);
    let query = Query {
        metrics: metrics.collect(),
        dimensions,
        filters: question.filters.clone(),
        from: question.from.clone().unwrap_or_default(),
        to: question.to.clone().unwrap_or_default(),
        grain: TimeGrain::Total,
        zone: question.zone.clone(),
        attribution: question.settings.clone(),
        date_basis: question.date_basis,
        sort: Vec::new(),
        limit: None,
    };
    (query, shows_status)
}

/// Plans the table. Problems point into the question: `/by/0`, `/from`, `/models`.
pub fn attribution_table(question: &AttributionQuestion, organization: &Organization<'_>) -> Result<PreparedAttribution, QueryError> {
    let (query, shows_status) = query(question);
    let compared = Organization {
        history: &question.variants,
        ..*organization
    };
    let organization = if question.variants.is_empty() { organization } else { &compared };
    let prepared = match (&question.from, &question.to) {
        (None, None) => plan::plan_all_time(&query, organization),
        (Some(_), Some(_)) => plan::plan(&query, organization),
        (Some(_), None) => Err(missing("/to", "give the last day as well, or leave both days out for all time")),
        (None, Some(_)) => Err(missing("/from", "give the first day as well, or leave both days out for all time")),
    };
    match prepared {
        Ok(prepared) => Ok(PreparedAttribution {
            prepared,
            models: question.models.clone(),
            shows_status,
            currency: organization.currency,
        }),
        Err(error) => Err(in_words_of_the_question(error)),
    }
}

fn missing(pointer: &str, message: &str) -> QueryError {
    QueryError {
        problems: vec![Problem::new(pointer, ProblemCode::Missing, message)],
    }
}

/// Pointers into the inner query become pointers into the question.
fn in_words_of_the_question(error: QueryError) -> QueryError {
    let problems = error.problems.into_iter().map(|mut problem| {
        for (inner, outer) in [("/dimensions", "/by"), ("/metrics", "/models"), ("/attribution", "/settings")] {
            if let Some(rest) = problem.pointer.strip_prefix(inner) {
                problem.pointer = format!("{outer}{}", if inner == "/metrics" { "" } else { rest });
                break;
            }
        }
        if problem.code == ProblemCode::Missing && problem.pointer == "/models" {
            problem.message = "name at least one attribution model, such as `linear`".to_owned();
        }
        problem
    });
    QueryError {
        problems: problems.collect(),
    }
}

impl PreparedAttribution {
    pub fn plan(&self) -> &Plan {
        &self.prepared.plan
    }

    pub fn finish(self, raw: RawTable) -> AttributionTable {
        let Self {
            prepared,
            models,
            shows_status,
            currency,
        } = self;
        let ResultTable { columns, rows, totals, meta } = prepared.finish(raw);
        let layout = Layout::of(&columns, shows_status, currency);
        layout.table(&models, &columns, rows, &totals, meta)
    }

    /// One table for each group of settings versions; the question must be asked by `settings_version`. Every group's rows add up to its
    /// own totals.
    pub fn finish_versions(self, raw: RawTable, groups: &[Vec<i64>]) -> Vec<AttributionTable> {
        let Self {
            prepared,
            models,
            shows_status,
            currency,
        } = self;
        let ResultTable { columns, rows, meta, .. } = prepared.finish(raw);
        let version_at = columns.iter().position(|column| column.id == VERSION);
        let mut layout = Layout::of(&columns, shows_status, currency);
        layout.shown.retain(|at| Some(*at) != version_at);
        let of_group = |versions: &Vec<i64>| {
            let is_in =
                |cells: &&Vec<Cell>| version_at.is_some_and(|at| versions.iter().any(|version| cells[at] == Cell::Text(version.to_string().into())));
            let rows: Vec<Vec<Cell>> = rows.iter().filter(is_in).cloned().collect();
            let totals = layout.sums(&columns, &rows);
            layout.table(&models, &columns, rows, &totals, meta.clone())
        };
        groups.iter().map(of_group).collect()
    }
}

/// Where the parts of a row are.
struct Layout {
    status: usize,
    first_metric: usize,
    /// Dimensions that are shown.
    shown: Vec<usize>,
    currency: types::Currency,
}

impl Layout {
    fn of(columns: &[Column], shows_status: bool, currency: types::Currency) -> Self {
        let status = columns
            .iter()
            .position(|column| column.id == STATUS)
            .expect("the status is among the columns");
        let first_metric = columns
            .iter()
            .position(|column| column.role == ColumnRole::Metric)
            .expect("models are metrics");
        Self {
            status,
            first_metric,
            shown: (0..first_metric).filter(|at| *at != status || shows_status).collect(),
            currency,
        }
    }

    /// Sums of the metrics; nothing for the dimensions.
    fn sums(&self, columns: &[Column], rows: &[Vec<Cell>]) -> Vec<Cell> {
        let sum = |at: usize| match (at - self.first_metric) % 2 {
            0 => Cell::Decimal(Decimal::new(rows.iter().map(|cells| i128::from(micros(&money(&cells[at])))).sum(), 6, 0)),
            _ => Cell::Number(rows.iter().map(|cells| number(&cells[at])).sum()),
        };
        (0..columns.len())
            .map(|at| if at < self.first_metric { Cell::Null } else { sum(at) })
            .collect()
    }

    fn table(&self, models: &[Model], columns: &[Column], rows: Vec<Vec<Cell>>, totals: &[Cell], meta: Meta) -> AttributionTable {
        let mut table = AttributionTable {
            dimensions: self.shown.iter().map(|at| columns[*at].clone()).collect(),
            rows: Vec::new(),
            totals: Vec::new(),
            meta,
        };
        for (at, model) in models.iter().enumerate() {
            let first = self.first_metric + 2 * at;
            let figures = |cells: &[Cell]| (money(&cells[first]), number(&cells[first + 1]));
            let mut of_model: Vec<AttributionRow> = rows
                .iter()
                .map(|cells| {
                    let (revenue, conversions) = figures(cells);
                    let is_unattributed = cells[self.status] == Cell::Text("unattributed".into());
                    AttributionRow {
                        model: *model,
                        dimensions: self.shown.iter().map(|at| cells[*at].clone()).collect(),
                        is_unattributed,
                        revenue,
                        conversions,
                    }
                })
                .collect();
            // Stable: rows that are equal here keep the order of the result, which is that of their dimensions.
            of_model.sort_by_key(|row| (row.is_unattributed, std::cmp::Reverse(micros(&row.revenue))));
            let (exact, conversions) = figures(totals);
            let revenue = settle::settle(&mut of_model, &exact, !table.meta.is_truncated, self.currency);
            table.rows.extend(of_model);
            table.totals.push(AttributionTotal {
                model: *model,
                revenue,
                conversions,
            });
        }
        table.meta.rows = table.rows.len();
        table
    }
}

fn money(cell: &Cell) -> String {
    match cell {
        Cell::Decimal(decimal) => decimal.to_string(),
        Cell::Null | Cell::Text(_) | Cell::Integer(_) | Cell::Number(_) | Cell::Bool(_) => "0".to_owned(),
    }
}

fn number(cell: &Cell) -> f64 {
    match cell {
        Cell::Number(number) => *number,
        Cell::Integer(number) => *number as f64,
        Cell::Null | Cell::Text(_) | Cell::Decimal(_) | Cell::Bool(_) => 0.0,
    }
}

fn micros(amount: &str) -> i64 {
    types::money::parse_micros(amount).unwrap_or(0)
}

#[cfg(test)]
mod tests;
