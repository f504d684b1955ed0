//! A lake at one version, held against expiry while it is read.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::execution::TaskContext;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_plan::ExecutionPlan;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::ObjectStore;

use crate::catalogue::state::{LakeState, TableState};
use crate::customers::CustomerSet;
use crate::file::DataFile;
use crate::journey_scan::{self, Pass};
use crate::lake::Inner;
use crate::lease::Lease;
use crate::provider::LakeTable;
use crate::scan::Scan;
use crate::schema::Column;
use crate::transaction::part_of;
use crate::{Error, Result, read};

/// The tables of a lake at one version. Clones, and the tables and scans made from it, share its hold on the files.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) view: Arc<View>,
}

/// A scan of a snapshot, for [`Snapshot::read`] or for DataFusion.
pub type Plan = Arc<dyn ExecutionPlan>;

/// What a snapshot keeps alive.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) inner: Arc<Inner>,
    pub(crate) state: Arc<LakeState>,
    _lease: Lease,
}

impl Snapshot {
    pub(crate) fn new(inner: Arc<Inner>, state: Arc<LakeState>) -> Self {
        let lease = inner.leases.take(state.version);
        Self {
            view: Arc::new(View { inner, state, _lease: lease }),
        }
    }

    /// Number of the snapshot: the data version of every result that is read from it.
    pub fn version(&self) -> i64 {
        self.view.state.version
    }

    /// The table `name` at this version.
    pub fn table(&self, name: &str) -> Result<TableSnapshot> {
        let table = Arc::clone(self.view.state.table(name)?);
        Ok(TableSnapshot {
            view: Arc::clone(&self.view),
            table,
        })
    }

    /// Names of the tables.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.view.state.tables.keys().map(String::as_str)
    }

    /// The batches of every partition of a scan of this snapshot.
    pub fn read(&self, plan: &Plan) -> Vec<BoxStream<'static, Result<RecordBatch>>> {
        let context: Arc<TaskContext> = Arc::default();
        self.register(&context.runtime_env());
        let partitions = 0..plan.properties().partitioning.partition_count();
        let read = |partition| {
            let leased = self.clone();
            let batches = futures::stream::once(std::future::ready(plan.execute(partition, Arc::clone(&context))));
            let batches = batches.try_flatten().map_err(Error::from);
            // The snapshot's files stay while they are read.
            batches.inspect(move |_| debug_assert!(leased.version() >= 0)).boxed()
        };
        partitions.map(read).collect()
    }

    /// Lets plans of this lake run in `runtime`: registers the lake's storage under its own URL. Providers do it when they are scanned;
    /// a plan from [`TableSnapshot::journey_scan`] needs it once.
    pub fn register(&self, runtime: &RuntimeEnv) {
        runtime.register_object_store(self.view.inner.store_url.as_ref(), Arc::clone(&self.view.inner.store));
    }
}

/// One table at one version.
#[derive(Clone, Debug)]
pub struct TableSnapshot {
    pub(crate) view: Arc<View>,
    pub(crate) table: Arc<TableState>,
}

impl TableSnapshot {
    /// The Arrow schema: ids FixedSizeBinary(16), text Utf8, money Decimal128(18, 6), rates Decimal128(18, 9), instants
    /// Timestamp(µs, "UTC"), dates Date32; no metadata.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.table.schema)
    }

    pub fn columns(&self) -> &[Column] {
        &self.table.columns
    }

    /// The live files, oldest first.
    pub fn files(&self) -> &[Arc<DataFile>] {
        &self.table.files
    }

    /// Some columns of one of the table's files, batch by batch; a column that the file does not have is null.
    pub async fn read_file(&self, file: &DataFile, columns: &[&str]) -> Result<impl Stream<Item = Result<RecordBatch>> + Send + use<>> {
        let schema = part_of(&self.table.schema, columns)?;
        read::columns(&self.view.inner, &file.path, file.bytes, &schema).await
    }

    /// Whether the statistics say that `file` has no value in `column`.
    pub fn is_empty_in(&self, file: &DataFile, column: &str) -> bool {
        self.table.stats(file, column).is_none_or(|stats| stats.nulls == file.rows)
    }

    /// Number of rows, from the catalogue.
    pub fn rows(&self) -> u64 {
        self.table.files.iter().map(|file| file.live_rows()).sum()
    }

    /// The table for DataFusion: a plain scan of the files that the filters leave, without a declared order.
    pub fn provider(&self) -> Arc<dyn TableProvider> {
        Arc::new(LakeTable::new(self.clone()))
    }

    /// All rows, file after file, in one partition.
    pub fn plain_scan(&self) -> Result<Plan> {
        let scan = Scan {
            groups: vec![self.table.files.clone()],
            ..Scan::default()
        };
        scan.plan(&self.view.inner, &self.table)
    }

    /// The lake's storage; it reaches nothing outside this lake.
    pub fn object_store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.view.inner.store)
    }

    /// The URL under which plans look for [`TableSnapshot::object_store`].
    pub fn object_store_url(&self) -> ObjectStoreUrl {
        self.view.inner.store_url.clone()
    }

    /// The journey rows for one pass over customers: one partition a customer range, each in the order of customer, time and sequence,
    /// so that a customer's rows are neighbours in one partition. `columns` are the output columns, in this order; they must hold
    /// `customer_id` and `recorded_at`, by which the plan declares its order. Local plans only: Ballista returns wrong rows for scans
    /// with a declared order.
    pub fn journey_scan(&self, columns: &[&str]) -> Result<Plan> {
        journey_scan::plan(self, columns, None)
    }

    /// [`TableSnapshot::journey_scan`] of some customers, few of many. Columns come as in the table.
    pub fn journey_scan_of(&self, columns: &[&str], customers: &Arc<CustomerSet>, partitions: usize) -> Result<Plan> {
        journey_scan::of_customers(self, columns, customers, partitions)
    }

    /// All journey rows of the compacted files, or of the others, file by file, in at most `partitions` parts: a customer's rows are together
    /// within a file only. With `kinds`, only customers with such a row in the same file, up to the last of them; others may come, too. Ids
    /// and texts may come as `Dictionary(UInt32, …)`.
    pub fn journey_files_scan(
        &self,
        columns: &[&str],
        is_compacted: bool,
        kinds: Option<&'static [&'static str]>,
        partitions: usize,
    ) -> Result<Plan> {
        journey_scan::by_file(self, columns, |file| file.customer_range.is_some() == is_compacted, kinds, partitions)
    }

    /// [`TableSnapshot::journey_scan`] for a pass that needs only some customers. `columns` must hold `record_kind`, too. Ids and texts may
    /// come as `Dictionary(UInt32, …)`, and several customer ranges in one partition.
    pub fn journey_scan_with(&self, columns: &[&str], pass: Pass) -> Result<Plan> {
        journey_scan::plan(self, columns, Some(pass))
    }
}
