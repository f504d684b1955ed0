//! One table's columns as Arrow, Parquet and DuckLake see them.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::basic::{LogicalType, Repetition, TimeUnit as ParquetTimeUnit, Type as PhysicalType};
use parquet::schema::types::{SchemaDescriptor, Type};
use types::tables::ColumnType;

use crate::{Error, Result};

/// A column of a table at a snapshot. `id` is the Parquet field id and the DuckLake column id; it is never given to another column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub id: i64,
    pub name: String,
    pub kind: ColumnType,
    pub nullable: bool,
}

/// A field that an organisation registers beyond the standard columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewColumn {
    pub name: String,
    pub kind: ColumnType,
}

/// The columns as an Arrow schema without metadata: ids FixedSizeBinary(16), text Utf8, money Decimal128(18, 6), rates
/// Decimal128(18, 9), instants Timestamp(µs, "UTC"), dates Date32.
pub(crate) fn arrow_schema(columns: &[Column]) -> SchemaRef {
    Arc::new(Schema::new(
        columns
            .iter()
            .map(|column| Field::new(&column.name, arrow_type(column.kind), column.nullable))
            .collect::<Vec<_>>(),
    ))
}

pub(crate) fn arrow_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Uuid => DataType::FixedSizeBinary(16),
        ColumnType::Text | ColumnType::Json => DataType::Utf8,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Float => DataType::Float64,
        ColumnType::Decimal => DataType::Decimal128(18, 6),
        ColumnType::Rate => DataType::Decimal128(18, 9),
        ColumnType::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Date => DataType::Date32,
    }
}

/// The type as DuckLake's `ducklake_column.column_type` spells it.
pub(crate) fn ducklake_type(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Uuid => "uuid",
        ColumnType::Text | ColumnType::Json => "varchar",
        ColumnType::Bool => "boolean",
        ColumnType::Integer => "int64",
        ColumnType::Float => "float64",
        ColumnType::Decimal => "decimal(18,6)",
        ColumnType::Rate => "decimal(18,9)",
        ColumnType::Instant => "timestamptz",
        ColumnType::Date => "date",
    }
}

pub(crate) fn kind_of_ducklake_type(text: &str) -> Result<ColumnType> {
    Ok(match text {
        "uuid" => ColumnType::Uuid,
        "varchar" => ColumnType::Text,
        "boolean" => ColumnType::Bool,
        "int64" => ColumnType::Integer,
        "float64" => ColumnType::Float,
        "decimal(18,6)" => ColumnType::Decimal,
        "decimal(18,9)" => ColumnType::Rate,
        "timestamptz" => ColumnType::Instant,
        "date" => ColumnType::Date,
        other => {
            let reason = format!("column type `{other}` is not one that Tributary writes");
            return Err(Error::Catalogue {
                place: "ducklake_column".into(),
                reason,
            });
        }
    })
}

/// The Parquet schema with field ids and logical types, written out by hand so that Arrow needs no extension types for UUID.
pub(crate) fn parquet_schema(columns: &[Column]) -> Result<SchemaDescriptor> {
    let fields = columns
        .iter()
        .map(|column| parquet_field(column).map(Arc::new))
        .collect::<Result<Vec<_>>>()?;
    let root = Type::group_type_builder("schema").with_fields(fields).build()?;
    Ok(SchemaDescriptor::new(Arc::new(root)))
}

fn parquet_field(column: &Column) -> Result<Type> {
    let decimal = |scale| (PhysicalType::INT64, Some(LogicalType::decimal(scale, 18)));
    let (physical, logical) = match column.kind {
        ColumnType::Uuid => (PhysicalType::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::Uuid)),
        ColumnType::Text | ColumnType::Json => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
        ColumnType::Bool => (PhysicalType::BOOLEAN, None),
        ColumnType::Integer => (PhysicalType::INT64, None),
        ColumnType::Float => (PhysicalType::DOUBLE, None),
        ColumnType::Decimal => decimal(6),
        ColumnType::Rate => decimal(9),
        ColumnType::Instant => (PhysicalType::INT64, Some(LogicalType::timestamp(true, ParquetTimeUnit::MICROS))),
        ColumnType::Date => (PhysicalType::INT32, Some(LogicalType::Date)),
    };
    let id = i32::try_from(column.id).expect("column ids are counted from 1");
    let mut builder = Type::primitive_type_builder(&column.name, physical)
        .with_repetition(if column.nullable { Repetition::OPTIONAL } else { Repetition::REQUIRED })
        .with_logical_type(logical)
        .with_id(Some(id));
    builder = match column.kind {
        ColumnType::Uuid => builder.with_length(16),
        ColumnType::Decimal => builder.with_precision(18).with_scale(6),
        ColumnType::Rate => builder.with_precision(18).with_scale(9),
        _ => builder,
    };
    Ok(builder.build()?)
}
