//! One session for one query: it knows one organisation's tables at one snapshot and nothing else.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, SchemaProvider, TableProvider};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::context::SQLOptions;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{GreedyMemoryPool, MemoryPool};
use datafusion::execution::object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry, ObjectStoreUrl};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::execution::{SendableRecordBatchStream, SessionStateDefaults};
use datafusion::physical_plan::{ExecutionPlan, execute_stream, execute_stream_partitioned};
use datafusion::prelude::SessionConfig;
use semantic::{CreditSource, Param, PathSource, Plan};
use types::Currency;

use crate::credits::{AddUpCredits, CreditsTable, OfCustomers, PathsTable};
use crate::neighbours::AddUpNeighbours;
use crate::spend::SpendLevelsOf;
use crate::yielding::YieldAfterJoins;
use crate::{Limits, functions, params, spend, sums};

/// Rows of a partition after which grouping is left to the final step, if nearly all were groups of their own.
const PARTIAL_PROBE_ROWS: usize = 8_192;

/// Catalogue and schema of every session; a name with another one in front is not found.
const CATALOGUE: &str = "lake";
const SCHEMA: &str = "public";

/// A session over one snapshot.
#[derive(Debug)]
pub(crate) struct Session {
    state: SessionState,
}

impl Session {
    /// With the relations that `plan` names.
    pub(crate) fn new(snapshot: lake::Snapshot, plan: &Plan, currency: Currency, limits: &Limits, levels: Arc<SpendLevelsOf>) -> Result<Self> {
        let runtime = runtime(&snapshot, limits)?;
        let tables = SnapshotTables {
            credits: credits_tables(&snapshot, &plan.credits, currency)?,
            paths: paths_tables(&snapshot, &plan.paths, currency)?,
            snapshot,
            levels,
            currency,
            limits: *limits,
        };
        Ok(Self {
            state: state(tables, runtime, limits)?,
        })
    }

    /// The physical plan of one SELECT. Anything else is refused.
    pub(crate) async fn plan(&self, sql: &str, values: &[Param]) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = self.state.create_logical_plan(sql).await?;
        SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)?;
        let plan = sums::exact(params::bind(plan, values)?)?;
        self.state.create_physical_plan(&plan).await
    }

    pub(crate) fn execute(&self, plan: Arc<dyn ExecutionPlan>) -> Result<SendableRecordBatchStream> {
        execute_stream(plan, self.state.task_ctx())
    }

    /// The plan's partitions, each to be read by whoever computes it.
    pub(crate) fn execute_partitioned(&self, plan: Arc<dyn ExecutionPlan>) -> Result<Vec<SendableRecordBatchStream>> {
        execute_stream_partitioned(plan, self.state.task_ctx())
    }

    /// What the query's operators may hold together.
    pub(crate) fn memory_pool(&self) -> &Arc<dyn MemoryPool> {
        &self.state.runtime_env().memory_pool
    }

    pub(crate) fn state(&self) -> &SessionState {
        &self.state
    }
}

/// No spilling: rows stay off the disk, and a query that needs more memory than it may have fails alone. No store but the lake's own,
/// in particular no `file://`.
fn runtime(snapshot: &lake::Snapshot, limits: &Limits) -> Result<Arc<RuntimeEnv>> {
    let stores = DefaultObjectStoreRegistry::new();
    stores.deregister_store(ObjectStoreUrl::local_filesystem().as_ref())?;
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.memory_bytes)))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
        .with_object_store_registry(Arc::new(stores))
        .build_arc()?;
    snapshot.register(&runtime);
    Ok(runtime)
}

fn state(tables: SnapshotTables, runtime: Arc<RuntimeEnv>, limits: &Limits) -> Result<SessionState> {
    let mut config = SessionConfig::new()
        .with_target_partitions(limits.threads)
        .with_batch_size(limits.batch_rows)
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false)
        .with_default_catalog_and_schema(CATALOGUE, SCHEMA);
    // Filters made while a query runs have a history of wrong results (#17188, #20267), and our queries scan everything anyway.
    config.options_mut().optimizer.enable_dynamic_filter_pushdown = false;
    // Reports group neighbours that were added up already: grouping them once more before they change threads finds nothing to add.
    config.options_mut().execution.skip_partial_aggregation_probe_rows_threshold = PARTIAL_PROBE_ROWS;
    let catalogue = MemoryCatalogProvider::new();
    catalogue.register_schema(SCHEMA, Arc::new(tables))?;
    let catalogues = MemoryCatalogProviderList::new();
    catalogues.register_catalog(CATALOGUE.to_owned(), Arc::new(catalogue));
    let scalar_functions = SessionStateDefaults::default_scalar_functions()
        .into_iter()
        .chain(functions::all().into_iter().map(Arc::new))
        .collect();
    Ok(SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_catalog_list(Arc::new(catalogues))
        .with_expr_planners(SessionStateDefaults::default_expr_planners())
        .with_scalar_functions(scalar_functions)
        .with_aggregate_functions(SessionStateDefaults::default_aggregate_functions())
        .with_window_functions(SessionStateDefaults::default_window_functions())
        .with_physical_optimizer_rule(Arc::new(AddUpCredits))
        .with_physical_optimizer_rule(Arc::new(AddUpNeighbours))
        .with_physical_optimizer_rule(Arc::new(YieldAfterJoins))
        .build())
}

/// The tables of a snapshot, its counted spend, and the relations of credits and of paths of one plan.
#[derive(Debug)]
struct SnapshotTables {
    snapshot: lake::Snapshot,
    credits: HashMap<String, Arc<CreditsTable>>,
    paths: HashMap<String, Arc<PathsTable>>,
    levels: Arc<SpendLevelsOf>,
    currency: Currency,
    limits: Limits,
}

fn credits_tables(snapshot: &lake::Snapshot, sources: &[CreditSource], currency: Currency) -> Result<HashMap<String, Arc<CreditsTable>>> {
    sources
        .iter()
        .map(|source| Ok((source.table.clone(), Arc::new(credits_table(snapshot, source, currency)?))))
        .collect()
}

/// The relation of credits over a snapshot.
pub(crate) fn credits_table(snapshot: &lake::Snapshot, source: &CreditSource, currency: Currency) -> Result<CreditsTable> {
    let journeys = snapshot.table(types::tables::unified_marketing_data::TABLE.name).map_err(external)?;
    Ok(CreditsTable::new(Arc::new(journeys), source, currency))
}

fn paths_tables(snapshot: &lake::Snapshot, sources: &[PathSource], currency: Currency) -> Result<HashMap<String, Arc<PathsTable>>> {
    let mut tables = HashMap::new();
    for source in sources {
        let journeys = snapshot.table(types::tables::unified_marketing_data::TABLE.name).map_err(external)?;
        let journeys = Arc::new(journeys);
        let pairs = PathsTable::pairs(Arc::clone(&journeys) as _, source, currency);
        tables.insert(source.pairs(), Arc::new(pairs));
        tables.insert(source.table.clone(), Arc::new(PathsTable::new(journeys, source, currency)));
    }
    Ok(tables)
}

/// The same of some customers only.
pub(crate) fn credits_table_of(
    snapshot: &lake::Snapshot,
    source: &CreditSource,
    currency: Currency,
    customers: &Arc<lake::CustomerSet>,
) -> Result<CreditsTable> {
    let journeys = OfCustomers {
        table: snapshot.table(types::tables::unified_marketing_data::TABLE.name).map_err(external)?,
        customers: Arc::clone(customers),
    };
    Ok(CreditsTable::new(Arc::new(journeys), source, currency))
}

#[async_trait]
impl SchemaProvider for SnapshotTables {
    fn table_names(&self) -> Vec<String> {
        types::tables::ALL
            .iter()
            .map(|table| table.name.to_owned())
            .chain([semantic::spend::COUNTED.to_owned()])
            .chain(self.credits.keys().cloned())
            .chain(self.paths.keys().cloned())
            .collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if let Some(credits) = self.credits.get(name) {
            return Ok(Some(Arc::clone(credits) as Arc<dyn TableProvider>));
        }
        if let Some(paths) = self.paths.get(name) {
            return Ok(Some(Arc::clone(paths) as Arc<dyn TableProvider>));
        }
        if name == semantic::spend::COUNTED {
            let repeated = self.levels.repeated(&self.snapshot, self.currency, &self.limits).await?;
            let unified = self.snapshot.table(types::tables::unified_marketing_data::TABLE.name).map_err(external)?;
            return Ok(Some(spend::relation(&unified, &repeated)?));
        }
        if !types::tables::ALL.iter().any(|table| table.name == name) {
            return Ok(None);
        }
        Ok(Some(self.snapshot.table(name).map_err(external)?.provider()))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.credits.contains_key(name)
            || self.paths.contains_key(name)
            || name == semantic::spend::COUNTED
            || types::tables::ALL.iter().any(|table| table.name == name)
    }
}

fn external(error: lake::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
