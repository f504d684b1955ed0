//! A registered field of the organisation as a column.

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field};
use types::FieldValue;

use super::column::{Column, IdBuilder};
use super::refused;
use crate::Result;
use crate::stats::days_of_date;

#[derive(Debug)]
pub(super) struct CustomColumn {
    pub(super) name: String,
    values: Values,
}

#[derive(Debug)]
enum Values {
    /// Rows have no such values: always null.
    Id(Column<IdBuilder>),
    Text(Column<StringBuilder>),
    Bool(Column<BooleanBuilder>),
    Integer(Column<Int64Builder>),
    Float(Column<Float64Builder>),
    Decimal(Column<Decimal128Builder>),
    Instant(Column<TimestampMicrosecondBuilder>),
    Date(Column<Date32Builder>),
}

impl CustomColumn {
    pub(super) fn new(field: &Field, capacity: usize) -> Result<Self> {
        let kind = field.data_type();
        let values = match kind {
            DataType::FixedSizeBinary(16) => Column::new(kind, capacity).map(Values::Id),
            DataType::Utf8 => Column::new(kind, capacity).map(Values::Text),
            DataType::Boolean => Column::new(kind, capacity).map(Values::Bool),
            DataType::Int64 => Column::new(kind, capacity).map(Values::Integer),
            DataType::Float64 => Column::new(kind, capacity).map(Values::Float),
            DataType::Decimal128(_, _) => Column::new(kind, capacity).map(Values::Decimal),
            DataType::Timestamp(_, _) => Column::new(kind, capacity).map(Values::Instant),
            DataType::Date32 => Column::new(kind, capacity).map(Values::Date),
            _ => None,
        };
        let name = field.name().clone();
        match values {
            Some(values) => Ok(Self { name, values }),
            None => Err(refused(&name, format!("has type {kind}, which rows cannot fill"))),
        }
    }

    /// Takes the value of row `at`.
    pub(super) fn append<T: AsRef<str>>(&mut self, at: usize, value: &FieldValue<T>) -> Result<()> {
        match (&mut self.values, value) {
            (Values::Integer(column), FieldValue::Integer(value)) => column.at(at).append_value(*value),
            (Values::Float(column), FieldValue::Float(value)) if value.is_finite() => column.at(at).append_value(*value),
            (_, FieldValue::Float(value)) if !value.is_finite() => return Err(refused(&self.name, format!("{value} is not a finite number"))),
            (Values::Decimal(column), FieldValue::Decimal(micros)) => column.at(at).append_value(i128::from(*micros)),
            (Values::Text(column), FieldValue::Text(value)) => column.at(at).append_value(value),
            (Values::Bool(column), FieldValue::Bool(value)) => column.at(at).append_value(*value),
            (Values::Date(column), FieldValue::Date(value)) => column.at(at).append_value(days_of_date(*value)),
            (Values::Instant(column), FieldValue::Instant(value)) => column.at(at).append_value(value.as_microsecond()),
            (_, value) => return Err(refused(&self.name, format!("{} does not fit the type of the column", shown(value)))),
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, rows: usize) -> ArrayRef {
        match &mut self.values {
            Values::Id(column) => column.finish(rows),
            Values::Text(column) => column.finish(rows),
            Values::Bool(column) => column.finish(rows),
            Values::Integer(column) => column.finish(rows),
            Values::Float(column) => column.finish(rows),
            Values::Decimal(column) => column.finish(rows),
            Values::Instant(column) => column.finish(rows),
            Values::Date(column) => column.finish(rows),
        }
    }
}

fn shown<T: AsRef<str>>(value: &FieldValue<T>) -> String {
    match value {
        FieldValue::Integer(value) => value.to_string(),
        FieldValue::Float(value) => value.to_string(),
        FieldValue::Decimal(micros) => types::money::format_micros(*micros),
        FieldValue::Text(text) => format!("`{}`", text.as_ref()),
        FieldValue::Bool(value) => value.to_string(),
        FieldValue::Date(date) => date.to_string(),
        FieldValue::Instant(instant) => instant.to_string(),
    }
}
