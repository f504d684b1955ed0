//! A row group in the making: an encoder a column.

use std::fs::File;
use std::sync::{Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, SchemaRef};
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::file::properties::EnabledStatistics;
use parquet::file::writer::SerializedFileWriter;

use super::chunk::{Description, EncodedChunk, Values, encode_chunk};
use super::coded::Coded;
use super::dictionary;
use super::gather::{gather, gather_ids};
use super::ids::IdCodes;
use super::numbers::{self, Numbers, is_number};
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
        let chunks = self.writers.into_iter().map(|writer| writer.close().map(Chunk::General));
        append(file, chunks.collect::<std::result::Result<Vec<_>, _>>()?)
    }

    /// Takes the rows at `places` out of `batches` as the whole group. Column after column, so that what is gathered from stays in the
    /// cache, and several columns at once.
    pub(super) fn write_whole(
        self,
        schema: &SchemaRef,
        is_derived: bool,
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
            .map(|(at, ((writer, stats), field))| {
                let column = file.schema_descr().column(at);
                let properties = file.properties();
                Column {
                    at,
                    field,
                    is_derived,
                    has_dictionary: properties.dictionary_enabled(column.path()),
                    description: Description {
                        has_page_bounds: properties.statistics_enabled(column.path()) == EnabledStatistics::Page,
                        column,
                    },
                    writer,
                    stats,
                }
            })
            .collect();
        let count = columns.len();
        let queue = Mutex::new(columns.into_iter());
        let done: Mutex<Vec<Option<Chunk>>> = Mutex::new((0..count).map(|_| None).collect());
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
    has_dictionary: bool,
    /// Of a derived table: columns come as keys into values, or as plain numbers.
    is_derived: bool,
    description: Description,
    writer: ArrowColumnWriter,
    stats: &'a mut StatsBuilder,
}

/// A column of a group, encoded.
enum Chunk {
    /// By the general encoder.
    General(ArrowColumnChunk),
    /// By ours.
    Own(EncodedChunk),
}

impl Column<'_> {
    /// Codes, ids and columns without any value are most of a file; the general encoder would look at each value of them many times.
    fn encode_all(mut self, batches: &[RecordBatch], places: &[(usize, usize)]) -> Result<Chunk> {
        let arrays: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(self.at).as_ref()).collect();
        let (nulls, values) = if arrays.iter().all(|array| is_nothing(*array)) {
            self.stats.add_nulls(places.len());
            (None, Values::Nothing)
        } else if let Some(gathered) = self.is_derived.then(|| dictionary::gather(&arrays, places, self.stats)).flatten() {
            gathered
        } else if self.is_derived && is_number(self.field.data_type()) && arrays.iter().all(|array| array.null_count() == 0) {
            self.gather_numbers(&arrays, places)
        } else if arrays.iter().all(|array| is_coded(array.data_type())) {
            let Coded { codes, list, nulls } = Coded::gather(&arrays, places);
            self.stats.add_nulls(places.len() - codes.len());
            self.stats.add_texts(&list);
            (nulls, Values::Coded { codes, list })
        } else if *self.field.data_type() == DataType::FixedSizeBinary(16) {
            self.gather_ids(&arrays, places)
        } else {
            for slice in places.chunks(SLICE_ROWS) {
                encode(&mut self.writer, self.stats, self.field, &gather(&arrays, slice)?)?;
            }
            return Ok(Chunk::General(self.writer.close()?));
        };
        encode_chunk(&self.description, places.len(), nulls.as_ref(), &values).map(Chunk::Own)
    }

    fn gather_numbers(&mut self, arrays: &[&dyn Array], places: &[(usize, usize)]) -> (Option<NullBuffer>, Values<'static>) {
        let parts: Vec<Numbers<'_>> = arrays.iter().map(|array| Numbers::of(*array)).collect();
        let numbers: Vec<i64> = places.iter().map(|(part, row)| parts[*part].bits(*row)).collect();
        let is_float = *self.field.data_type() == DataType::Float64;
        let values = match numbers::coded(&numbers) {
            Some((codes, list)) => Values::CodedNumbers { codes, list, is_float },
            None => Values::Numbers { numbers, is_float },
        };
        match &values {
            Values::CodedNumbers { list, .. } => self.stats.add_numbers(list),
            Values::Numbers { numbers, .. } => self.stats.add_numbers(numbers),
            _ => {}
        }
        (None, values)
    }

    fn gather_ids(&mut self, arrays: &[&dyn Array], places: &[(usize, usize)]) -> (Option<NullBuffer>, Values<'static>) {
        let nulls;
        let values = if self.has_dictionary {
            let mut ids = IdCodes::default();
            nulls = gather_ids(arrays, places, |id| ids.push(id));
            let IdCodes { codes, list, .. } = ids;
            self.stats.add_ids(&list);
            Values::CodedIds { codes, list }
        } else {
            let mut ids = Vec::with_capacity(places.len());
            nulls = gather_ids(arrays, places, |id| ids.push(id));
            self.stats.add_ids(&ids);
            Values::Ids(ids)
        };
        self.stats.add_nulls(nulls.as_ref().map_or(0, NullBuffer::null_count));
        (nulls, values)
    }
}

/// Whether no row has a value.
fn is_nothing(array: &dyn Array) -> bool {
    let has_no_value = || {
        array
            .as_any_dictionary_opt()
            .is_some_and(|keys| keys.values().null_count() == keys.values().len())
    };
    array.null_count() == array.len() || has_no_value()
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

fn append(file: &mut SerializedFileWriter<File>, chunks: Vec<Chunk>) -> Result<()> {
    let mut group = file.next_row_group()?;
    for chunk in chunks {
        match chunk {
            Chunk::General(chunk) => chunk.append_to_row_group(&mut group)?,
            Chunk::Own(EncodedChunk { bytes, close }) => group.append_column(&bytes, close)?,
        }
    }
    group.close().map_err(Error::from)?;
    Ok(())
}

fn encoders() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(ENCODERS_MAX)
}
