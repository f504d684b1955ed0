//! Sorting buffered rows into a file.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::interleave_record_batch;
use arrow::row::{RowConverter, Rows, SortField};
use object_store::path::Path;

use super::{FileWriter, WrittenFile};
use crate::Result;

/// Rows taken out of the buffer at a time: small enough to stay in the cache.
const SLICE_ROWS: usize = 16_384;

/// The order of the rows of `batches` by the columns `sort` (ascending, nulls first), as (batch, row). Rows that `keep` refuses are left
/// out. Stable, and quick where the input already is in order or made of ordered stretches.
pub(crate) fn order(batches: &[RecordBatch], sort: &[usize], keep: impl Fn(usize, usize) -> bool) -> Result<Vec<(usize, usize)>> {
    let mut places = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for (at, batch) in batches.iter().enumerate() {
        places.extend((0..batch.num_rows()).filter(|row| keep(at, *row)).map(|row| (at, row)));
    }
    let (Some(first), false) = (batches.first(), sort.is_empty()) else {
        return Ok(places);
    };
    let schema = first.schema();
    let converter = RowConverter::new(sort.iter().map(|at| SortField::new(schema.field(*at).data_type().clone())).collect())?;
    let mut keys: Vec<Rows> = Vec::with_capacity(batches.len());
    for batch in batches {
        let columns: Vec<ArrayRef> = sort.iter().map(|at| ArrayRef::clone(batch.column(*at))).collect();
        keys.push(converter.convert_columns(&columns)?);
    }
    places.sort_by(|left, right| keys[left.0].row(left.1).cmp(&keys[right.0].row(right.1)));
    Ok(places)
}

/// Writes the rows of `batches` in the order of `places` and finishes the file. None when there are no rows.
pub(crate) fn write_in_order(
    batches: &[RecordBatch],
    places: &[(usize, usize)],
    create: impl FnOnce() -> Result<FileWriter>,
) -> Result<Option<WrittenFile>> {
    if places.is_empty() {
        return Ok(None);
    }
    let batches: Vec<&RecordBatch> = batches.iter().collect();
    let mut writer = create()?;
    for slice in places.chunks(SLICE_ROWS) {
        writer.write(&interleave_record_batch(&batches, slice)?)?;
    }
    writer.finish().map(Some)
}

/// A fresh file name in `folder`, beginning with the process that writes it so that others leave it alone while the process lives.
pub(crate) fn fresh_path(folder: &str, process: &str, extension: &str) -> Path {
    Path::from(format!("{folder}/{process}-{}.{extension}", uuid::Uuid::now_v7().simple()))
}
