//! Refused rows as a batch of the `quarantine` table.

use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::error::ArrowError;
use jiff::Timestamp;
use types::tables::{ColumnType, quarantine};
use uuid::Uuid;

use crate::refusal::RefusedRow;

pub(crate) const TABLE: &str = quarantine::TABLE.name;

pub(crate) fn batch(import_id: Uuid, source: &str, now: Timestamp, rows: &[RefusedRow]) -> Result<RecordBatch, ArrowError> {
    let schema = Schema::new(
        quarantine::TABLE
            .columns
            .iter()
            .map(|column| Field::new(column.name, data_type(column.kind), column.nullable))
            .collect::<Vec<_>>(),
    );
    let ids = FixedSizeBinaryArray::try_from_iter(rows.iter().map(|_| import_id.as_bytes()))?;
    let columns = quarantine::TABLE.columns.iter().map(|column| -> ArrayRef {
        match column.name {
            "import_id" => Arc::new(ids.clone()),
            "data_source" => Arc::new(StringArray::from_iter_values(rows.iter().map(|_| source))),
            "quarantined_at" => Arc::new(TimestampMicrosecondArray::from_iter_values(rows.iter().map(|_| now.as_microsecond())).with_timezone("UTC")),
            "file" => Arc::new(StringArray::from_iter(rows.iter().map(|row| row.file.as_deref()))),
            "line" => Arc::new(Int64Array::from_iter_values(
                rows.iter().map(|row| i64::try_from(row.line).unwrap_or(i64::MAX)),
            )),
            "column" => Arc::new(StringArray::from_iter(rows.iter().map(|row| row.refusal.column.as_deref()))),
            "code" => Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.refusal.fault.code))),
            "reason" => Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.refusal.fault.reason.as_str()))),
            _ => Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.raw.as_str()))),
        }
    });
    RecordBatch::try_new(Arc::new(schema), columns.collect())
}

fn data_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Uuid => DataType::FixedSizeBinary(16),
        ColumnType::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Integer => DataType::Int64,
        ColumnType::Text | ColumnType::Json | ColumnType::Bool | ColumnType::Float | ColumnType::Decimal | ColumnType::Rate | ColumnType::Date => {
            DataType::Utf8
        }
    }
}
