//! The scan as a leaf of physical plans.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, LexOrdering, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};
use futures::{StreamExt, TryStreamExt};

use super::Customers;
use super::stream::{Request, batches};
use crate::read::FileReaders;

/// Reads one file in its order.
#[derive(Debug)]
pub(crate) struct CodedScan {
    request: Request,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl CodedScan {
    /// `schema` as [`super::schema`] makes it; `ordering` is the file's, in terms of the schema's columns.
    pub(crate) fn new(files: FileReaders, schema: SchemaRef, ordering: Option<LexOrdering>, customers: Customers) -> Self {
        let equivalences = EquivalenceProperties::new_with_orderings(Arc::clone(&schema), ordering);
        let properties = PlanProperties::new(
            equivalences,
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Self {
            request: Request { files, schema, customers },
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl DisplayAs for CodedScan {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Request { files, schema, customers } = &self.request;
        let names = schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>();
        write!(f, "CodedScan: file={}, columns=[{}]", files.path(), names.join(", "))?;
        match customers {
            Customers::All => Ok(()),
            Customers::With { kinds, .. } => write!(f, ", customers with [{}]", kinds.join(", ")),
        }
    }
}

impl ExecutionPlan for CodedScan {
    fn name(&self) -> &'static str {
        "CodedScan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        if children.is_empty() {
            Ok(self)
        } else {
            internal_err!("CodedScan is a leaf")
        }
    }

    fn apply_expressions(&self, _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, partition: usize, _context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let baseline = BaselineMetrics::new(&self.metrics, partition);
        let schema = Arc::clone(&self.request.schema);
        let rows = futures::stream::once(batches(self.request.clone()))
            .try_flatten()
            .map_err(DataFusionError::from)
            .inspect_ok(move |batch| baseline.record_output(batch.num_rows()));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows.boxed())))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
