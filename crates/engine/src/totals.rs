//! Sums over all rows of an answer, taken in passing.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type, SchemaRef};
use semantic::{Cell, EngineError};

use crate::cells;
use crate::error::internal;

#[derive(Debug, thiserror::Error)]
#[error("a total of `{column}` was asked for, which is no column of numbers of the answer")]
struct NoNumbers {
    column: String,
}

/// The columns that are added up, and their sums so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    sums: Vec<(usize, Sum)>,
}

#[derive(Clone, Copy, Debug)]
enum Sum {
    /// Of numbers with so many digits after the point.
    Exact {
        sum: Option<i128>,
        scale: i8,
    },
    Float(Option<f64>),
}

impl Totals {
    pub(crate) fn new(schema: &SchemaRef, columns: &[String]) -> Result<Self, EngineError> {
        let sum = |column: &String| {
            let none = || internal(NoNumbers { column: column.clone() });
            let at = schema.index_of(column).map_err(|_| none())?;
            let sum = match schema.field(at).data_type() {
                DataType::Int64 => Sum::Exact { sum: None, scale: 0 },
                DataType::Decimal128(_, scale) => Sum::Exact { sum: None, scale: *scale },
                DataType::Float64 => Sum::Float(None),
                _ => return Err(none()),
            };
            Ok((at, sum))
        };
        Ok(Self {
            sums: columns.iter().map(sum).collect::<Result<_, _>>()?,
        })
    }

    pub(crate) fn add(&mut self, batch: &RecordBatch) -> Result<(), EngineError> {
        self.sums.iter_mut().try_for_each(|(at, sum)| sum.add(batch.column(*at)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// Takes in the sums over other rows of the same columns.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<(), EngineError> {
        let mut sums = self.sums.iter_mut().zip(&other.sums);
        sums.try_for_each(|((_, sum), (_, other))| sum.merge(*other))
    }

    pub(crate) fn cells(self) -> Result<Vec<Cell>, EngineError> {
        self.sums
            .into_iter()
            .map(|(_, sum)| match sum {
                Sum::Exact { sum: None, .. } | Sum::Float(None) => Ok(Cell::Null),
                Sum::Exact { sum: Some(sum), scale } => cells::decimal(sum, usize::try_from(scale).unwrap_or(0)),
                Sum::Float(Some(sum)) => Ok(cells::number(Some(sum))),
            })
            .collect()
    }
}

impl Sum {
    fn merge(&mut self, other: Self) -> Result<(), EngineError> {
        match (self, other) {
            (Self::Exact { sum, .. }, Self::Exact { sum: Some(other), .. }) => {
                *sum = Some(sum.unwrap_or(0).checked_add(other).ok_or(EngineError::Overflow)?);
            }
            (Self::Float(sum), Self::Float(Some(other))) => *sum = Some(sum.unwrap_or(0.0) + other),
            // Nothing was added up there; columns are the same, so their kinds are.
            (Self::Exact { .. } | Self::Float(_), Self::Exact { .. } | Self::Float(_)) => {}
        }
        Ok(())
    }

    fn add(&mut self, array: &ArrayRef) -> Result<(), EngineError> {
        if array.null_count() == array.len() {
            return Ok(());
        }
        match self {
            Self::Exact { sum, .. } => {
                let so_far = sum.unwrap_or(0);
                let added = match array.data_type() {
                    DataType::Int64 => {
                        let numbers = array.as_primitive::<Int64Type>().iter().flatten();
                        so_far.checked_add(numbers.map(i128::from).sum())
                    }
                    _ => {
                        let mut numbers = array.as_primitive::<Decimal128Type>().iter().flatten();
                        numbers.try_fold(so_far, i128::checked_add)
                    }
                };
                *sum = Some(added.ok_or(EngineError::Overflow)?);
            }
            Self::Float(sum) => {
                let added: f64 = array.as_primitive::<Float64Type>().iter().flatten().sum();
                *sum = Some(sum.unwrap_or(0.0) + added);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Decimal128Array, Float64Array, Int64Array, StringArray};

    use super::*;

    fn batch(counts: Vec<Option<i64>>, amounts: Vec<Option<i128>>) -> RecordBatch {
        let rows = counts.len();
        let amounts = Decimal128Array::from(amounts).with_precision_and_scale(38, 6).unwrap();
        RecordBatch::try_from_iter([
            ("name", Arc::new(StringArray::from(vec!["x"; rows])) as ArrayRef),
            ("count", Arc::new(Int64Array::from(counts))),
            ("amount", Arc::new(amounts)),
            ("share", Arc::new(Float64Array::from(vec![0.5; rows]))),
        ])
        .unwrap()
    }

    fn totals(columns: &[&str], batches: &[RecordBatch]) -> Result<Vec<Cell>, EngineError> {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>();
        let mut totals = Totals::new(&batches[0].schema(), &columns)?;
        batches.iter().try_for_each(|batch| totals.add(batch))?;
        // In parts, it is the same.
        let mut merged = Totals::new(&batches[0].schema(), &columns)?;
        for batch in batches {
            let mut part = Totals::new(&batch.schema(), &columns)?;
            part.add(batch)?;
            merged.merge(&part)?;
        }
        let cells = merged.cells()?;
        assert_eq!(totals.cells()?, cells);
        Ok(cells)
    }

    #[test]
    fn columns_are_added_up_over_all_batches() {
        let batches = [
            batch(vec![Some(1), None], vec![Some(1_500_000), Some(500_000)]),
            batch(vec![Some(2)], vec![None]),
        ];
        let sums = totals(&["amount", "count", "share"], &batches).unwrap();
        assert_eq!(sums, [Cell::Decimal("2.00".parse().unwrap()), Cell::Integer(3), Cell::Number(1.5)]);
    }

    #[test]
    fn nothing_adds_up_to_nothing() {
        assert_eq!(
            totals(&["count", "amount"], &[batch(vec![None], vec![None])]).unwrap(),
            [Cell::Null, Cell::Null]
        );
    }

    #[test]
    fn a_sum_that_does_not_fit_is_refused() {
        let sums = totals(&["count"], &[batch(vec![Some(i64::MAX), Some(1)], vec![None, None])]);
        assert!(matches!(sums, Err(EngineError::Overflow)));
        assert!(matches!(totals(&["name"], &[batch(vec![], vec![])]), Err(EngineError::Internal(_))));
    }
}
