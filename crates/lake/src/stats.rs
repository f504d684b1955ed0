//! Exact statistics of one column in one file: how they are computed, and the text in which DuckLake keeps them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{Date32Type, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType};
use datafusion::scalar::ScalarValue;
use jiff::Timestamp;
use jiff::civil::Date;
use types::money::format_scaled;
use types::tables::ColumnType;
use uuid::Uuid;

use crate::writer::sorted::prefix;

/// Longer texts are not kept as bounds: both ends are then unknown.
const TEXT_BOUND_BYTES_MAX: usize = 256;

/// What is known of a column's values in one file. `min` and `max` are exact, of the column's Arrow type; both are None when every
/// value is null or when a bound is too long to keep.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnStats {
    pub nulls: u64,
    pub bytes: u64,
    pub min: Option<ScalarValue>,
    pub max: Option<ScalarValue>,
}

/// Builds the statistics of a column batch by batch.
#[derive(Debug)]
pub(crate) struct StatsBuilder {
    kind: ColumnType,
    nulls: u64,
    bounds: Bounds,
}

#[derive(Debug)]
enum Bounds {
    Empty,
    Bytes(Vec<u8>, Vec<u8>),
    Integer(i128, i128),
    Float(f64, f64),
    /// JSON is not bounded: nobody filters by its order.
    Unbounded,
}

impl StatsBuilder {
    pub(crate) fn new(kind: ColumnType) -> Self {
        Self {
            kind,
            nulls: 0,
            bounds: if kind == ColumnType::Json { Bounds::Unbounded } else { Bounds::Empty },
        }
    }

    /// Takes in the values of `array`, which has the column's Arrow type.
    pub(crate) fn update(&mut self, array: &ArrayRef) {
        self.nulls += array.null_count() as u64;
        if array.null_count() < array.len() {
            self.widen(array);
        }
    }

    fn widen(&mut self, array: &ArrayRef) {
        match self.kind {
            ColumnType::Json => {}
            ColumnType::Text => self.widen_bytes(extreme_texts(array.as_string::<i32>().iter().flatten().map(str::as_bytes))),
            ColumnType::Uuid => {
                let numbers = array.as_fixed_size_binary().iter().flatten().filter_map(|id| id.try_into().ok());
                let found = extremes(numbers.map(u128::from_be_bytes)).map(|(min, max)| (min.to_be_bytes(), max.to_be_bytes()));
                self.widen_bytes(found.as_ref().map(|(min, max)| (min.as_slice(), max.as_slice())));
            }
            ColumnType::Bool => self.widen_integer(extremes(array.as_boolean().iter().flatten().map(i128::from))),
            ColumnType::Integer => self.widen_primitive(
                arrow::compute::min(array.as_primitive::<Int64Type>()),
                arrow::compute::max(array.as_primitive::<Int64Type>()),
            ),
            ColumnType::Decimal | ColumnType::Rate => {
                let array = array.as_primitive::<Decimal128Type>();
                self.widen_primitive(arrow::compute::min(array), arrow::compute::max(array));
            }
            ColumnType::Instant => {
                let array = array.as_primitive::<TimestampMicrosecondType>();
                self.widen_primitive(arrow::compute::min(array), arrow::compute::max(array));
            }
            ColumnType::Date => {
                let array = array.as_primitive::<Date32Type>();
                self.widen_primitive(arrow::compute::min(array), arrow::compute::max(array));
            }
            ColumnType::Float => {
                let array = array.as_primitive::<Float64Type>();
                if let (Some(low), Some(high)) = (arrow::compute::min(array), arrow::compute::max(array)) {
                    self.bounds = match self.bounds {
                        Bounds::Float(min, max) => Bounds::Float(min.min(low), max.max(high)),
                        _ => Bounds::Float(low, high),
                    };
                }
            }
        }
    }

    /// Takes in texts, each once is enough. The column is one of texts.
    pub(crate) fn add_texts(&mut self, texts: &[&str]) {
        self.widen_bytes(extreme_texts(texts.iter().map(|text| text.as_bytes())));
    }

    /// Takes in ids, each once is enough. The column is one of ids.
    pub(crate) fn add_ids(&mut self, ids: &[[u8; 16]]) {
        let found = extremes(ids.iter().map(|id| u128::from_be_bytes(*id))).map(|(min, max)| (min.to_be_bytes(), max.to_be_bytes()));
        self.widen_bytes(found.as_ref().map(|(min, max)| (min.as_slice(), max.as_slice())));
    }

    /// Takes in numbers of eight bytes as they are stored, each once is enough: doubles by their bits.
    pub(crate) fn add_numbers(&mut self, numbers: &[i64]) {
        if self.kind == ColumnType::Float {
            let floats = numbers.iter().map(|bits| f64::from_ne_bytes(bits.to_ne_bytes()));
            let floats: ArrayRef = Arc::new(floats.collect::<Float64Array>());
            self.widen(&floats);
        } else {
            self.widen_primitive(numbers.iter().min().copied(), numbers.iter().max().copied());
        }
    }

    /// Takes in nulls only.
    pub(crate) fn add_nulls(&mut self, count: usize) {
        self.nulls += count as u64;
    }

    /// The statistics of all that was taken in; `bytes` is the column's compressed size in the file.
    pub(crate) fn finish(self, bytes: u64) -> ColumnStats {
        let (min, max) = match self.bounds {
            Bounds::Empty | Bounds::Unbounded => (None, None),
            Bounds::Bytes(min, max) if min.len() > TEXT_BOUND_BYTES_MAX || max.len() > TEXT_BOUND_BYTES_MAX => (None, None),
            Bounds::Bytes(min, max) => (bytes_scalar(self.kind, min), bytes_scalar(self.kind, max)),
            Bounds::Integer(min, max) => (integer_scalar(self.kind, min), integer_scalar(self.kind, max)),
            Bounds::Float(min, max) => (Some(ScalarValue::Float64(Some(min))), Some(ScalarValue::Float64(Some(max)))),
        };
        ColumnStats {
            nulls: self.nulls,
            bytes,
            min,
            max,
        }
    }

    fn widen_bytes(&mut self, found: Option<(&[u8], &[u8])>) {
        let Some((low, high)) = found else { return };
        match &mut self.bounds {
            Bounds::Bytes(min, max) => {
                if low < min.as_slice() {
                    *min = low.to_vec();
                }
                if high > max.as_slice() {
                    *max = high.to_vec();
                }
            }
            bounds => *bounds = Bounds::Bytes(low.to_vec(), high.to_vec()),
        }
    }

    fn widen_primitive<T: Into<i128>>(&mut self, min: Option<T>, max: Option<T>) {
        self.widen_integer(min.zip(max).map(|(min, max)| (min.into(), max.into())));
    }

    fn widen_integer(&mut self, found: Option<(i128, i128)>) {
        let Some((low, high)) = found else { return };
        self.bounds = match self.bounds {
            Bounds::Integer(min, max) => Bounds::Integer(min.min(low), max.max(high)),
            _ => Bounds::Integer(low, high),
        };
    }
}

fn extremes<T: Ord + Copy>(mut values: impl Iterator<Item = T>) -> Option<(T, T)> {
    let first = values.next()?;
    Some(values.fold((first, first), |(min, max), value| (min.min(value), max.max(value))))
}

/// As [`extremes`]; most texts are judged by their first bytes, as a number.
fn extreme_texts<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> Option<(&'a [u8], &'a [u8])> {
    let first = values.next()?;
    let (mut min, mut max) = ((prefix(first), first), (prefix(first), first));
    for value in values {
        let value = (prefix(value), value);
        min = min.min(value);
        max = max.max(value);
    }
    Some((min.1, max.1))
}

fn bytes_scalar(kind: ColumnType, bytes: Vec<u8>) -> Option<ScalarValue> {
    match kind {
        ColumnType::Uuid => Some(ScalarValue::FixedSizeBinary(16, Some(bytes))),
        _ => String::from_utf8(bytes).ok().map(|text| ScalarValue::Utf8(Some(text))),
    }
}

fn integer_scalar(kind: ColumnType, value: i128) -> Option<ScalarValue> {
    Some(match kind {
        ColumnType::Bool => ScalarValue::Boolean(Some(value != 0)),
        ColumnType::Decimal => ScalarValue::Decimal128(Some(value), 18, 6),
        ColumnType::Rate => ScalarValue::Decimal128(Some(value), 18, 9),
        ColumnType::Instant => ScalarValue::TimestampMicrosecond(Some(i64::try_from(value).ok()?), Some("UTC".into())),
        ColumnType::Date => ScalarValue::Date32(Some(i32::try_from(value).ok()?)),
        _ => ScalarValue::Int64(Some(i64::try_from(value).ok()?)),
    })
}

/// A bound as DuckDB writes it into `ducklake_file_column_stats`.
pub(crate) fn to_text(value: &ScalarValue) -> Option<String> {
    Some(match value {
        ScalarValue::FixedSizeBinary(_, Some(bytes)) => Uuid::from_slice(bytes).ok()?.to_string(),
        ScalarValue::Utf8(Some(text)) => text.clone(),
        ScalarValue::Boolean(Some(value)) => i32::from(*value).to_string(),
        ScalarValue::Int64(Some(value)) => value.to_string(),
        ScalarValue::Float64(Some(value)) => format!("{value:?}"),
        ScalarValue::Decimal128(Some(value), _, scale) => {
            let scale = usize::try_from(*scale).ok()?;
            format_scaled(*value, scale, scale)
        }
        ScalarValue::TimestampMicrosecond(Some(micros), _) => timestamp_text(Timestamp::from_microsecond(*micros).ok()?),
        ScalarValue::Date32(Some(days)) => date_of_days(*days)?.to_string(),
        _ => return None,
    })
}

/// An instant as DuckDB prints TIMESTAMPTZ in UTC: `2026-01-01 10:00:00.123456+00`.
pub(crate) fn timestamp_text(instant: Timestamp) -> String {
    let text = instant.strftime("%Y-%m-%d %H:%M:%S%.f").to_string();
    format!("{text}+00")
}

/// Reads what [`to_text`] wrote.
pub(crate) fn from_text(kind: ColumnType, text: &str) -> Option<ScalarValue> {
    match kind {
        ColumnType::Uuid => bytes_scalar(kind, Uuid::parse_str(text).ok()?.as_bytes().to_vec()),
        ColumnType::Text | ColumnType::Json => Some(ScalarValue::Utf8(Some(text.to_owned()))),
        ColumnType::Bool => integer_scalar(kind, i128::from(matches!(text, "1" | "true"))),
        ColumnType::Integer => integer_scalar(kind, text.parse().ok()?),
        ColumnType::Float => Some(ScalarValue::Float64(Some(text.parse().ok()?))),
        ColumnType::Decimal => integer_scalar(kind, unscaled(text, 6)?),
        ColumnType::Rate => integer_scalar(kind, unscaled(text, 9)?),
        ColumnType::Instant => integer_scalar(kind, i128::from(parse_timestamp_text(text)?.as_microsecond())),
        ColumnType::Date => integer_scalar(kind, i128::from(days_of_date(text.parse().ok()?))),
    }
}

/// Reads what [`timestamp_text`] wrote.
pub(crate) fn parse_timestamp_text(text: &str) -> Option<Timestamp> {
    text.replacen(' ', "T", 1).replace("+00", "Z").parse().ok()
}

fn unscaled(text: &str, scale: usize) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<scale$}").parse().ok()
}

pub(crate) fn days_of_date(date: Date) -> i32 {
    (date - Date::constant(1970, 1, 1)).get_days()
}

pub(crate) fn date_of_days(days: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
mod tests;
