//! The node that adds neighbours up.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::BatchCoalescer;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt, TryStreamExt};

use super::runs::add_up;

/// Its input, with neighbours added up whose columns are all equal but those that are added. Codes come out as what they stand for.
#[derive(Debug)]
pub(super) struct NeighboursExec {
    input: Arc<dyn ExecutionPlan>,
    /// Positions of columns of numbers, in order.
    added: Vec<usize>,
    properties: Arc<PlanProperties>,
}

impl NeighboursExec {
    pub(super) fn new(input: Arc<dyn ExecutionPlan>, added: Vec<usize>) -> Self {
        let properties = match without_codes(&input.schema()) {
            None => Arc::clone(input.properties()),
            Some(schema) => Arc::new(PlanProperties::new(
                EquivalenceProperties::new(schema),
                input.properties().output_partitioning().clone(),
                input.properties().emission_type,
                input.properties().boundedness,
            )),
        };
        Self { input, added, properties }
    }
}

/// The schema with the values' types in place of codes; None where there are no codes.
fn without_codes(schema: &SchemaRef) -> Option<SchemaRef> {
    let is_coded = |field: &Arc<Field>| matches!(field.data_type(), DataType::Dictionary(..));
    if !schema.fields().iter().any(is_coded) {
        return None;
    }
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Dictionary(_, values) => Arc::new(Field::clone(field).with_data_type(DataType::clone(values))),
        _ => Arc::clone(field),
    });
    Some(Arc::new(Schema::new(fields.collect::<Vec<_>>())))
}

impl DisplayAs for NeighboursExec {
    fn fmt_as(&self, _kind: DisplayFormatType, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "NeighboursExec: added={:?}", self.added)
    }
}

impl ExecutionPlan for NeighboursExec {
    fn name(&self) -> &str {
        "NeighboursExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => Ok(Arc::new(Self::new(input, self.added.clone()))),
            _ => internal_err!("NeighboursExec has one child"),
        }
    }

    fn apply_expressions(&self, _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (added, schema) = (self.added.clone(), self.schema());
        let of = Arc::clone(&schema);
        let batches = self.input.execute(partition, Arc::clone(&context))?;
        let batches = batches.map(move |batch| add_up(&batch?, &added, &of)).fuse().boxed();
        let gathered = gathered(batches, Arc::clone(&schema), context.session_config().batch_size());
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, gathered)))
    }
}

/// Few rows are left of a batch: several are put together, for what comes next costs something a batch.
fn gathered(batches: BoxStream<'static, Result<RecordBatch>>, schema: SchemaRef, rows: usize) -> impl Stream<Item = Result<RecordBatch>> + Send {
    let gathering = BatchCoalescer::new(schema, rows).with_biggest_coalesce_batch_size(Some(rows / 2));
    stream::try_unfold((batches, gathering), |(mut batches, mut gathering)| async move {
        loop {
            if let Some(batch) = gathering.next_completed_batch() {
                return Ok(Some((batch, (batches, gathering))));
            }
            match batches.try_next().await? {
                Some(batch) => gathering.push_batch(batch)?,
                None if gathering.is_empty() => return Ok(None),
                None => gathering.finish_buffered_batch()?,
            }
        }
    })
}
