//! The lake's tables, one documented file each. From these the lake makes its schema and `cargo xtask gen` makes
//! `docs/reference/tables.md`.

pub mod customer_journey_tracking;
pub mod quarantine;
pub mod reference;
pub mod revenue_attribution;
pub mod touch_costs;
pub mod unified_marketing_data;

/// A table of the lake.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    /// What one row is, and what the table is for.
    pub doc: &'static str,
    pub columns: &'static [Column],
    /// Columns that every file of the table is sorted by, in order. `unified_marketing_data` has one order a layout instead.
    pub sort: &'static [&'static str],
}

/// A column: its name is never reused for another meaning, because older files are read by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: ColumnType,
    pub nullable: bool,
    pub doc: &'static str,
}

/// Logical types; the lake maps them to Arrow, Parquet and DuckLake types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    Uuid,
    Text,
    /// JSON text.
    Json,
    Bool,
    Integer,
    Float,
    /// Exact decimal DECIMAL(18, 6): money in major units, or another exact number.
    Decimal,
    /// Exact decimal DECIMAL(18, 9): exchange rates.
    Rate,
    /// Instant, UTC microseconds.
    Instant,
    /// Civil date.
    Date,
}

impl ColumnType {
    pub const ALL: [Self; 10] = [
        Self::Uuid,
        Self::Text,
        Self::Json,
        Self::Bool,
        Self::Integer,
        Self::Float,
        Self::Decimal,
        Self::Rate,
        Self::Instant,
        Self::Date,
    ];

    /// The name under which the type is stored; never change one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Text => "text",
            Self::Json => "json",
            Self::Bool => "bool",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Decimal => "decimal",
            Self::Rate => "rate",
            Self::Instant => "instant",
            Self::Date => "date",
        }
    }

    /// Reads what [`ColumnType::as_str`] gives.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The SQL type shown in the reference, as DuckDB spells it.
    pub const fn sql(self) -> &'static str {
        match self {
            Self::Uuid => "UUID",
            Self::Text => "VARCHAR",
            Self::Json => "JSON text",
            Self::Bool => "BOOLEAN",
            Self::Integer => "BIGINT",
            Self::Float => "DOUBLE",
            Self::Decimal => "DECIMAL(18,6)",
            Self::Rate => "DECIMAL(18,9)",
            Self::Instant => "TIMESTAMPTZ",
            Self::Date => "DATE",
        }
    }
}

/// Every table of a lake, in the order in which the reference shows them.
pub const ALL: &[&Table] = &[
    &unified_marketing_data::TABLE,
    &customer_journey_tracking::TABLE,
    &touch_costs::TABLE,
    &revenue_attribution::TABLE,
    &quarantine::TABLE,
];

pub(crate) const fn required(name: &'static str, kind: ColumnType, doc: &'static str) -> Column {
    Column {
        name,
        kind,
        nullable: false,
        doc,
    }
}

pub(crate) const fn optional(name: &'static str, kind: ColumnType, doc: &'static str) -> Column {
    Column {
        name,
        kind,
        nullable: true,
        doc,
    }
}
