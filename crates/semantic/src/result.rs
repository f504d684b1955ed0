//! An answer: a small table without Arrow, as the API, the exports and the command line show it.

use serde::Serialize;
use types::{Text, TimeGrain};

use crate::decimal::Decimal;

/// Rows in the order of `columns`; `totals` is one row over everything the filters let through, not over the rows shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResultTable {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// Same length as `columns`; dimension cells are null. Computed from components, never from the rows' ratios.
    pub totals: Vec<Cell>,
    pub meta: Meta,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// `date`, a dimension key, or a metric as asked (`attributed_revenue{linear}`).
    pub id: String,
    pub label: String,
    pub role: ColumnRole,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    Time,
    Dimension,
    Metric,
}

/// How a value is written and which direction of change is good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Unit {
    Money { currency: String },
    Count,
    Ratio,
    Percent,
    Text,
    Date,
    Instant,
    Uuid,
}

/// A value. Money is exact decimal text; ratios are finite numbers; absent or undefined is null.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    Null,
    Text(Text),
    Integer(i64),
    Number(f64),
    /// Exact, written as text such as `1234.56`.
    Decimal(Decimal),
    Bool(bool),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Meta {
    pub from: String,
    pub to: String,
    pub zone: String,
    pub grain: TimeGrain,
    pub currency: String,
    /// The data version that was read; equal versions give equal answers.
    pub data_version: i64,
    pub rows: usize,
    /// True where `limit` or the row cap cut the answer; totals are over everything all the same.
    pub is_truncated: bool,
    pub warnings: Vec<String>,
}
