//! A plain scan of some files of a table.

use std::sync::Arc;

use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_expr::{LexOrdering, PhysicalExpr};
use datafusion::physical_plan::ExecutionPlan;

use crate::Result;
use crate::buffers::Buffers;
use crate::catalogue::state::TableState;
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
        let groups = self
            .groups
            .iter()
            .map(|group| FileGroup::new(group.iter().map(|file| partitioned_file(inner, table, file, &buffers)).collect()))
            .collect();
        let config = FileScanConfigBuilder::new(inner.store_url.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_limit(self.limit)
            .with_projection_indices(self.projection)?
            .with_output_ordering(self.ordering.into_iter().collect())
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// Carries its readers with it, for whoever wants to read it in another way.
fn partitioned_file(inner: &Inner, table: &TableState, file: &Arc<DataFile>, buffers: &Buffers) -> PartitionedFile {
    PartitionedFile::new(file.path.as_ref(), file.bytes)
        .with_statistics(Arc::new(file_statistics(table, file)))
        .with_extension(FileReaders::of(inner, &file.path, file.bytes).locally(&inner.root, buffers))
}

fn file_statistics(table: &TableState, file: &DataFile) -> Statistics {
    let columns = table
        .columns
        .iter()
        .map(|column| file_column_statistics(file, file.stats_of(column.id)))
        .collect();
    Statistics {
        num_rows: exact(file.rows),
        total_byte_size: Precision::Absent,
        column_statistics: columns,
    }
}

fn file_column_statistics(file: &DataFile, stats: Option<&ColumnStats>) -> ColumnStatistics {
    // Without statistics the file is older than the column: all its values are null.
    let nulls = stats.map_or(file.rows, |stats| stats.nulls);
    let bound = |value: Option<&datafusion::scalar::ScalarValue>| value.cloned().map_or(Precision::Absent, Precision::Exact);
    ColumnStatistics {
        null_count: exact(nulls),
        min_value: bound(stats.and_then(|stats| stats.min.as_ref())),
        max_value: bound(stats.and_then(|stats| stats.max.as_ref())),
        ..ColumnStatistics::new_unknown()
    }
}

/// Statistics of all of `files`; None of their bounds is exact unless every file's is.
pub(crate) fn table_statistics<'a>(table: &TableState, files: impl Iterator<Item = &'a Arc<DataFile>>) -> Statistics {
    let files: Vec<&Arc<DataFile>> = files.collect();
    let columns = table.columns.iter().map(|column| merged(&files, column.id)).collect();
    let rows = files.iter().map(|file| file.rows).sum();
    Statistics {
        num_rows: exact(rows),
        total_byte_size: Precision::Absent,
        column_statistics: columns,
    }
}

fn merged(files: &[&Arc<DataFile>], column: i64) -> ColumnStatistics {
    let mut nulls = 0;
    let mut bounds: Option<(&datafusion::scalar::ScalarValue, &datafusion::scalar::ScalarValue)> = None;
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
    let bound = |value: Option<&datafusion::scalar::ScalarValue>| value.cloned().map_or(Precision::Absent, Precision::Exact);
    ColumnStatistics {
        null_count: exact(nulls),
        min_value: bound(bounds.map(|(min, _)| min)),
        max_value: bound(bounds.map(|(_, max)| max)),
        ..ColumnStatistics::new_unknown()
    }
}

fn exact(count: u64) -> Precision<usize> {
    usize::try_from(count).map_or(Precision::Absent, Precision::Exact)
}
