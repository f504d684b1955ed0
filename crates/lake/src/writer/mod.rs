//! Parquet files: written, sorted and made durable before the catalogue hears of them.

mod chunk;
mod coded;
mod deletes;
mod dictionary;
pub(crate) mod durable;
mod gather;
mod group;
mod hybrid;
mod ids;
mod numbers;
mod properties;
pub(crate) mod sorted;

pub(crate) use deletes::{WrittenDeletes, write_deletes};
pub(crate) use properties::{hardly_repeats, is_unique};

use std::fs::File;
use std::path::{Path as DiskPath, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use object_store::path::Path;
use parquet::arrow::arrow_writer::ArrowRowGroupWriterFactory;
use parquet::file::writer::SerializedFileWriter;

use crate::file::Layout;
use crate::schema::{Column, parquet_schema};
use crate::stats::{ColumnStats, StatsBuilder};
use crate::{Error, Result};
use group::Group;

/// Where a new file goes and how its rows lie.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    pub(crate) layout: Layout,
    pub(crate) level: u8,
    pub(crate) range: Option<(u8, u16)>,
    pub(crate) month: Option<u16>,
}

impl Placement {
    /// A file as appended.
    pub(crate) const fn appended(layout: Layout) -> Self {
        Self {
            layout,
            level: 0,
            range: None,
            month: None,
        }
    }
}

/// A finished, durable file that is not in the catalogue yet.
#[derive(Clone, Debug)]
pub(crate) struct WrittenFile {
    /// Below the lake's root.
    pub(crate) path: Path,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) footer_bytes: u64,
    pub(crate) stats: Vec<(i64, ColumnStats)>,
    pub(crate) placement: Placement,
}

/// Writes one file. Blocking: call it from a blocking task. A file that is not finished is removed.
pub(crate) struct FileWriter {
    file: SerializedFileWriter<File>,
    groups: ArrowRowGroupWriterFactory,
    group_rows_max: usize,
    /// The row group that is being written, and how many there were before it.
    group: Option<Group>,
    group_count: usize,
    columns: Arc<[Column]>,
    schema: SchemaRef,
    stats: Vec<StatsBuilder>,
    rows: u64,
    disk_path: PathBuf,
    path: Path,
    placement: Placement,
    is_finished: bool,
}

impl FileWriter {
    /// Creates `root/path`, which must not exist.
    pub(crate) fn create(root: &DiskPath, path: Path, columns: &Arc<[Column]>, schema: &SchemaRef, placement: Placement) -> Result<Self> {
        let disk_path = root.join(path.as_ref());
        if let Some(folder) = disk_path.parent() {
            durable::create_folders(folder)?;
        }
        let file = File::options()
            .write(true)
            .read(true)
            .create_new(true)
            .open(&disk_path)
            .map_err(Error::io(&disk_path, "created"))?;
        let properties = properties::properties(columns, &placement);
        let group_rows_max = properties.max_row_group_row_count().unwrap_or(usize::MAX);
        let file = SerializedFileWriter::new(file, parquet_schema(columns)?.root_schema_ptr(), Arc::new(properties))?;
        let groups = ArrowRowGroupWriterFactory::new(&file, Arc::clone(schema));
        let stats = columns.iter().map(|column| StatsBuilder::new(column.kind)).collect();
        let (columns, schema) = (Arc::clone(columns), Arc::clone(schema));
        Ok(Self {
            file,
            groups,
            group_rows_max,
            group: None,
            group_count: 0,
            columns,
            schema,
            stats,
            rows: 0,
            disk_path,
            path,
            placement,
            is_finished: false,
        })
    }

    /// Appends rows; `batch` has the table's schema.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        debug_assert_eq!(batch.schema().fields().len(), self.schema.fields().len());
        let mut from = 0;
        while from < batch.num_rows() {
            let mut group = match self.group.take() {
                Some(group) => group,
                None => self.begin_group()?,
            };
            let count = (batch.num_rows() - from).min(self.group_rows_max - group.rows);
            group.write(&batch.slice(from, count), &mut self.stats)?;
            from += count;
            self.rows += count as u64;
            if group.rows >= self.group_rows_max {
                group.end(&mut self.file)?;
            } else {
                self.group = Some(group);
            }
        }
        Ok(())
    }

    /// Appends the rows of `batches`, which have the table's schema (but texts may be codes), in the order of `places`, each (batch, row).
    pub(crate) fn write_in_order(&mut self, batches: &[RecordBatch], places: &[(usize, usize)]) -> Result<()> {
        self.end_group()?;
        let is_derived = self.placement.layout == Layout::Table;
        for places in places.chunks(self.group_rows_max) {
            let group = self.begin_group()?;
            group.write_whole(&self.schema, is_derived, batches, places, &mut self.stats, &mut self.file)?;
            self.rows += places.len() as u64;
        }
        Ok(())
    }

    fn begin_group(&mut self) -> Result<Group> {
        let group = Group::begin(&self.groups, self.group_count)?;
        self.group_count += 1;
        Ok(group)
    }

    fn end_group(&mut self) -> Result<()> {
        self.group.take().map_or(Ok(()), |group| group.end(&mut self.file))
    }

    /// Closes the file and syncs it and its folder: after this it survives a power loss.
    pub(crate) fn finish(self) -> Result<WrittenFile> {
        let (written, unsynced) = self.close()?;
        let path = unsynced.path.clone();
        unsynced.sync().inspect_err(|_| remove_unfinished(&path))?;
        Ok(written)
    }

    /// Closes the file. It must be synced before the catalogue hears of it, and removed by the caller if that fails.
    pub(crate) fn close(mut self) -> Result<(WrittenFile, Unsynced)> {
        self.end_group()?;
        let metadata = self.file.finish()?;
        let file = self.file.inner().try_clone().map_err(Error::io(&self.disk_path, "shared"))?;
        let bytes = file.metadata().map_err(Error::io(&self.disk_path, "measured"))?.len();
        let footer_bytes = durable::footer_bytes(&file, bytes).map_err(Error::io(&self.disk_path, "read back"))?;
        let unsynced = Unsynced {
            file,
            path: self.disk_path.clone(),
        };
        let mut sizes = vec![0_u64; self.columns.len()];
        for group in metadata.row_groups() {
            for (size, column) in sizes.iter_mut().zip(group.columns()) {
                *size += u64::try_from(column.compressed_size()).unwrap_or(0);
            }
        }
        let stats = std::mem::take(&mut self.stats);
        let stats = self
            .columns
            .iter()
            .zip(stats)
            .zip(sizes)
            .map(|((column, stats), bytes)| (column.id, stats.finish(bytes)))
            .collect();
        self.is_finished = true;
        let written = WrittenFile {
            path: self.path.clone(),
            rows: self.rows,
            bytes,
            footer_bytes,
            stats,
            placement: self.placement.clone(),
        };
        Ok((written, unsynced))
    }
}

impl Drop for FileWriter {
    fn drop(&mut self) {
        if !self.is_finished {
            remove_unfinished(&self.disk_path);
        }
    }
}

fn remove_unfinished(path: &DiskPath) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!(path = %path.display(), %error, "an unfinished file was left for the garbage collection");
    }
}

/// A file that is written but would not survive a power loss yet.
#[derive(Debug)]
pub(crate) struct Unsynced {
    file: File,
    path: PathBuf,
}

impl Unsynced {
    /// Syncs the file and its folder.
    pub(crate) fn sync(&self) -> Result<()> {
        self.file.sync_all().map_err(Error::io(&self.path, "synced to the disk"))?;
        self.path.parent().map_or(Ok(()), durable::sync_folder)
    }
}
