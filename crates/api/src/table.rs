//! A table as JSON: columns with units, rows, totals, and what the figures were computed from.

use semantic::{Cell, Column, ColumnRole, Meta, ResultTable, Unit};
use serde::Serialize;
use types::TimeGrain;
use utoipa::ToSchema;

/// `totals` is one row over everything the filters let through, not over the rows shown, and null where `columns` is a dimension.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Table)]
pub(crate) struct TableBody {
    pub(crate) columns: Vec<ColumnBody>,
    pub(crate) rows: Vec<Vec<CellBody>>,
    pub(crate) totals: Vec<CellBody>,
    pub(crate) meta: MetaBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Column)]
pub(crate) struct ColumnBody {
    /// `date`, a dimension's key, or a metric as asked.
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) role: RoleBody,
    pub(crate) unit: UnitBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ColumnRole)]
pub(crate) enum RoleBody {
    Time,
    Dimension,
    Metric,
}

/// How a value is written.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = Unit)]
pub(crate) enum UnitBody {
    /// Exact decimal text, in this currency.
    Money {
        currency: String,
    },
    Count,
    Ratio,
    /// A ratio that is shown as a percentage: 0.042 is 4.2 %.
    Percent,
    Text,
    Date,
    Instant,
    Uuid,
}

/// Money is exact decimal text; ratios are finite numbers; absent or undefined (such as a division by zero) is null.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Cell)]
pub(crate) enum CellBody {
    Null,
    Text(String),
    Integer(i64),
    Number(f64),
    Bool(bool),
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Meta)]
pub(crate) struct MetaBody {
    /// First day, included.
    pub(crate) from: String,
    /// Last day, included.
    pub(crate) to: String,
    pub(crate) zone: String,
    pub(crate) grain: GrainBody,
    /// The reporting currency.
    pub(crate) currency: String,
    /// The data version that was read: equal versions give equal answers.
    pub(crate) data_version: i64,
    pub(crate) rows: usize,
    /// True where a limit cut the rows; the totals are over everything all the same.
    pub(crate) is_truncated: bool,
    pub(crate) warnings: Vec<String>,
}

/// The period that one row covers.
#[derive(Clone, Copy, Debug, serde::Deserialize, Serialize, ToSchema)]
#[schema(as = Grain)]
pub(crate) enum GrainBody {
    #[serde(rename = "15min")]
    FifteenMinutes,
    #[serde(rename = "hour")]
    Hour,
    #[serde(rename = "day")]
    Day,
    #[serde(rename = "week")]
    Week,
    #[serde(rename = "month")]
    Month,
    #[serde(rename = "quarter")]
    Quarter,
    #[serde(rename = "year")]
    Year,
    #[serde(rename = "total")]
    Total,
}

impl From<ResultTable> for TableBody {
    fn from(table: ResultTable) -> Self {
        let cells = |row: Vec<Cell>| row.into_iter().map(CellBody::from).collect();
        Self {
            columns: table.columns.into_iter().map(ColumnBody::from).collect(),
            rows: table.rows.into_iter().map(cells).collect(),
            totals: cells(table.totals),
            meta: table.meta.into(),
        }
    }
}

impl From<Column> for ColumnBody {
    fn from(column: Column) -> Self {
        let role = match column.role {
            ColumnRole::Time => RoleBody::Time,
            ColumnRole::Dimension => RoleBody::Dimension,
            ColumnRole::Metric => RoleBody::Metric,
        };
        let unit = match column.unit {
            Unit::Money { currency } => UnitBody::Money { currency },
            Unit::Count => UnitBody::Count,
            Unit::Ratio => UnitBody::Ratio,
            Unit::Percent => UnitBody::Percent,
            Unit::Text => UnitBody::Text,
            Unit::Date => UnitBody::Date,
            Unit::Instant => UnitBody::Instant,
            Unit::Uuid => UnitBody::Uuid,
        };
        Self {
            id: column.id,
            label: column.label,
            role,
            unit,
        }
    }
}

impl From<Cell> for CellBody {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Text(text) => Self::Text(text.as_ref().to_owned()),
            Cell::Decimal(decimal) => Self::Text(decimal.to_string()),
            Cell::Integer(integer) => Self::Integer(integer),
            // A number that is not finite is no number in JSON.
            Cell::Number(number) if number.is_finite() => Self::Number(number),
            Cell::Number(_) => Self::Null,
            Cell::Bool(bool) => Self::Bool(bool),
        }
    }
}

impl From<Meta> for MetaBody {
    fn from(meta: Meta) -> Self {
        Self {
            from: meta.from,
            to: meta.to,
            zone: meta.zone,
            grain: meta.grain.into(),
            currency: meta.currency,
            data_version: meta.data_version,
            rows: meta.rows,
            is_truncated: meta.is_truncated,
            warnings: meta.warnings,
        }
    }
}

impl From<TimeGrain> for GrainBody {
    fn from(grain: TimeGrain) -> Self {
        match grain {
            TimeGrain::FifteenMinutes => Self::FifteenMinutes,
            TimeGrain::Hour => Self::Hour,
            TimeGrain::Day => Self::Day,
            TimeGrain::Week => Self::Week,
            TimeGrain::Month => Self::Month,
            TimeGrain::Quarter => Self::Quarter,
            TimeGrain::Year => Self::Year,
            TimeGrain::Total => Self::Total,
        }
    }
}

impl From<GrainBody> for TimeGrain {
    fn from(grain: GrainBody) -> Self {
        match grain {
            GrainBody::FifteenMinutes => Self::FifteenMinutes,
            GrainBody::Hour => Self::Hour,
            GrainBody::Day => Self::Day,
            GrainBody::Week => Self::Week,
            GrainBody::Month => Self::Month,
            GrainBody::Quarter => Self::Quarter,
            GrainBody::Year => Self::Year,
            GrainBody::Total => Self::Total,
        }
    }
}
