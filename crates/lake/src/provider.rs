//! A table of a snapshot as DataFusion sees it.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, DFSchema, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::scalar::ScalarValue;

use crate::catalogue::state::TableState;
use crate::file::DataFile;
use crate::proof::{self, Passing};
use crate::scan::{Scan, table_statistics};
use crate::snapshot::TableSnapshot;

/// Reads a table at one snapshot: only the files that the filters leave, columns that a file does not have as null.
#[derive(Debug)]
pub(crate) struct LakeTable {
    snapshot: TableSnapshot,
}

impl LakeTable {
    pub(crate) fn new(snapshot: TableSnapshot) -> Self {
        Self { snapshot }
    }
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        self.snapshot.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Exact where every file that the filters leave passes the filter whole.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let table = &self.snapshot.table;
        let left = proof::left(&table.files, filters, table);
        let support = |filter: &&Expr| {
            if left.iter().all(|file| proof::passing(filter, table, file) == Passing::All) {
                TableProviderFilterPushDown::Exact
            } else {
                TableProviderFilterPushDown::Inexact
            }
        };
        Ok(filters.iter().map(support).collect())
    }

    fn statistics(&self) -> Option<Statistics> {
        let table = &self.snapshot.table;
        let statistics = table.statistics.get_or_init(|| Arc::new(table_statistics(table, table.files.iter())));
        Some(Statistics::clone(statistics))
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let TableSnapshot { view, table } = &self.snapshot;
        session
            .runtime_env()
            .register_object_store(view.inner.store_url.as_ref(), Arc::clone(&view.inner.store));
        let filters = filters.iter().collect::<Vec<_>>();
        let mut files = proof::left(&table.files, &filters, table);
        let mut predicate = None;
        // Filters that all files pass whole would only be looked at row group by row group.
        let is_open = |filter: &Expr| files.iter().any(|file| proof::passing(filter, table, file) != Passing::All);
        let open = filters.iter().filter(|filter| is_open(filter)).map(|filter| Expr::clone(filter));
        if let Some(filter) = conjunction(open.collect::<Vec<_>>()) {
            let filter = session.create_physical_expr(filter, &DFSchema::try_from(Arc::clone(&table.schema))?)?;
            if let Ok(pruning) = PruningPredicateBuilder::new()
                .with_file_schema(Arc::clone(&table.schema))
                .try_build(Arc::clone(&filter))
            {
                let kept = pruning.prune(&FilePruning { table, files: &files })?;
                files = files.into_iter().zip(kept).filter(|(_, keep)| *keep).map(|(file, _)| file).collect();
            }
            predicate = Some(filter);
        }
        let config = session.config_options();
        let options = TableParquetOptions {
            global: config.execution.parquet.clone(),
            ..TableParquetOptions::default()
        };
        let limit = limit.filter(|_| predicate.is_none());
        let groups = spread(files, config.execution.target_partitions);
        let scan = Scan {
            groups,
            projection: projection.cloned(),
            predicate,
            limit,
            ordering: None,
            options,
        };
        scan.plan(&view.inner, table).map_err(|error| DataFusionError::External(Box::new(error)))
    }
}

/// Deals the files out to at most `partitions` groups of about the same size.
fn spread(mut files: Vec<Arc<DataFile>>, partitions: usize) -> Vec<Vec<Arc<DataFile>>> {
    files.sort_by_key(|file| std::cmp::Reverse((file.bytes, file.id)));
    let mut groups: Vec<(u64, Vec<Arc<DataFile>>)> = vec![(0, Vec::new()); partitions.min(files.len()).max(1)];
    for file in files {
        if let Some((bytes, group)) = groups.iter_mut().min_by_key(|(bytes, _)| *bytes) {
            *bytes += file.bytes;
            group.push(file);
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The catalogue's statistics of files, one container a file.
struct FilePruning<'a> {
    table: &'a TableState,
    files: &'a [Arc<DataFile>],
}

impl FilePruning<'_> {
    fn bounds(&self, column: &Column, max: bool) -> Option<ArrayRef> {
        let (at, known) = self.table.column(column.name())?;
        let kind = self.table.schema.field(at).data_type();
        let null = ScalarValue::try_from(kind).ok()?;
        let bound = |file: &Arc<DataFile>| {
            let stats = file.stats_of(known.id)?;
            if max { stats.max.clone() } else { stats.min.clone() }
        };
        ScalarValue::iter_to_array(self.files.iter().map(|file| bound(file).unwrap_or_else(|| null.clone()))).ok()
    }
}

impl PruningStatistics for FilePruning<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, false)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, true)
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let id = self.table.column(column.name())?.1.id;
        let counts = self.files.iter().map(|file| file.stats_of(id).map_or(file.rows, |stats| stats.nulls));
        Some(Arc::new(UInt64Array::from_iter_values(counts)))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(UInt64Array::from_iter_values(self.files.iter().map(|file| file.rows))))
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
