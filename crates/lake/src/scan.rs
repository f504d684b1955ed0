//! A plain scan of some files of a table.

use std::sync::Arc;

use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::{CachedParquetFileReaderFactory, ParquetRowSelection};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_expr::{LexOrdering, PhysicalExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::scalar::ScalarValue;

use crate::Result;
use crate::buffers::Buffers;
use crate::catalogue::state::TableState;
use crate::deletes::rows_left;
use crate::file::DataFile;
use crate::lake::Inner;
use crate::read::FileReaders;
use crate::stats::ColumnStats;

/// Footers are read together with the end of the file: this much holds the footer of a row group or two.
const FOOTER_BYTES_HINT: usize = 64 << 10;

/// What to read.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// One partition a group.
    pub(crate) groups: Vec<Vec<Arc<DataFile>>>,
    /// Columns by position; None for all.
    pub(crate) projection: Option<Vec<usize>>,
    /// Prunes row groups and pages; rows that fail it may still come.
    pub(crate) predicate: Option<Arc<dyn PhysicalExpr>>,
    pub(crate) limit: Option<usize>,
    pub(crate) ordering: Option<LexOrdering>,
    pub(crate) options: TableParquetOptions,
}

impl Scan {
    pub(crate) fn plan(self, inner: &Inner, table: &TableState) -> Result<Arc<dyn ExecutionPlan>> {
        let footers = CachedParquetFileReaderFactory::new(Arc::clone(&inner.store), Arc::clone(&inner.footers));
        let mut source = ParquetSource::new(Arc::clone(&table.schema))
            .with_table_parquet_options(self.options)
            .with_metadata_size_hint(FOOTER_BYTES_HINT)
            .with_parquet_file_reader_factory(Arc::new(footers));
        if let Some(predicate) = self.predicate {
            source = source.with_predicate(predicate);
        }
        let statistics = table_statistics(table, self.groups.iter().flatten());
        let buffers = Buffers::default();
        let mut groups = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let files = group.iter().map(|file| partitioned_file(inner, table, file, &buffers));
            groups.push(FileGroup::new(files.collect::<Result<_>>()?));
        }
        let has_deletes = self.groups.iter().flatten().any(|file| file.deletes.is_some());
        let config = FileScanConfigBuilder::new(inner.store_url.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(statistics)
            // A limit counts the rows of row groups, gone ones with them.
            .with_limit(self.limit.filter(|_| !has_deletes))
            .with_projection_indices(self.projection)?
            .with_output_ordering(self.ordering.into_iter().collect())
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// Carries its readers with it, for whoever wants to read it in another way.
fn partitioned_file(inner: &Inner, table: &TableState, file: &Arc<DataFile>, buffers: &Buffers) -> Result<PartitionedFile> {
    let planned = PartitionedFile::new(file.path.as_ref(), file.bytes).with_statistics(Arc::new(file_statistics(table, file)));
    Ok(match rows_left(file, inner.root())? {
        // Without readers nobody takes it for a whole file.
        Some(left) => planned.with_extension(ParquetRowSelection::new(left)),
        None => planned.with_extension(FileReaders::of(inner, &file.path, file.bytes).locally(&inner.root, buffers)),
    })
}

fn file_statistics(table: &TableState, file: &DataFile) -> Statistics {
    let columns = table
        .columns
        .iter()
        .map(|column| file_column_statistics(file, file.stats_of(column.id)))
        .collect();
    Statistics {
        num_rows: exact(file.live_rows()),
        total_byte_size: Precision::Absent,
        column_statistics: columns,
    }
}

fn file_column_statistics(file: &DataFile, stats: Option<&ColumnStats>) -> ColumnStatistics {
    // Without statistics the file is older than the column: all its values are null.
    let nulls = stats.map_or(file.rows, |stats| stats.nulls);
    let is_whole = file.deletes.is_none();
    let bound = |value: Option<&ScalarValue>| precise(is_whole, value.cloned());
    ColumnStatistics {
        null_count: if is_whole { exact(nulls) } else { Precision::Absent },
        min_value: bound(stats.and_then(|stats| stats.min.as_ref())),
        max_value: bound(stats.and_then(|stats| stats.max.as_ref())),
        ..ColumnStatistics::new_unknown()
    }
}

/// Statistics of all of `files`; None of their bounds is exact unless every file's is.
pub(crate) fn table_statistics<'a>(table: &TableState, files: impl Iterator<Item = &'a Arc<DataFile>>) -> Statistics {
    let files: Vec<&Arc<DataFile>> = files.collect();
    let columns = table.columns.iter().map(|column| merged(&files, column.id)).collect();
    let rows = files.iter().map(|file| file.live_rows()).sum();
    Statistics {
        num_rows: exact(rows),
        total_byte_size: Precision::Absent,
        column_statistics: columns,
    }
}

fn merged(files: &[&Arc<DataFile>], column: i64) -> ColumnStatistics {
    let mut nulls = 0;
    let mut bounds: Option<(&ScalarValue, &ScalarValue)> = None;
    let mut is_bounded = true;
    for file in files {
        let Some(stats) = file.stats_of(column) else {
            nulls += file.rows;
            continue;
        };
        nulls += stats.nulls;
        match (&stats.min, &stats.max) {
            (Some(min), Some(max)) => {
                bounds = Some(bounds.map_or((min, max), |(low, high)| {
                    (if min < low { min } else { low }, if max > high { max } else { high })
                }));
            }
            _ => is_bounded &= stats.nulls == file.rows,
        }
    }
    let bounds = bounds.filter(|_| is_bounded);
    let is_whole = files.iter().all(|file| file.deletes.is_none());
    let bound = |value: Option<&ScalarValue>| precise(is_whole, value.cloned());
    ColumnStatistics {
        null_count: if is_whole { exact(nulls) } else { Precision::Absent },
        min_value: bound(bounds.map(|(min, _)| min)),
        max_value: bound(bounds.map(|(_, max)| max)),
        ..ColumnStatistics::new_unknown()
    }
}

/// A bound: where rows are gone it still holds, but perhaps nobody reaches it.
fn precise(is_whole: bool, value: Option<ScalarValue>) -> Precision<ScalarValue> {
    match value {
        None => Precision::Absent,
        Some(value) if is_whole => Precision::Exact(value),
        Some(value) => Precision::Inexact(value),
    }
}

fn exact(count: u64) -> Precision<usize> {
    usize::try_from(count).map_or(Precision::Absent, Precision::Exact)
}
