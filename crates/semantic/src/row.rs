//! One row of the engine's answer, read by position into typed fields.

use std::str::FromStr;

use jiff::Timestamp;
use types::Currency;
use uuid::Uuid;

use crate::catalogue::MetricUnit;
use crate::result::Cell;
use crate::value::Value;

/// Hands out a row's cells from left to right, in the order of the SELECT list.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    cells: std::slice::Iter<'a, Cell>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(row: &'a [Cell]) -> Self {
        Self { cells: row.iter() }
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        match self.cells.next() {
            Some(Cell::Text(text)) => Some(text.to_string()),
            Some(Cell::Null | Cell::Integer(_) | Cell::Number(_) | Cell::Decimal(_) | Cell::Bool(_)) | None => None,
        }
    }

    fn parsed<T: FromStr>(&mut self) -> Option<T> {
        self.text().and_then(|text| text.parse().ok())
    }

    pub(crate) fn uuid(&mut self) -> Option<Uuid> {
        self.parsed()
    }

    pub(crate) fn instant(&mut self) -> Option<Timestamp> {
        self.parsed()
    }

    pub(crate) fn date(&mut self) -> Option<jiff::civil::Date> {
        self.parsed()
    }

    pub(crate) fn integer(&mut self) -> i64 {
        match self.cells.next() {
            Some(Cell::Integer(number)) => *number,
            Some(Cell::Null | Cell::Text(_) | Cell::Number(_) | Cell::Decimal(_) | Cell::Bool(_)) | None => 0,
        }
    }

    pub(crate) fn number(&mut self) -> f64 {
        match self.cells.next() {
            Some(Cell::Number(number)) => *number,
            Some(Cell::Integer(number)) => *number as f64,
            Some(Cell::Null | Cell::Text(_) | Cell::Decimal(_) | Cell::Bool(_)) | None => 0.0,
        }
    }

    /// A number that may be absent.
    pub(crate) fn measure(&mut self) -> Option<f64> {
        match self.cells.next() {
            Some(Cell::Number(number)) => Some(*number),
            Some(Cell::Integer(number)) => Some(*number as f64),
            Some(Cell::Null | Cell::Text(_) | Cell::Decimal(_) | Cell::Bool(_)) | None => None,
        }
    }

    /// Millionths; 0 where there is no amount.
    pub(crate) fn micros_or_zero(&mut self) -> i128 {
        match self.cells.next() {
            Some(Cell::Decimal(decimal)) => decimal.micros(),
            Some(Cell::Integer(number)) => i128::from(*number) * 1_000_000,
            Some(Cell::Null | Cell::Text(_) | Cell::Number(_) | Cell::Bool(_)) | None => 0,
        }
    }

    /// An exact amount in millionths.
    pub(crate) fn micros(&mut self) -> Option<i128> {
        match self.cells.next() {
            Some(Cell::Decimal(decimal)) => Some(decimal.micros()),
            Some(Cell::Integer(number)) => Some(i128::from(*number) * 1_000_000),
            Some(Cell::Null | Cell::Text(_) | Cell::Number(_) | Cell::Bool(_)) | None => None,
        }
    }

    /// Decimal text with the currency's digits.
    pub(crate) fn money(&mut self, currency: Currency) -> Option<String> {
        match self.cells.next().map(|cell| Value::of(cell).cell(MetricUnit::Money, currency)) {
            Some(Cell::Decimal(decimal)) => Some(decimal.to_string()),
            Some(Cell::Null | Cell::Text(_) | Cell::Integer(_) | Cell::Number(_) | Cell::Bool(_)) | None => None,
        }
    }
}
