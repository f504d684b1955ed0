//! Codes of numbers of eight bytes - integers, instants, decimals, doubles by their bits - in the order in which they come.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};

/// Rows after which it is decided whether numbers repeat often enough to have codes.
const TRIAL_ROWS: usize = 4_096;
/// Part of the rows that may have a number that did not come before.
const DISTINCT_PART_MAX: usize = 4;
const FREE: u32 = u32::MAX;

/// Whether a column of this type is one of such numbers.
pub(super) fn is_number(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Int64 | DataType::Float64 | DataType::Decimal128(18, _) | DataType::Timestamp(TimeUnit::Microsecond, _)
    )
}

/// The numbers of an array by row, as they are stored.
pub(super) enum Numbers<'a> {
    Integers(&'a [i64]),
    Decimals(&'a [i128]),
    Floats(&'a [f64]),
}

impl<'a> Numbers<'a> {
    /// `array` has a type of [`is_number`].
    pub(super) fn of(array: &'a dyn Array) -> Self {
        match array.data_type() {
            DataType::Float64 => Self::Floats(array.as_primitive::<Float64Type>().values()),
            DataType::Decimal128(..) => Self::Decimals(array.as_primitive::<Decimal128Type>().values()),
            DataType::Int64 => Self::Integers(array.as_primitive::<Int64Type>().values()),
            _ => Self::Integers(array.as_primitive::<TimestampMicrosecondType>().values()),
        }
    }

    pub(super) fn bits(&self, row: usize) -> i64 {
        match self {
            Self::Integers(values) => values[row],
            // Eighteen digits fit.
            Self::Decimals(values) => i64::try_from(values[row]).unwrap_or(i64::MAX),
            Self::Floats(values) => i64::from_ne_bytes(values[row].to_ne_bytes()),
        }
    }
}

/// Gives every number a code.
#[derive(Debug)]
pub(super) struct NumberCodes {
    /// The numbers by code.
    pub(super) list: Vec<i64>,
    /// Codes by hash: a power of two of them, at most half full.
    table: Vec<u32>,
}

impl NumberCodes {
    pub(super) fn new() -> Self {
        Self {
            list: Vec::new(),
            table: vec![FREE; 1 << 10],
        }
    }

    pub(super) fn code(&mut self, number: i64) -> u32 {
        if let Some(last) = self.list.last()
            && *last == number
        {
            return self.newest();
        }
        let mut place = place_of(number, self.table.len());
        loop {
            match self.table[place] {
                FREE => break,
                code if self.list[code as usize] == number => return code,
                _ => place = (place + 1) & (self.table.len() - 1),
            }
        }
        self.list.push(number);
        self.table[place] = self.newest();
        let code = self.newest();
        if self.list.len() * 2 > self.table.len() {
            self.grow();
        }
        code
    }

    fn newest(&self) -> u32 {
        u32::try_from(self.list.len() - 1).expect("a row group has fewer rows than four thousand million")
    }

    fn grow(&mut self) {
        let size = self.table.len() * 4;
        let mut table = vec![FREE; size];
        for (code, number) in (0..).zip(&self.list) {
            let mut place = place_of(*number, size);
            while table[place] != FREE {
                place = (place + 1) & (size - 1);
            }
            table[place] = code;
        }
        self.table = table;
    }
}

fn place_of(number: i64, size: usize) -> usize {
    let hash = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((hash >> 32) as usize) & (size - 1)
}

/// Codes of the numbers and the list of them; None where they hardly repeat.
pub(super) fn coded(numbers: &[i64]) -> Option<(Vec<u32>, Vec<i64>)> {
    let mut codes = NumberCodes::new();
    let mut given = Vec::with_capacity(numbers.len());
    for part in numbers.chunks(TRIAL_ROWS) {
        given.extend(part.iter().map(|number| codes.code(*number)));
        if codes.list.len() * DISTINCT_PART_MAX > given.len().max(64) {
            return None;
        }
    }
    Some((given, codes.list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_listed_once() {
        let numbers: Vec<i64> = (0..50_000).map(|at| (at * 7_919) % 1_001 - 500).collect();
        let (codes, list) = coded(&numbers).unwrap();
        assert_eq!(list.len(), 1_001);
        assert!(codes.iter().zip(&numbers).all(|(code, number)| list[*code as usize] == *number));
    }

    #[test]
    fn numbers_that_hardly_repeat_have_no_codes() {
        assert!(coded(&(0..10_000).collect::<Vec<_>>()).is_none());
        assert_eq!(coded(&[i64::MIN, i64::MIN, 0]), Some((vec![0, 0, 1], vec![i64::MIN, 0])));
    }
}
