//! The embedded engine: answers plans and streams credits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use async_trait::async_trait;
use authz::OrgContext;
use datafusion::catalog::TableProvider;
use datafusion::common::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt;
use semantic::engine::RawTable;
use semantic::{CreditSource, EngineError, Plan, QueryEngine};
use types::{Clock, Currency, OrganizationId};

use crate::admission::Admission;
use crate::answer::{self, Answer};
use crate::cache::ResultCache;
use crate::credits::CreditsTable;
use crate::error::{from_datafusion, internal};
use crate::session::{Session, credits_table, credits_table_of};
use crate::spend::{SpendLevels, SpendLevelsOf};
use crate::workers::Workers;
use crate::{Limits, ReportingCurrencies};

/// Batches that may wait between the pass and the one who reads its credits.
const BATCHES_AHEAD: usize = 4;

/// Answers plans over the lakes of all organisations, each in a session of its own. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    lakes: lake::Lakes,
    currencies: Arc<dyn ReportingCurrencies>,
    known_currencies: Mutex<HashMap<OrganizationId, Currency>>,
    limits: Limits,
    clock: Arc<dyn Clock>,
    admission: Admission,
    cache: ResultCache,
    levels: SpendLevels,
    workers: Workers,
}

impl Engine {
    pub fn new(lakes: lake::Lakes, currencies: Arc<dyn ReportingCurrencies>, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        let (admission, cache, workers) = (
            Admission::new(&limits),
            ResultCache::new(limits.cache_bytes),
            Workers::new(limits.threads),
        );
        Self {
            inner: Arc::new(Inner {
                lakes,
                currencies,
                known_currencies: Mutex::default(),
                limits,
                clock,
                admission,
                cache,
                levels: SpendLevels::default(),
                workers,
            }),
        }
    }

    /// Runs a plan on the version of the data that the caller names; an earlier one gives the figures as they were.
    pub async fn query_at(&self, context: &OrgContext, plan: &Plan, version: i64) -> Result<RawTable, EngineError> {
        let limits = &self.inner.limits;
        let answer = tokio::time::timeout(limits.timeout(), self.answer(context, plan, version));
        answer.await.unwrap_or(Err(EngineError::Timeout { seconds: limits.seconds }))
    }

    /// All credits of the newest data, in no particular order of customers. See [`Engine::credits_of`].
    pub async fn credits(&self, context: &OrgContext, source: &CreditSource) -> Result<SendableRecordBatchStream, EngineError> {
        let lake = self.lake(context).await?;
        let snapshot = lake.snapshot().await.map_err(internal)?;
        self.credits_of(context, snapshot, source).await
    }

    /// All credits of a snapshot, with every column of the source. The rows of one customer are together; customers come in no
    /// particular order. The snapshot stays leased while the stream is there. There is no limit on time: this is for writing credits
    /// out; memory is bounded as for a query.
    pub async fn credits_of(
        &self,
        context: &OrgContext,
        snapshot: lake::Snapshot,
        source: &CreditSource,
    ) -> Result<SendableRecordBatchStream, EngineError> {
        let currency = self.currency(context).await?;
        let limits = self.inner.limits;
        let table = credits_table(&snapshot, source, currency).map_err(move |error| from_datafusion(error, &limits))?;
        self.stream(context, snapshot, table, currency, None).await
    }

    /// [`Engine::credits_of`], but only these columns; with `customers`, of these only, few of many: then no more than their rows are read.
    pub async fn credits_for(
        &self,
        context: &OrgContext,
        snapshot: lake::Snapshot,
        source: &CreditSource,
        columns: &[String],
        customers: Option<&Arc<lake::CustomerSet>>,
    ) -> Result<SendableRecordBatchStream, EngineError> {
        let currency = self.currency(context).await?;
        let limits = self.inner.limits;
        let table = match customers {
            Some(customers) => credits_table_of(&snapshot, source, currency, customers),
            None => credits_table(&snapshot, source, currency),
        };
        let table = table.map_err(move |error| from_datafusion(error, &limits))?;
        let fields = table.schema();
        let places = columns.iter().map(|name| fields.index_of(name));
        let projection = places
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| internal(DataFusionError::from(error)))?;
        self.stream(context, snapshot, table, currency, Some(projection)).await
    }

    async fn stream(
        &self,
        context: &OrgContext,
        snapshot: lake::Snapshot,
        table: CreditsTable,
        currency: Currency,
        projection: Option<Vec<usize>>,
    ) -> Result<SendableRecordBatchStream, EngineError> {
        let limits = self.inner.limits;
        let fail = move |error| from_datafusion(error, &limits);
        let levels = self.inner.levels.of(context.organization_id());
        let session = Session::new(snapshot.clone(), &Plan::default(), currency, &limits, levels).map_err(fail)?;
        let plan = table.scan(session.state(), projection.as_ref(), &[], None).await.map_err(fail)?;
        let schema = plan.schema();
        let (sender, receiver) = tokio::sync::mpsc::channel(BATCHES_AHEAD);
        let task = self.inner.workers.spawn(async move {
            let _leased = snapshot;
            let result = match session.execute(plan) {
                Ok(stream) => send_all(stream, &sender).await,
                Err(error) => Err(error),
            };
            if let Err(error) = result {
                // Nobody hears the error if the reader has gone.
                let _ = sender.send(Err(error)).await;
            }
        });
        let batches = futures::stream::unfold((receiver, task), |(mut receiver, task)| async move {
            receiver.recv().await.map(|batch| (batch, (receiver, task)))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    async fn answer(&self, context: &OrgContext, plan: &Plan, version: i64) -> Result<RawTable, EngineError> {
        let currency = self.currency(context).await?;
        let key = format!("{}|{version}|{currency}|{plan:?}", context.organization_id());
        let answer = self
            .inner
            .cache
            .get_or_compute(key, self.compute(context, plan, version, currency))
            .await?;
        // A copy only where the answer is kept as well.
        Ok(Arc::unwrap_or_clone(answer))
    }

    async fn compute(&self, context: &OrgContext, plan: &Plan, version: i64, currency: Currency) -> Result<RawTable, EngineError> {
        let _admitted = self.inner.admission.enter(context.organization_id()).await?;
        let lake = self.lake(context).await?;
        let newest = lake.snapshot().await.map_err(internal)?;
        let snapshot = if newest.version() == version {
            newest
        } else {
            lake.snapshot_at(version).await.map_err(internal)?
        };
        let (plan, limits) = (plan.clone(), self.inner.limits);
        let levels = self.inner.levels.of(context.organization_id());
        self.inner
            .workers
            .run(async move { run(snapshot, plan, currency, limits, levels).await })
            .await?
    }

    async fn lake(&self, context: &OrgContext) -> Result<lake::Lake, EngineError> {
        self.inner
            .lakes
            .open(&context.organization_id(), Arc::clone(&self.inner.clock))
            .await
            .map_err(internal)
    }

    /// Asked for once: it never changes.
    async fn currency(&self, context: &OrgContext) -> Result<Currency, EngineError> {
        let organization = context.organization_id();
        let known = self
            .inner
            .known_currencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&organization)
            .copied();
        if let Some(currency) = known {
            return Ok(currency);
        }
        let currency = self.inner.currencies.currency(context).await.map_err(EngineError::Internal)?;
        let mut known = self.inner.known_currencies.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(organization, currency);
        Ok(currency)
    }
}

#[async_trait]
impl QueryEngine for Engine {
    async fn query(&self, context: &OrgContext, plan: &Plan) -> Result<RawTable, EngineError> {
        let version = self.data_version(context).await?;
        self.query_at(context, plan, version).await
    }

    async fn data_version(&self, context: &OrgContext) -> Result<i64, EngineError> {
        self.lake(context).await?.version().await.map_err(internal)
    }
}

async fn run(snapshot: lake::Snapshot, plan: Plan, currency: Currency, limits: Limits, levels: Arc<SpendLevelsOf>) -> Result<RawTable, EngineError> {
    let fail = |error| from_datafusion(error, &limits);
    let data_version = snapshot.version();
    let session = Session::new(snapshot, &plan, currency, &limits, levels).map_err(fail)?;
    let physical = session.plan(&plan.sql, &plan.params).await.map_err(fail)?;
    let columns = physical.schema().fields().iter().map(|field| field.name().clone()).collect();
    let Answer { rows, totals, is_truncated } = answer::collect(&session, physical, &plan, &limits).await?;
    Ok(RawTable {
        columns,
        rows,
        totals: totals.cells()?,
        data_version,
        is_truncated,
    })
}

async fn send_all(
    mut stream: SendableRecordBatchStream,
    sender: &tokio::sync::mpsc::Sender<Result<RecordBatch, DataFusionError>>,
) -> Result<(), DataFusionError> {
    while let Some(batch) = stream.next().await {
        if sender.send(Ok(batch?)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
