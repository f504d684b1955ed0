//! The rows of some customers, few of many.
//!
//! Which rows they are is read from the codes of `customer_id` alone: the dictionary of a row group tells at once whether anybody is
//! there. All other columns are the library's, which passes over what lies between.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryArray, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, SchemaRef};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection};
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use parquet::errors::Result;

use super::column::{CodedColumn, is_coded};
use crate::customers::{CustomerSet, push_range};
use crate::read::FileReaders;

const CUSTOMER: &str = "customer_id";
/// Rows of a batch.
const BATCH_ROWS: usize = 16_384;

/// The rows of the customers in a whole file, as ascending ranges.
pub(crate) async fn rows_of_customers(file: &FileReaders, customers: &CustomerSet) -> Result<Vec<Range<u64>>> {
    let metadata = file.open()?.get_metadata(None).await?;
    let metadata = ArrowReaderMetadata::try_new(metadata, ArrowReaderOptions::new())?;
    let (mut found, mut base) = (Vec::new(), 0);
    for group in 0..metadata.metadata().num_row_groups() {
        for range in rows_in_group(file, &metadata, group, customers).await? {
            push_range(&mut found, base + range.start as u64..base + range.end as u64);
        }
        base += u64::try_from(metadata.metadata().row_group(group).num_rows()).unwrap_or(0);
    }
    Ok(found)
}

/// The rows of the customers in one row group, as ascending ranges.
async fn rows_in_group(file: &FileReaders, metadata: &ArrowReaderMetadata, group: usize, customers: &CustomerSet) -> Result<Vec<Range<usize>>> {
    let chunks = metadata.metadata().row_group(group);
    let rows = usize::try_from(chunks.num_rows()).unwrap_or(0);
    let Some(at) = chunks.columns().iter().position(|chunk| chunk.column_descr().name() == CUSTOMER) else {
        return Ok(Vec::new());
    };
    let chunk = chunks.column(at);
    if let Some((low, high)) = bounds(chunk)
        && !customers.has_any_between(&low, &high)
    {
        return Ok(Vec::new());
    }
    let is_ours = metadata.metadata().file_metadata().version() == 2 && is_coded(chunk);
    let mut ranges = Vec::new();
    if is_ours {
        let (start, length) = chunk.byte_range();
        let bytes = file.read(vec![start..start + length]).await?.pop().unwrap_or_default();
        let column = CodedColumn::open(bytes, chunk, rows, &DataType::FixedSizeBinary(16))?;
        if let Some(codes) = column.codes() {
            let is_wanted = wanted(column.values().as_fixed_size_binary(), customers);
            if is_wanted.contains(&true) {
                let mut at = 0;
                for run in codes.chunk_by(|left, right| left == right) {
                    if is_wanted[run[0] as usize] {
                        push_range(&mut ranges, at..at + run.len());
                    }
                    at += run.len();
                }
            }
            return Ok(ranges);
        }
    }
    let mask = ProjectionMask::roots(metadata.metadata().file_metadata().schema_descr(), [at]);
    let mut stream = ParquetRecordBatchStreamBuilder::new_with_metadata(file.open()?, metadata.clone())
        .with_row_groups(vec![group])
        .with_projection(mask)
        .with_batch_size(BATCH_ROWS)
        .build()?;
    let mut base = 0;
    while let Some(batch) = stream.try_next().await? {
        let ids = batch.column(0).as_fixed_size_binary();
        for row in wanted(ids, customers)
            .iter()
            .enumerate()
            .filter(|(_, wanted)| **wanted)
            .map(|(row, _)| base + row)
        {
            push_range(&mut ranges, row..row + 1);
        }
        base += batch.num_rows();
    }
    Ok(ranges)
}

/// Least and greatest customer of a row group; None where they are not told or somebody has no id.
fn bounds(chunk: &parquet::file::metadata::ColumnChunkMetaData) -> Option<([u8; 16], [u8; 16])> {
    let statistics = chunk.statistics()?;
    let id = |bytes: Option<&[u8]>| bytes.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    Some((id(statistics.min_bytes_opt())?, id(statistics.max_bytes_opt())?))
}

fn wanted(ids: &FixedSizeBinaryArray, customers: &CustomerSet) -> Vec<bool> {
    let (values, _) = ids.value_data().as_chunks::<16>();
    (0..ids.len()).map(|row| ids.is_valid(row) && customers.contains(&values[row])).collect()
}

/// The rows of the customers in a row group, in the shape of `schema`.
pub(super) async fn row_group(
    file: FileReaders,
    schema: SchemaRef,
    metadata: ArrowReaderMetadata,
    group: usize,
    customers: Arc<CustomerSet>,
) -> Result<BoxStream<'static, Result<RecordBatch>>> {
    let ranges = rows_in_group(&file, &metadata, group, &customers).await?;
    if ranges.is_empty() {
        return Ok(futures::stream::empty().boxed());
    }
    let descriptor = metadata.metadata().file_metadata().schema_descr();
    let wanted = descriptor
        .columns()
        .iter()
        .enumerate()
        .filter(|(_, column)| schema.index_of(column.name()).is_ok());
    let mask = ProjectionMask::roots(descriptor, wanted.map(|(at, _)| at));
    let rows = usize::try_from(metadata.metadata().row_group(group).num_rows()).unwrap_or(0);
    let stream = ParquetRecordBatchStreamBuilder::new_with_metadata(file.open()?, metadata.clone())
        .with_row_groups(vec![group])
        .with_projection(mask)
        .with_row_selection(RowSelection::from_consecutive_ranges(ranges.into_iter(), rows))
        .with_batch_size(BATCH_ROWS)
        .build()?;
    Ok(stream.map(move |batch| adapt(&batch?, &schema)).boxed())
}

/// Columns by name, in the types of `schema`; what the file does not have is null.
fn adapt(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        arrays.push(match batch.column_by_name(field.name()) {
            None => new_null_array(field.data_type(), batch.num_rows()),
            Some(array) if array.data_type() == field.data_type() => ArrayRef::clone(array),
            Some(array) => cast(array, field.data_type())?,
        });
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)?)
}
