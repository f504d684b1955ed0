//! Collects a plan's rows as cells, with their totals, up to the cap on rows.
//!
//! An order that only says what a cap cuts off is not made unless it does: partitions are then collected beside each other, each on the
//! thread that computes it, and only more rows than the cap lets through are sorted.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use datafusion::common::Result as DataFusionResult;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::physical_expr::LexOrdering;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use futures::StreamExt;
use semantic::{Cell, EngineError, Plan, RowOrder};
use tokio::task::JoinSet;

use crate::error::{from_datafusion, internal};
use crate::session::Session;
use crate::totals::Totals;
use crate::{Limits, cells};

/// The rows of a plan.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) totals: Totals,
    pub(crate) is_truncated: bool,
}

/// Runs `physical`, which is made of `plan`.
pub(crate) async fn collect(session: &Session, physical: Arc<dyn ExecutionPlan>, plan: &Plan, limits: &Limits) -> Result<Answer, EngineError> {
    let totals = Totals::new(&physical.schema(), &plan.totals)?;
    match (plan.order, without_order(&physical)) {
        (RowOrder::OfCap, Some((unordered, order))) => beside_each_other(session, unordered, order, totals, limits).await,
        (RowOrder::OfCap, None) | (RowOrder::Wanted, _) => {
            let stream = session.execute(physical).map_err(|error| from_datafusion(error, limits))?;
            in_order(stream, totals, limits).await
        }
    }
}

async fn in_order(mut stream: SendableRecordBatchStream, mut totals: Totals, limits: &Limits) -> Result<Answer, EngineError> {
    let (mut rows, mut is_truncated) = (Vec::new(), false);
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(|error| from_datafusion(error, limits))?;
        totals.add(&batch)?;
        let room = limits.rows_max - rows.len();
        is_truncated |= batch.num_rows() > room;
        cells::append_rows(&batch.slice(0, batch.num_rows().min(room)), &mut rows)?;
        if is_truncated && totals.is_empty() {
            break;
        }
    }
    Ok(Answer { rows, totals, is_truncated })
}

/// The plan below the sort that it ends with, and the sort's order. None where it ends otherwise.
fn without_order(plan: &Arc<dyn ExecutionPlan>) -> Option<(Arc<dyn ExecutionPlan>, LexOrdering)> {
    let sort = match plan.downcast_ref::<SortPreservingMergeExec>() {
        Some(merge) if merge.fetch().is_none() => merge.input(),
        Some(_) => return None,
        None => plan,
    };
    let sort = sort.downcast_ref::<SortExec>().filter(|sort| sort.fetch().is_none())?;
    Some((Arc::clone(sort.input()), sort.expr().clone()))
}

/// What came of one partition.
struct Part {
    batches: Vec<RecordBatch>,
    /// Their cells, as long as they are not more than the cap lets through.
    rows: Vec<Vec<Cell>>,
    count: usize,
    totals: Totals,
    /// Holds the memory of the batches.
    _memory: MemoryReservation,
}

async fn beside_each_other(
    session: &Session,
    plan: Arc<dyn ExecutionPlan>,
    order: LexOrdering,
    totals: Totals,
    limits: &Limits,
) -> Result<Answer, EngineError> {
    let fail = |error| from_datafusion(error, limits);
    let schema = plan.schema();
    let mut running = JoinSet::new();
    for stream in session.execute_partitioned(plan).map_err(fail)? {
        let memory = MemoryConsumer::new("rows of an answer").register(session.memory_pool());
        running.spawn(part(stream, totals.clone(), memory, *limits));
    }
    let mut all = Answer {
        rows: Vec::new(),
        totals,
        is_truncated: false,
    };
    let mut parts = Vec::new();
    while let Some(part) = running.join_next().await {
        let part = part.map_err(internal)??;
        all.totals.merge(&part.totals)?;
        parts.push(part);
    }
    if parts.iter().map(|part| part.count).sum::<usize>() <= limits.rows_max {
        all.rows = parts.into_iter().map(|part| part.rows).reduce(joined).unwrap_or_default();
        return Ok(all);
    }
    let batches = parts.iter().map(|part| part.batches.clone()).collect::<Vec<_>>();
    let rows = MemorySourceConfig::try_new_exec(&batches, schema, None).map_err(fail)?;
    let sorted = SortExec::new(order, rows).with_preserve_partitioning(false);
    let first = in_order(session.execute(Arc::new(sorted)).map_err(fail)?, Totals::default(), limits).await?;
    Ok(Answer { totals: all.totals, ..first })
}

fn joined(mut rows: Vec<Vec<Cell>>, mut more: Vec<Vec<Cell>>) -> Vec<Vec<Cell>> {
    rows.append(&mut more);
    rows
}

async fn part(mut stream: SendableRecordBatchStream, mut totals: Totals, memory: MemoryReservation, limits: Limits) -> Result<Part, EngineError> {
    let fail = |error| from_datafusion(error, &limits);
    let (mut batches, mut rows, mut count) = (Vec::new(), Vec::new(), 0);
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(fail)?;
        bytes(&batch).and_then(|bytes| memory.try_grow(bytes)).map_err(fail)?;
        totals.add(&batch)?;
        count += batch.num_rows();
        if count <= limits.rows_max {
            cells::append_rows(&batch, &mut rows)?;
        }
        batches.push(batch);
    }
    Ok(Part {
        batches,
        rows,
        count,
        totals,
        _memory: memory,
    })
}

/// Bytes of a batch's own rows, which may be a slice of larger columns.
fn bytes(batch: &RecordBatch) -> DataFusionResult<usize> {
    let columns = batch.columns().iter().map(|column| column.to_data().get_slice_memory_size());
    Ok(columns.sum::<Result<usize, _>>()?)
}
