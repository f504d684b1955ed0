//! A row group in the making: an encoder a column.

use std::fs::File;
use std::sync::{Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, RecordBatch, new_null_array};
use arrow::datatypes::{Field, SchemaRef};
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::file::writer::SerializedFileWriter;

use super::coded::Coded;
use super::gather::gather;
use crate::rows::is_coded;
use crate::stats::StatsBuilder;
use crate::{Error, Result};

/// Rows gathered at a time: small enough to stay in the cache until they are encoded.
const SLICE_ROWS: usize = 16_384;
/// Fewer rows are encoded on the calling thread.
const PARALLEL_ROWS_MIN: usize = 32_768;
/// Threads that encode the columns of one file.
const ENCODERS_MAX: usize = 4;

pub(super) struct Group {
    writers: Vec<ArrowColumnWriter>,
    pub(super) rows: usize,
}

impl Group {
    pub(super) fn begin(factory: &ArrowRowGroupWriterFactory, number: usize) -> Result<Self> {
        Ok(Self {
            writers: factory.create_column_writers(number)?,
            rows: 0,
        })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch, stats: &mut [StatsBuilder]) -> Result<()> {
        let schema = batch.schema();
        for (((writer, stats), array), field) in self.writers.iter_mut().zip(stats).zip(batch.columns()).zip(schema.fields()) {
            encode(writer, stats, field, array)?;
        }
        self.rows += batch.num_rows();
        Ok(())
    }

    /// Ends the group and puts it into the file.
    pub(super) fn end(self, file: &mut SerializedFileWriter<File>) -> Result<()> {
        let chunks = self.writers.into_iter().map(ArrowColumnWriter::close);
        append(file, chunks.collect::<std::result::Result<Vec<_>, _>>()?)
    }

    /// Takes the rows at `places` out of `batches` as the whole group. Column after column, so that what is gathered from stays in the
    /// cache, and several columns at once.
    pub(super) fn write_whole(
        self,
        schema: &SchemaRef,
        batches: &[RecordBatch],
        places: &[(usize, usize)],
        stats: &mut [StatsBuilder],
        file: &mut SerializedFileWriter<File>,
    ) -> Result<()> {
        let columns: Vec<Column<'_>> = self
            .writers
            .into_iter()
            .zip(stats)
            .zip(schema.fields())
            .enumerate()
            .map(|(at, ((writer, stats), field))| Column { at, field, writer, stats })
            .collect();
        let count = columns.len();
        let queue = Mutex::new(columns.into_iter());
        let done: Mutex<Vec<Option<ArrowColumnChunk>>> = Mutex::new((0..count).map(|_| None).collect());
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || -> Result<()> {
            while let Some(column) = next() {
                let at = column.at;
                let chunk = column.encode_all(batches, places)?;
                done.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(chunk);
            }
            Ok(())
        };
        let threads = if places.len() < PARALLEL_ROWS_MIN { 1 } else { encoders() };
        if threads == 1 {
            work()?;
        } else {
            std::thread::scope(|scope| {
                let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
                let own = work();
                others.into_iter().fold(own, |result, other| match other.join() {
                    Ok(other) => result.and(other),
                    Err(panic) => std::panic::resume_unwind(panic),
                })
            })?;
        }
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        append(file, done.into_iter().flatten().collect())
    }
}

/// A column of a group, and what encodes it.
struct Column<'a> {
    at: usize,
    field: &'a Field,
    writer: ArrowColumnWriter,
    stats: &'a mut StatsBuilder,
}

impl Column<'_> {
    fn encode_all(mut self, batches: &[RecordBatch], places: &[(usize, usize)]) -> Result<ArrowColumnChunk> {
        let arrays: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(self.at).as_ref()).collect();
        if arrays.iter().all(|array| array.null_count() == array.len()) {
            let nulls = new_null_array(self.field.data_type(), places.len().min(SLICE_ROWS));
            for slice in places.chunks(SLICE_ROWS) {
                encode(&mut self.writer, self.stats, self.field, &nulls.slice(0, slice.len()))?;
            }
        } else if arrays.iter().all(|array| is_coded(array.data_type())) {
            let mut coded = Coded::new(&arrays)?;
            for slice in places.chunks(SLICE_ROWS) {
                write(&mut self.writer, self.field, &coded.gather(slice)?)?;
            }
            self.stats.add_nulls(coded.nulls);
            self.stats.update(&coded.used()?);
        } else {
            for slice in places.chunks(SLICE_ROWS) {
                encode(&mut self.writer, self.stats, self.field, &gather(&arrays, slice)?)?;
            }
        }
        Ok(self.writer.close()?)
    }
}

fn encode(writer: &mut ArrowColumnWriter, stats: &mut StatsBuilder, field: &Field, array: &ArrayRef) -> Result<()> {
    stats.update(array);
    write(writer, field, array)
}

fn write(writer: &mut ArrowColumnWriter, field: &Field, array: &ArrayRef) -> Result<()> {
    for leaf in compute_leaves(field, array)? {
        writer.write(&leaf)?;
    }
    Ok(())
}

fn append(file: &mut SerializedFileWriter<File>, chunks: Vec<ArrowColumnChunk>) -> Result<()> {
    let mut group = file.next_row_group()?;
    for chunk in chunks {
        chunk.append_to_row_group(&mut group)?;
    }
    group.close().map_err(Error::from)?;
    Ok(())
}

fn encoders() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(ENCODERS_MAX)
}
