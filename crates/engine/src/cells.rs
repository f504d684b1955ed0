//! From record batches to the port's cells: non-finite numbers become null.

use std::hash::Hash;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::common::HashMap;
use jiff::Timestamp;
use semantic::{Cell, Decimal, EngineError};
use types::Text;
use uuid::Uuid;

use crate::error::internal;
use crate::functions::date_of_days;

#[derive(Debug, thiserror::Error)]
#[error("column `{column}` has type {kind}, which an answer cannot hold")]
struct UnknownType {
    column: String,
    kind: DataType,
}

/// Cells that an answer may add to a row, such as ratios, without moving it.
const ROOM: usize = 2;

/// Appends the rows of a batch.
pub(crate) fn append_rows(batch: &RecordBatch, rows: &mut Vec<Vec<Cell>>) -> Result<(), EngineError> {
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        columns.push(cells(array, field.name())?.into_iter());
    }
    rows.reserve(batch.num_rows());
    for _ in 0..batch.num_rows() {
        let mut row = Vec::with_capacity(columns.len() + ROOM);
        row.extend(
            columns
                .iter_mut()
                .map(|column| column.next().expect("every column has a cell for every row")),
        );
        rows.push(row);
    }
    Ok(())
}

fn cells(array: &ArrayRef, column: &str) -> Result<Vec<Cell>, EngineError> {
    macro_rules! integers {
        ($kind:ty) => {
            array
                .as_primitive::<$kind>()
                .iter()
                .map(|value| value.map_or(Cell::Null, |value| Cell::Integer(i64::from(value))))
                .collect()
        };
    }
    Ok(match array.data_type() {
        DataType::Null => vec![Cell::Null; array.len()],
        DataType::Boolean => array.as_boolean().iter().map(|value| value.map_or(Cell::Null, Cell::Bool)).collect(),
        DataType::Int8 => integers!(Int8Type),
        DataType::Int16 => integers!(Int16Type),
        DataType::Int32 => integers!(Int32Type),
        DataType::Int64 => integers!(Int64Type),
        DataType::UInt8 => integers!(UInt8Type),
        DataType::UInt16 => integers!(UInt16Type),
        DataType::UInt32 => integers!(UInt32Type),
        DataType::UInt64 => {
            let to_cell = |value: u64| i64::try_from(value).map(Cell::Integer).map_err(|_| EngineError::Overflow);
            array
                .as_primitive::<UInt64Type>()
                .iter()
                .map(|value| value.map_or(Ok(Cell::Null), to_cell))
                .collect::<Result<_, _>>()?
        }
        DataType::Float32 => array
            .as_primitive::<Float32Type>()
            .iter()
            .map(|value| number(value.map(f64::from)))
            .collect(),
        DataType::Float64 => array.as_primitive::<Float64Type>().iter().map(number).collect(),
        DataType::Decimal128(_, scale) => {
            let scale = usize::try_from(*scale).map_err(|_| unknown(array, column))?;
            array
                .as_primitive::<Decimal128Type>()
                .iter()
                .map(|value| value.map_or(Ok(Cell::Null), |value| decimal(value, scale)))
                .collect::<Result<_, _>>()?
        }
        DataType::Utf8 => texts(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => texts(array.as_string::<i64>().iter()),
        DataType::Utf8View => texts(array.as_string_view().iter()),
        DataType::Dictionary(_, values) => cells(&arrow::compute::cast(array, values).map_err(internal)?, column)?,
        DataType::Date32 => {
            let mut dates = Shared::default();
            let text = |days| date_of_days(days).map(|date| date.to_string().into());
            array.as_primitive::<Date32Type>().iter().map(|days| dates.cell(days, text)).collect()
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let instant = |micros: i64| Timestamp::from_microsecond(micros).ok();
            array
                .as_primitive::<TimestampMicrosecondType>()
                .iter()
                .map(|micros| micros.and_then(instant).map_or(Cell::Null, |at| Cell::Text(at.to_string().into())))
                .collect()
        }
        DataType::FixedSizeBinary(16) => {
            let mut ids = Shared::default();
            array.as_fixed_size_binary().iter().map(|bytes| ids.cell(bytes, id)).collect()
        }
        _ => return Err(unknown(array, column)),
    })
}

fn unknown(array: &ArrayRef, column: &str) -> EngineError {
    internal(UnknownType {
        column: column.to_owned(),
        kind: array.data_type().clone(),
    })
}

pub(crate) fn number(value: Option<f64>) -> Cell {
    value.filter(|value| value.is_finite()).map_or(Cell::Null, Cell::Number)
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> Vec<Cell> {
    let mut texts = Shared::default();
    values.map(|value| texts.cell(value, |text| Some(text.into()))).collect()
}

fn id(bytes: &[u8]) -> Option<Text> {
    let id = Uuid::from_slice(bytes).ok()?;
    let mut buffer = Uuid::encode_buffer();
    Some(Text::from(&*id.hyphenated().encode_lower(&mut buffer)))
}

/// Different values of one column that are remembered: more of them hardly repeat.
const SHARED_MAX: usize = 1_024;

/// The texts of a column: equal values share one.
#[derive(Debug)]
struct Shared<K> {
    texts: HashMap<K, Text>,
}

impl<K> Default for Shared<K> {
    fn default() -> Self {
        Self { texts: HashMap::new() }
    }
}

impl<K: Copy + Eq + Hash> Shared<K> {
    fn cell(&mut self, value: Option<K>, write: impl FnOnce(K) -> Option<Text>) -> Cell {
        let Some(value) = value else { return Cell::Null };
        if let Some(text) = self.texts.get(&value) {
            return Cell::Text(Text::clone(text));
        }
        let Some(text) = write(value) else { return Cell::Null };
        if self.texts.len() < SHARED_MAX {
            self.texts.insert(value, Text::clone(&text));
        }
        Cell::Text(text)
    }
}

/// Whole numbers (sums of counts) are integers, which must fit 64 bits; everything else is a decimal with at least two digits after the
/// point.
pub(crate) fn decimal(value: i128, scale: usize) -> Result<Cell, EngineError> {
    if scale == 0 {
        return i64::try_from(value).map(Cell::Integer).map_err(|_| EngineError::Overflow);
    }
    let scale = u8::try_from(scale).map_err(|_| EngineError::Overflow)?;
    Ok(Cell::Decimal(Decimal::new(value, scale, scale.min(2))))
}

#[cfg(test)]
mod tests;
