//! One column of rows on their way into a batch.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, FixedSizeBinaryBuilder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder, new_null_array,
};
use arrow::datatypes::{DataType, Field};
use types::{FieldValue, UnifiedRow};

use super::coded::CodedBuilder;
use super::source::Source;
use super::{is_coded, refused};
use crate::Result;
use crate::stats::days_of_date;

/// Builds a column; as long as no row has a value it only counts.
#[derive(Debug)]
pub(super) struct ColumnBuilder {
    kind: DataType,
    source: Source,
    capacity: usize,
    rows: usize,
    /// None until the first value comes.
    values: Option<Values>,
    /// Nulls of earlier batches, to be shared.
    nulls: Option<ArrayRef>,
}

impl ColumnBuilder {
    pub(super) fn new(field: &Field, capacity: usize) -> Result<Self> {
        let kind = field.data_type().clone();
        // Fails at once for a type that rows cannot fill.
        Values::new(&kind, 0)?;
        Ok(Self {
            kind,
            source: Source::of(field.name()),
            capacity,
            rows: 0,
            values: None,
            nulls: None,
        })
    }

    pub(super) fn append(&mut self, rows: &[UnifiedRow]) -> Result<()> {
        if self.values.is_none() && self.source.has_value(rows) {
            let mut values = Values::new(&self.kind, self.capacity)?;
            values.append_nulls(self.rows);
            self.values = Some(values);
        }
        if let Some(values) = &mut self.values {
            values.append(&self.source, rows)?;
        }
        self.rows += rows.len();
        Ok(())
    }

    /// The column; the builder is empty then.
    pub(super) fn finish(&mut self) -> ArrayRef {
        let rows = std::mem::take(&mut self.rows);
        match self.values.take() {
            Some(values) => values.finish(),
            None => match &self.nulls {
                Some(nulls) if nulls.len() >= rows => nulls.slice(0, rows),
                Some(_) | None => {
                    let nulls = new_null_array(&self.kind, rows);
                    self.nulls = Some(Arc::clone(&nulls));
                    nulls
                }
            },
        }
    }
}

#[derive(Debug)]
enum Values {
    Uuid(FixedSizeBinaryBuilder),
    Text(StringBuilder),
    Coded(CodedBuilder),
    Bool(BooleanBuilder),
    Integer(Int64Builder),
    Float(Float64Builder),
    Decimal(Decimal128Builder),
    Instant(TimestampMicrosecondBuilder),
    Date(Date32Builder),
}

impl Values {
    fn new(kind: &DataType, rows: usize) -> Result<Self> {
        Ok(match kind {
            DataType::FixedSizeBinary(16) => Self::Uuid(FixedSizeBinaryBuilder::with_capacity(rows, 16)),
            DataType::Utf8 => Self::Text(StringBuilder::with_capacity(rows, rows * 8)),
            kind if is_coded(kind) => Self::Coded(CodedBuilder::with_capacity(rows)),
            DataType::Boolean => Self::Bool(BooleanBuilder::with_capacity(rows)),
            DataType::Int64 => Self::Integer(Int64Builder::with_capacity(rows)),
            DataType::Float64 => Self::Float(Float64Builder::with_capacity(rows)),
            DataType::Decimal128(precision, scale) => {
                Self::Decimal(Decimal128Builder::with_capacity(rows).with_precision_and_scale(*precision, *scale)?)
            }
            DataType::Timestamp(_, _) => Self::Instant(TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC")),
            DataType::Date32 => Self::Date(Date32Builder::with_capacity(rows)),
            other => return Err(refused("a column", format!("has type {other}, which rows cannot fill"))),
        })
    }

    fn append(&mut self, source: &Source, rows: &[UnifiedRow]) -> Result<()> {
        match (source, self) {
            (Source::Uuid(loops), Self::Uuid(builder)) => (loops.append)(builder, rows)?,
            (Source::Text(loops) | Source::Repeated(loops, _), Self::Text(builder)) => (loops.append)(builder, rows)?,
            (Source::Repeated(_, loops), Self::Coded(builder)) => (loops.append)(builder, rows)?,
            (Source::Integer(loops), Self::Integer(builder)) => (loops.append)(builder, rows)?,
            (Source::Decimal(loops), Self::Decimal(builder)) => (loops.append)(builder, rows)?,
            (Source::Instant(loops), Self::Instant(builder)) => (loops.append)(builder, rows)?,
            (Source::Date(loops), Self::Date(builder)) => (loops.append)(builder, rows)?,
            (Source::Bool(loops), Self::Bool(builder)) => (loops.append)(builder, rows)?,
            (Source::Custom(name), values) => {
                for row in rows {
                    values.append_custom(name, row.custom.iter().find(|(field, _)| **field == **name).map(|(_, value)| value))?;
                }
            }
            (_, _) => return Err(refused("a standard column", "has another type in this lake".into())),
        }
        Ok(())
    }

    fn append_custom(&mut self, name: &str, value: Option<&FieldValue>) -> Result<()> {
        match (self, value) {
            (Self::Integer(builder), Some(FieldValue::Integer(value))) => builder.append_value(*value),
            (Self::Float(builder), Some(FieldValue::Float(value))) if value.is_finite() => builder.append_value(*value),
            (_, Some(FieldValue::Float(value))) if !value.is_finite() => return Err(refused(name, format!("{value} is not a finite number"))),
            (Self::Decimal(builder), Some(FieldValue::Decimal(micros))) => builder.append_value(i128::from(*micros)),
            (Self::Text(builder), Some(FieldValue::Text(value))) => builder.append_value(value),
            (Self::Bool(builder), Some(FieldValue::Bool(value))) => builder.append_value(*value),
            (Self::Date(builder), Some(FieldValue::Date(value))) => builder.append_value(days_of_date(*value)),
            (Self::Instant(builder), Some(FieldValue::Instant(value))) => builder.append_value(value.as_microsecond()),
            (_, Some(value)) => return Err(refused(name, format!("{value:?} does not fit the type of the column"))),
            (values, None) => values.append_nulls(1),
        }
        Ok(())
    }

    fn append_nulls(&mut self, count: usize) {
        match self {
            Self::Uuid(builder) => builder.append_nulls(count),
            Self::Text(builder) => builder.append_nulls(count),
            Self::Coded(builder) => builder.append_nulls(count),
            Self::Bool(builder) => builder.append_nulls(count),
            Self::Integer(builder) => builder.append_nulls(count),
            Self::Float(builder) => builder.append_nulls(count),
            Self::Decimal(builder) => builder.append_nulls(count),
            Self::Instant(builder) => builder.append_nulls(count),
            Self::Date(builder) => builder.append_nulls(count),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Uuid(mut builder) => Arc::new(builder.finish()),
            Self::Text(mut builder) => Arc::new(builder.finish()),
            Self::Coded(builder) => Arc::new(builder.finish()),
            Self::Bool(mut builder) => Arc::new(builder.finish()),
            Self::Integer(mut builder) => Arc::new(builder.finish()),
            Self::Float(mut builder) => Arc::new(builder.finish()),
            Self::Decimal(mut builder) => Arc::new(builder.finish()),
            Self::Instant(mut builder) => Arc::new(builder.finish()),
            Self::Date(mut builder) => Arc::new(builder.finish()),
        }
    }
}
