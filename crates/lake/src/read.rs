//! Reading a file's rows back, in the shape that the table has now.

use std::ops::Range;
use std::path::Path as DiskPath;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::ParquetFileReaderFactory;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::execution::cache::cache_manager::FileMetadataCache;
use datafusion::execution::cache::default_cache::DefaultCache;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::future::BoxFuture;
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::path::Path;
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use tokio::runtime::Handle;

use crate::buffers::Buffers;
use crate::lake::Inner;
use crate::writer::{FileWriter, WrittenFile};
use crate::{Error, Result};

const BATCH_ROWS: usize = 8_192;

/// The rows of the file `path` as batches of `schema`; columns that the file does not have are null.
pub(crate) async fn rows(
    inner: &Inner,
    path: &Path,
    bytes: u64,
    schema: &SchemaRef,
) -> Result<impl Stream<Item = Result<RecordBatch>> + Send + use<>> {
    let reader = FileReaders::of(inner, path, bytes).open()?;
    let stream = ParquetRecordBatchStreamBuilder::new(reader).await?.with_batch_size(BATCH_ROWS).build()?;
    let schema = Arc::clone(schema);
    Ok(stream.map_err(Error::from).map(move |batch| adapt(&batch?, &schema)))
}

/// As [`rows`], and only the columns of `schema` are read.
pub(crate) async fn columns(
    inner: &Inner,
    path: &Path,
    bytes: u64,
    schema: &SchemaRef,
) -> Result<impl Stream<Item = Result<RecordBatch>> + Send + use<>> {
    let reader = FileReaders::of(inner, path, bytes).open()?;
    let builder = ParquetRecordBatchStreamBuilder::new(reader).await?.with_batch_size(BATCH_ROWS);
    let found = builder.parquet_schema().columns().iter().enumerate();
    let wanted = found.filter(|(_, column)| schema.index_of(column.name()).is_ok()).map(|(at, _)| at);
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.collect::<Vec<_>>());
    let stream = builder.with_projection(mask).build()?;
    let schema = Arc::clone(schema);
    Ok(stream.map_err(Error::from).map(move |batch| adapt(&batch?, &schema)))
}

/// Number of rows that the file's footer tells.
pub(crate) async fn row_count(inner: &Inner, path: &Path, bytes: u64) -> Result<u64> {
    let files = CachedParquetFileReaderFactory::new(Arc::clone(&inner.store), Arc::new(DefaultCache::new(0)));
    let mut reader = files.create_reader(0, PartitionedFile::new(path.as_ref(), bytes), None, &ExecutionPlanMetricsSet::new())?;
    Ok(u64::try_from(reader.get_metadata(None).await?.file_metadata().num_rows()).unwrap_or(0))
}

/// Opens readers of one file, as many as are wanted.
#[derive(Clone, Debug)]
pub(crate) struct FileReaders {
    store: Arc<dyn ObjectStore>,
    footers: Arc<FileMetadataCache>,
    path: Path,
    bytes: u64,
    /// The part of the file whose row groups are wanted; None for all.
    part: Option<Range<u64>>,
    /// Where the file is on this machine's disk, and what to read it into.
    local: Option<(Arc<DiskPath>, Buffers)>,
}

impl FileReaders {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, footers: Arc<FileMetadataCache>, path: Path, bytes: u64) -> Self {
        Self {
            store,
            footers,
            path,
            bytes,
            part: None,
            local: None,
        }
    }

    /// Reads column chunks from the file itself, into `buffers`.
    pub(crate) fn locally(mut self, root: &DiskPath, buffers: &Buffers) -> Self {
        self.local = Some((root.join(self.path.as_ref()).into(), buffers.clone()));
        self
    }

    /// The bytes of `ranges`.
    pub(crate) async fn read(&self, ranges: Vec<Range<u64>>) -> parquet::errors::Result<Vec<Bytes>> {
        let Some((path, buffers)) = self.local.clone() else {
            return self.open()?.get_byte_ranges(ranges).await;
        };
        let read = tokio::task::spawn_blocking(move || buffers.read(&path, &ranges)).await;
        let bytes = read.map_err(|error| ParquetError::External(Box::new(error)))?;
        bytes.map_err(|error| ParquetError::External(Box::new(error)))
    }

    /// Only the row groups that begin in a part of the file, given in bytes: parts that cover the file give each row group once.
    pub(crate) fn within(self, part: Range<u64>) -> Self {
        Self { part: Some(part), ..self }
    }

    /// The row groups that are wanted.
    pub(crate) fn row_groups(&self, metadata: &ParquetMetaData) -> Vec<usize> {
        let begin = |group: &usize| {
            let first = metadata.row_group(*group).columns().first();
            first.map_or(0, |chunk| chunk.byte_range().0)
        };
        let is_wanted = |group: &usize| self.part.as_ref().is_none_or(|part| part.contains(&begin(group)));
        (0..metadata.num_row_groups()).filter(is_wanted).collect()
    }

    pub(crate) fn of(inner: &Inner, path: &Path, bytes: u64) -> Self {
        Self::new(Arc::clone(&inner.store), Arc::clone(&inner.footers), path.clone(), bytes)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn open(&self) -> parquet::errors::Result<Reader> {
        let files = CachedParquetFileReaderFactory::new(Arc::clone(&self.store), Arc::clone(&self.footers));
        let file = PartitionedFile::new(self.path.as_ref(), self.bytes);
        let reader = files.create_reader(0, file, None, &ExecutionPlanMetricsSet::new());
        Ok(Reader(reader.map_err(|error| ParquetError::External(Box::new(error)))?))
    }
}

/// DataFusion's reader of the lake's files, so that footers are cached in one place.
pub(crate) struct Reader(Box<dyn AsyncFileReader + Send>);

impl AsyncFileReader for Reader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        self.0.get_bytes(range)
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        self.0.get_byte_ranges(ranges)
    }

    fn get_metadata<'a>(&'a mut self, options: Option<&'a ArrowReaderOptions>) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        self.0.get_metadata(options)
    }
}

/// `batch` with the columns of `schema`, found by name.
pub(crate) fn adapt(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let found = batch.schema();
    let column = |field: &arrow::datatypes::FieldRef| -> ArrayRef {
        found.index_of(field.name()).map_or_else(
            |_| new_null_array(field.data_type(), batch.num_rows()),
            |at| ArrayRef::clone(batch.column(at)),
        )
    };
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        schema.fields().iter().map(column).collect(),
        &RecordBatchOptions::new().with_row_count(Some(batch.num_rows())),
    )?)
}

/// Writes what `stream` yields into one file on a blocking thread. None when there are no rows.
pub(crate) async fn write_all<S>(stream: S, create: impl FnOnce() -> Result<FileWriter> + Send + 'static) -> Result<Option<WrittenFile>>
where
    S: Stream<Item = Result<RecordBatch>> + Send + 'static,
{
    let handle = Handle::current();
    let write = move || {
        let mut stream = Box::pin(stream);
        let mut create = Some(create);
        let mut writer: Option<FileWriter> = None;
        while let Some(batch) = handle.block_on(stream.next()) {
            let batch = batch?;
            if batch.num_rows() == 0 {
                continue;
            }
            if let Some(create) = create.take() {
                writer = Some(create()?);
            }
            if let Some(writer) = &mut writer {
                writer.write(&batch)?;
            }
        }
        writer.map(FileWriter::finish).transpose()
    };
    tokio::task::spawn_blocking(write).await?
}
