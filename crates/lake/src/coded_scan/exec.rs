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

/// Reads files one after the other, each in its order.
#[derive(Debug)]
pub(crate) struct CodedScan {
    files: Vec<FileReaders>,
    request: Request,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl CodedScan {
    /// `schema` as [`super::schema`] makes it; `ordering` is that of the files together, in terms of the schema's columns.
    pub(crate) fn new(files: Vec<FileReaders>, schema: SchemaRef, ordering: Option<LexOrdering>, customers: Customers) -> Self {
        let equivalences = EquivalenceProperties::new_with_orderings(Arc::clone(&schema), ordering);
        let properties = PlanProperties::new(
            equivalences,
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Self {
            files,
            request: Request { schema, customers },
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl DisplayAs for CodedScan {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Request { schema, customers } = &self.request;
        let names = schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>();
        let files = self.files.iter().map(|file| file.path().as_ref()).collect::<Vec<_>>();
        write!(f, "CodedScan: files=[{}], columns=[{}]", files.join(", "), names.join(", "))?;
        match customers {
            Customers::All => Ok(()),
            Customers::Among(customers) => write!(f, ", {} customers", customers.len()),
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
        let request = self.request.clone();
        let rows = futures::stream::iter(self.files.clone())
            .then(move |file| batches(file, request.clone()))
            .try_flatten()
            .map_err(DataFusionError::from)
            .inspect_ok(move |batch| baseline.record_output(batch.num_rows()));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows.boxed())))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
