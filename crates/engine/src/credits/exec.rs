//! The attribution operator of physical plans.

use std::fmt;
use std::sync::Arc;

use attribution::Variant;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricBuilder, MetricsSet};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning, PlanProperties, expressions};
use types::Currency;

use super::columns::{self, CreditColumn, Needs};
use super::output::Rows;
use super::stream::{CreditStream, Output, PassMetrics, PassSettings};
use super::totals::Totals;

/// Credit rows of every partition of a journey scan.
///
/// A leaf on purpose: no optimiser rule may split, sort or repartition the scan below it. What the pass relies on is checked here
/// instead: rows ordered by customer and time, and every customer whole in one partition (the scan's promise).
#[derive(Debug)]
pub(crate) struct AttributionExec {
    input: Arc<dyn ExecutionPlan>,
    columns: Vec<CreditColumn>,
    needs: Needs,
    variants: Vec<Variant>,
    currency: Currency,
    is_adding_up: bool,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl AttributionExec {
    pub(crate) fn try_new(
        input: Arc<dyn ExecutionPlan>,
        columns: Vec<CreditColumn>,
        needs: Needs,
        variants: Vec<Variant>,
        currency: Currency,
    ) -> Result<Self> {
        check_order(&input)?;
        let partitions = Partitioning::UnknownPartitioning(input.output_partitioning().partition_count());
        let equivalences = EquivalenceProperties::new(columns::schema(&columns));
        let properties = Arc::new(PlanProperties::new(
            equivalences,
            partitions,
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Ok(Self {
            input,
            columns,
            needs,
            variants,
            currency,
            is_adding_up: false,
            properties,
            metrics: ExecutionPlanMetricsSet::new(),
        })
    }

    pub(crate) fn columns(&self) -> &[CreditColumn] {
        &self.columns
    }

    /// The same operator, which adds up the measures of rows that agree in all other columns. For plans that only add them up, too.
    pub(crate) fn adding_up(&self) -> Self {
        Self {
            input: Arc::clone(&self.input),
            columns: self.columns.clone(),
            needs: self.needs.clone(),
            variants: self.variants.clone(),
            currency: self.currency,
            is_adding_up: true,
            properties: Arc::clone(&self.properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

/// Refuses a scan whose rows are not in the order that the pass relies on.
pub(super) fn check_order(input: &Arc<dyn ExecutionPlan>) -> Result<()> {
    let order = ["customer_id", "recorded_at"]
        .into_iter()
        .map(|name| Ok(PhysicalSortExpr::new_default(expressions::col(name, &input.schema())?)));
    let order = order.collect::<Result<Vec<_>>>()?;
    if input.is::<EmptyExec>() || input.equivalence_properties().ordering_satisfy(order)? {
        return Ok(());
    }
    internal_err!("the journey scan is not ordered by customer and time")
}

impl DisplayAs for AttributionExec {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let models = self.needs.models.iter().map(|model| model.as_str()).collect::<Vec<_>>();
        write!(
            f,
            "AttributionExec: models=[{}], reads=[{}]{}",
            models.join(", "),
            self.needs.inputs.join(", "),
            if self.is_adding_up { ", adds up" } else { "" }
        )
    }
}

impl ExecutionPlan for AttributionExec {
    fn name(&self) -> &'static str {
        "AttributionExec"
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
            internal_err!("AttributionExec is a leaf")
        }
    }

    fn apply_expressions(&self, _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let metrics = PassMetrics {
            baseline: BaselineMetrics::new(&self.metrics, partition),
            refunds_without_order: MetricBuilder::new(&self.metrics).counter("refunds_without_order", partition),
            amounts_rounded: MetricBuilder::new(&self.metrics).counter("amounts_rounded", partition),
        };
        let settings = PassSettings {
            variants: self.variants.clone(),
            needs: self.needs.clone(),
            currency: self.currency,
            rows: context.session_config().batch_size(),
        };
        let schema = self.input.schema();
        let output = if self.is_adding_up {
            Output::Totals(Totals::new(&self.columns, &self.needs.models, &schema, self.currency)?)
        } else {
            Output::Rows(Rows::new(&self.columns, &schema, self.currency)?)
        };
        let reservation = MemoryConsumer::new("AttributionExec").register(context.memory_pool());
        let input = self.input.execute(partition, context)?;
        let schema = columns::schema(&self.columns);
        Ok(Box::pin(CreditStream::new(input, settings, schema, output, reservation, metrics)?))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
