//! The operator of paths in physical plans.

use std::fmt;
use std::sync::Arc;

use attribution::{Settings, Variant};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricBuilder, MetricsSet};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning, PlanProperties};
use types::Currency;

use super::PathRows;
use super::columns::{self, PathColumn, Relation};
use crate::credits::columns::Needs;
use crate::credits::exec::check_order;
use crate::credits::stream::{CreditStream, Output, PassMetrics, PassSettings};

/// Paths of every partition of a journey scan; a leaf as the operator of credits is, and for the same reasons.
#[derive(Debug)]
pub(super) struct PathsExec {
    input: Arc<dyn ExecutionPlan>,
    columns: Vec<PathColumn>,
    needs: Needs,
    settings: Settings,
    relation: Relation,
    currency: Currency,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl PathsExec {
    pub(super) fn try_new(
        input: Arc<dyn ExecutionPlan>,
        columns: Vec<PathColumn>,
        needs: Needs,
        settings: Settings,
        relation: Relation,
        currency: Currency,
    ) -> Result<Self> {
        check_order(&input)?;
        let partitions = Partitioning::UnknownPartitioning(input.output_partitioning().partition_count());
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(columns::schema(&columns)),
            partitions,
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Ok(Self {
            input,
            columns,
            needs,
            settings,
            relation,
            currency,
            properties,
            metrics: ExecutionPlanMetricsSet::new(),
        })
    }
}

impl DisplayAs for PathsExec {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "PathsExec: {}step={}, reads=[{}]",
            if self.relation.is_of_pairs { "pairs, " } else { "" },
            self.relation.step.as_str(),
            self.needs.inputs.join(", ")
        )
    }
}

impl ExecutionPlan for PathsExec {
    fn name(&self) -> &'static str {
        "PathsExec"
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
            internal_err!("PathsExec is a leaf")
        }
    }

    fn apply_expressions(&self, _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let counter = |name: &'static str| MetricBuilder::new(&self.metrics).counter(name, partition);
        let metrics = PassMetrics {
            baseline: BaselineMetrics::new(&self.metrics, partition),
            refunds_without_order: counter("refunds_without_order"),
            amounts_rounded: counter("amounts_rounded"),
        };
        let rows = context.session_config().batch_size();
        let settings = PassSettings {
            variants: vec![Variant::always(0, self.settings.clone())],
            needs: self.needs.clone(),
            currency: self.currency,
            rows,
        };
        let input = self.input.schema();
        let output = PathRows::new(&self.columns, self.relation, &input, self.currency, rows, counter("paths_cut"))?;
        let reservation = MemoryConsumer::new("PathsExec").register(context.memory_pool());
        let input = self.input.execute(partition, context)?;
        let schema = columns::schema(&self.columns);
        Ok(Box::pin(CreditStream::new(
            input,
            settings,
            schema,
            Output::Paths(Box::new(output)),
            reservation,
            metrics,
        )?))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
