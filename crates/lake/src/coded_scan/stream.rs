//! The row groups of one file, one after the other.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, SchemaRef};
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt, TryStreamExt};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection};
use parquet::arrow::async_reader::{AsyncFileReader, ParquetRecordBatchStream};
use parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use parquet::errors::Result;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};

use super::column::{CodedColumn, is_coded};
use super::numbers::{NumberColumn, is_numbers};
use super::pages::Pages;
use super::{Customers, among, events, selection};
use crate::read::{FileReaders, Reader};

/// Rows of a batch: enough that what a batch costs does not count, few enough to stay in the cache.
const BATCH_ROWS: usize = 16_384;
/// Row groups of which the bytes are read while an earlier one is decoded.
const ROW_GROUPS_AHEAD: usize = 2;

/// What to read of a file.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// Its dictionary types ask for codes.
    pub(super) schema: SchemaRef,
    pub(super) customers: Customers,
}

/// How a column of the batches is come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The file does not have it, or has only nulls.
    Null,
    Coded,
    Numbers,
    /// By the library.
    Plain,
}

/// A column of the batches in one row group.
enum Source {
    Null,
    Coded(CodedColumn),
    Numbers(Box<NumberColumn>),
    /// Position among the columns that the library reads.
    Plain(usize),
}

/// The rows of a file in its order.
pub(super) async fn batches(file: FileReaders, request: Request) -> Result<impl Stream<Item = Result<RecordBatch>> + Send> {
    let mut reader = file.open()?;
    let metadata = reader.get_metadata(None).await?;
    let metadata = ArrowReaderMetadata::try_new(metadata, ArrowReaderOptions::new())?;
    let groups = file.row_groups(metadata.metadata());
    let open = move |group| row_group(file.clone(), request.clone(), metadata.clone(), group);
    Ok(stream::iter(groups).map(open).buffered(ROW_GROUPS_AHEAD).try_flatten())
}

async fn row_group(
    readers: FileReaders,
    request: Request,
    metadata: ArrowReaderMetadata,
    group: usize,
) -> Result<BoxStream<'static, Result<RecordBatch>>> {
    if let Customers::Among(customers) = request.customers {
        return among::row_group(readers, request.schema, metadata, group, customers).await;
    }
    let file = metadata.metadata();
    let chunks = file.row_group(group);
    let rows = usize::try_from(chunks.num_rows()).unwrap_or(0);
    // Pages of version 1 have their levels among the values: they are left to the library.
    let is_ours = file.file_metadata().version() == 2;
    let ways = ways(&request.schema, chunks, is_ours);
    let own = ways.iter().filter(|(way, _)| matches!(way, Way::Coded | Way::Numbers));
    let ranges = own
        .map(|(_, at)| chunks.column(*at).byte_range())
        .map(|(start, length)| start..start + length);
    let bytes = readers.read(ranges.collect()).await?;
    // What was read is of the columns that are ours, in the order of the request.
    let mut bytes = bytes.into_iter();
    let mut names = None;
    let mut plain = ways.iter().filter(|(way, _)| *way == Way::Plain).map(|(_, at)| *at).collect::<Vec<_>>();
    // The library yields columns in the order of the file.
    plain.sort_unstable();
    let mut sources = Vec::with_capacity(ways.len());
    for (place, ((way, at), field)) in ways.iter().zip(request.schema.fields()).enumerate() {
        sources.push(match way {
            Way::Null => Source::Null,
            Way::Plain => Source::Plain(plain.binary_search(at).expect("every plain column is read")),
            Way::Coded | Way::Numbers => {
                let (bytes, chunk) = (bytes.next().unwrap_or_default(), chunks.column(*at));
                if matches!(request.customers, Customers::With { kind, .. } if kind == place) {
                    names = Some((bytes.clone(), chunk));
                }
                source(bytes, chunk, rows, field.data_type())?
            }
        });
    }
    let ranges = select(&request, &sources, names, rows)?;
    let selected = selection::cut(ranges, BATCH_ROWS).into();
    let assembly = Assembly {
        schema: request.schema,
        sources,
    };
    if plain.is_empty() {
        return Ok(assembly.by_itself(selected).boxed());
    }
    let library = plain_columns(readers.open()?, &metadata, group, &plain, &selected)?;
    Ok(assembly.with(library, selected).boxed())
}

fn ways(schema: &SchemaRef, chunks: &RowGroupMetaData, is_ours: bool) -> Vec<(Way, usize)> {
    let way = |chunk: &ColumnChunkMetaData, kind: &DataType| {
        let nulls = chunk.statistics().and_then(|statistics| statistics.null_count_opt());
        match kind {
            _ if nulls.is_some_and(|nulls| i64::try_from(nulls) == Ok(chunks.num_rows())) => Way::Null,
            DataType::Dictionary(..) if is_ours && is_coded(chunk) => Way::Coded,
            kind if is_ours && is_numbers(chunk, kind) => Way::Numbers,
            _ => Way::Plain,
        }
    };
    let place = |name: &str| chunks.columns().iter().position(|chunk| chunk.column_descr().name() == name);
    let fields = schema.fields().iter();
    fields
        .map(|field| place(field.name()).map_or((Way::Null, 0), |at| (way(chunks.column(at), field.data_type()), at)))
        .collect()
}

fn source(bytes: Bytes, chunk: &ColumnChunkMetaData, rows: usize, kind: &DataType) -> Result<Source> {
    Ok(match kind {
        DataType::Dictionary(_, values) => Source::Coded(CodedColumn::open(bytes, chunk, rows, values)?),
        kind => Source::Numbers(Box::new(NumberColumn::open(bytes, chunk, rows, kind)?)),
    })
}

/// The rows to decode. To choose among customers both columns must be codes without nulls; else all rows are taken. `names` is the
/// chunk of record kinds.
fn select(request: &Request, sources: &[Source], names: Option<(Bytes, &ColumnChunkMetaData)>, rows: usize) -> Result<Vec<Range<usize>>> {
    let all = vec![0..rows];
    let Customers::With {
        customer,
        kind,
        instant,
        kinds,
    } = request.customers
    else {
        return Ok(all);
    };
    let (Source::Coded(customers), Source::Coded(names), Some((bytes, chunk))) = (&sources[customer], &sources[kind], names) else {
        return Ok(all);
    };
    let Some(customers) = customers.codes() else { return Ok(all) };
    let (_, mut pages) = Pages::open(bytes, chunk, rows)?;
    let is_wanted = names
        .values()
        .as_string::<i32>()
        .iter()
        .map(|name| name.is_some_and(|name| kinds.contains(&name)));
    let Some(events) = events::rows_of(&mut pages, rows, &is_wanted.collect::<Vec<_>>())? else {
        return Ok(all);
    };
    // Where instants cannot be looked at, a customer comes whole.
    let is_same_instant = |left, right| match &sources[instant] {
        Source::Numbers(instants) => instants.are_equal(left, right).unwrap_or(true),
        Source::Null | Source::Coded(_) | Source::Plain(_) => true,
    };
    Ok(selection::of_customers(customers, &events, is_same_instant))
}

/// The columns that only the library can read.
fn plain_columns(
    reader: Reader,
    metadata: &ArrowReaderMetadata,
    group: usize,
    columns: &[usize],
    selected: &VecDeque<Vec<Range<usize>>>,
) -> Result<ParquetRecordBatchStream<Reader>> {
    let file = metadata.metadata();
    let mask = ProjectionMask::roots(file.file_metadata().schema_descr(), columns.iter().copied());
    let rows = usize::try_from(file.row_group(group).num_rows()).unwrap_or(0);
    let selection = RowSelection::from_consecutive_ranges(selected.iter().flatten().cloned(), rows);
    ParquetRecordBatchStreamBuilder::new_with_metadata(reader, metadata.clone())
        .with_row_groups(vec![group])
        .with_projection(mask)
        .with_row_selection(selection)
        .with_batch_size(BATCH_ROWS)
        .build()
}

/// Puts the columns of a row group together.
struct Assembly {
    schema: SchemaRef,
    sources: Vec<Source>,
}

impl Assembly {
    fn by_itself(self, selected: VecDeque<Vec<Range<usize>>>) -> impl Stream<Item = Result<RecordBatch>> + Send {
        stream::try_unfold((self, selected), |(mut assembly, mut selected)| async move {
            let Some(ranges) = selected.pop_front() else { return Ok(None) };
            let batch = assembly.batch(&ranges, &[])?;
            Ok(Some((batch, (assembly, selected))))
        })
    }

    /// The library's batches have as many rows as ours, as they are cut alike.
    fn with(
        mut self,
        library: ParquetRecordBatchStream<Reader>,
        mut selected: VecDeque<Vec<Range<usize>>>,
    ) -> impl Stream<Item = Result<RecordBatch>> + Send {
        library.map(move |batch| self.batch(&selected.pop_front().unwrap_or_default(), batch?.columns()))
    }

    fn batch(&mut self, ranges: &[Range<usize>], plain: &[ArrayRef]) -> Result<RecordBatch> {
        let rows = ranges.iter().map(ExactSizeIterator::len).sum();
        let mut arrays = Vec::with_capacity(self.sources.len());
        for (source, field) in self.sources.iter_mut().zip(self.schema.fields()) {
            arrays.push(match source {
                Source::Null => new_null_array(field.data_type(), rows),
                Source::Coded(column) => column.take(ranges)?,
                Source::Numbers(column) => column.take(ranges)?,
                Source::Plain(at) if plain[*at].data_type() == field.data_type() => ArrayRef::clone(&plain[*at]),
                // Too many values for a dictionary: the file has them plain.
                Source::Plain(at) => cast(&plain[*at], field.data_type())?,
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?)
    }
}
