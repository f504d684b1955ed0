//! Runs of equal rows in a batch, each added up into one row.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, RecordBatch, UInt32Array};
use arrow::compute::{partition, take};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, SchemaRef, UInt32Type};
use datafusion::common::{Result, internal_err};

/// Batches that would not shrink to this part stay as they are.
const WORTHWHILE: usize = 2;

/// The rows of `batch`, neighbours added up whose columns are all equal but those at `added`. In `schema` values take the place of codes.
pub(super) fn add_up(batch: &RecordBatch, added: &[usize], schema: &SchemaRef) -> Result<RecordBatch> {
    let is_added = |at: &usize| added.binary_search(at).is_ok();
    let keys = (0..batch.num_columns()).filter(|at| !is_added(at)).map(|at| comparable(batch.column(at)));
    let keys = keys.collect::<Vec<_>>();
    if keys.is_empty() || batch.num_rows() == 0 {
        return as_it_is(batch, schema);
    }
    let runs = partition(&keys)?.ranges();
    if runs.len() * WORTHWHILE > batch.num_rows() {
        return as_it_is(batch, schema);
    }
    let first = UInt32Array::from_iter(runs.iter().map(|run| u32::try_from(run.start).ok()));
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
    for (at, column) in batch.columns().iter().enumerate() {
        let sums = match (is_added(&at), column.data_type()) {
            (false, _) => Some(values(&take(&comparable(column), &first, None)?, column)?),
            (true, DataType::Int64) => sums::<Int64Type>(column.as_primitive(), &runs, i64::checked_add, |_| true),
            (true, DataType::Decimal128(precision, _)) => {
                let limit = 10_i128.pow(u32::from(*precision));
                let fits = |sum: i128| sum.unsigned_abs() < limit.unsigned_abs();
                sums::<Decimal128Type>(column.as_primitive(), &runs, i128::checked_add, fits)
            }
            (true, other) => return internal_err!("{other} is not added up"),
        };
        // A sum that its column cannot hold is left to the grouping, which adds up in a wider type.
        let Some(sums) = sums else { return as_it_is(batch, schema) };
        columns.push(sums);
    }
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

/// Equal codes of one batch stand for equal values, and are compared in a fraction of the time.
fn comparable(column: &ArrayRef) -> ArrayRef {
    match column.as_dictionary_opt::<UInt32Type>() {
        Some(coded) => Arc::new(coded.keys().clone()),
        None => Arc::clone(column),
    }
}

/// What `taken` stands for: values already, or codes of `column`.
fn values(taken: &ArrayRef, column: &ArrayRef) -> Result<ArrayRef> {
    Ok(match column.as_dictionary_opt::<UInt32Type>() {
        Some(coded) => take(coded.values(), taken, None)?,
        None => Arc::clone(taken),
    })
}

fn as_it_is(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = batch.columns().iter().map(|column| values(&comparable(column), column));
    Ok(RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<_>>()?)?)
}

/// The sum of every run; null where all values are. None where a sum does not fit.
fn sums<T: ArrowPrimitiveType>(
    values: &PrimitiveArray<T>,
    runs: &[Range<usize>],
    add: impl Fn(T::Native, T::Native) -> Option<T::Native>,
    fits: impl Fn(T::Native) -> bool,
) -> Option<ArrayRef> {
    let zero = T::Native::default();
    let numbers = values.values();
    let sums: PrimitiveArray<T> = if values.null_count() == 0 {
        let sum = |run: &Range<usize>| numbers[run.clone()].iter().try_fold(zero, |sum, number| add(sum, *number));
        let sum = |run| sum(run).filter(|sum| fits(*sum));
        PrimitiveArray::from_iter_values(runs.iter().map(sum).collect::<Option<Vec<_>>>()?)
    } else {
        let sum = |run: &Range<usize>| {
            let mut known = run.clone().filter(|row| values.is_valid(*row)).peekable();
            match known.peek() {
                None => Some(None),
                Some(_) => known.try_fold(zero, |sum, row| add(sum, numbers[row])).filter(|sum| fits(*sum)).map(Some),
            }
        };
        runs.iter().map(sum).collect::<Option<Vec<_>>>()?.into_iter().collect()
    };
    Some(Arc::new(sums.with_data_type(values.data_type().clone())))
}

#[cfg(test)]
mod tests;
