//! Adds neighbours up before they are grouped.
//!
//! Files lie in an order (facts by source, campaign and day), so rows that will be grouped together are mostly neighbours already: an ad's
//! row beside the other ads' rows of its campaign and day. Below a grouping that only adds up exact numbers and takes largest or smallest
//! values, neighbours with equal keys become one row, which costs a comparison where the grouping would cost a hash and a look-up. What
//! comes out has the same columns, and the same groups with the same sums; only rows are fewer.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, RecordBatch, UInt32Array};
use arrow::compute::{partition, take};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{CastExpr, Column};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, replace_children_if_necessary};
use futures::StreamExt;

/// Batches that would not shrink to this part stay as they are.
const WORTHWHILE: usize = 2;

/// Puts [`NeighboursExec`] below the groupings where it changes nothing.
#[derive(Debug)]
pub(crate) struct AddUpNeighbours;

impl PhysicalOptimizerRule for AddUpNeighbours {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let Some(aggregate) = node.downcast_ref::<AggregateExec>() else {
                return Ok(Transformed::no(node));
            };
            let Some(added) = added(aggregate) else {
                return Ok(Transformed::no(node));
            };
            let neighbours = Arc::new(NeighboursExec {
                input: Arc::clone(aggregate.input()),
                added,
            });
            Ok(Transformed::yes(replace_children_if_necessary(node, vec![neighbours])?))
        })
        .data()
    }

    fn name(&self) -> &str {
        "add_up_neighbours"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The columns that a grouping of raw rows only adds up. None where neighbours may not be added up.
fn added(aggregate: &AggregateExec) -> Option<Vec<usize>> {
    let is_of_rows = matches!(
        aggregate.mode(),
        AggregateMode::Partial | AggregateMode::Single | AggregateMode::SinglePartitioned
    );
    let groups = aggregate.group_expr();
    if !is_of_rows || groups.is_empty() || !groups.is_single() || aggregate.filter_expr().iter().any(Option::is_some) {
        return None;
    }
    let schema = aggregate.input_schema();
    let mut added = HashSet::new();
    let mut kept = HashSet::new();
    for (expression, _) in groups.expr() {
        kept.extend(collect_columns(expression).iter().map(Column::index));
    }
    for function in aggregate.aggr_expr() {
        if function.is_distinct() || !function.order_bys().is_empty() {
            return None;
        }
        let arguments = function.expressions();
        match (function.fun().name(), arguments.as_slice()) {
            ("sum", [argument]) => {
                let at = column(argument)?;
                if !is_exact(schema.field(at).data_type()) {
                    return None;
                }
                added.insert(at);
            }
            ("max" | "min", [argument]) => kept.extend(collect_columns(argument).iter().map(Column::index)),
            _ => return None,
        }
    }
    let mut added: Vec<usize> = added.into_iter().collect();
    added.sort_unstable();
    (!added.is_empty() && added.iter().all(|at| !kept.contains(at))).then_some(added)
}

/// A column, or one that is only widened.
fn column(expression: &Arc<dyn PhysicalExpr>) -> Option<usize> {
    if let Some(column) = expression.downcast_ref::<Column>() {
        return Some(column.index());
    }
    let cast = expression.downcast_ref::<CastExpr>()?;
    let column = cast.expr().downcast_ref::<Column>()?;
    matches!(cast.cast_type(), DataType::Decimal128(_, 0)).then_some(column.index())
}

const fn is_exact(kind: &DataType) -> bool {
    matches!(kind, DataType::Int64 | DataType::Decimal128(_, _))
}

/// Its input, with neighbours added up whose columns are all equal but those that are added.
#[derive(Debug)]
struct NeighboursExec {
    input: Arc<dyn ExecutionPlan>,
    added: Vec<usize>,
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
        self.input.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => Ok(Arc::new(Self {
                input,
                added: self.added.clone(),
            })),
            _ => internal_err!("NeighboursExec has one child"),
        }
    }

    fn apply_expressions(&self, _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let added = self.added.clone();
        let batches = self.input.execute(partition, context)?.map(move |batch| add_up(batch?, &added));
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
    }
}

fn add_up(batch: RecordBatch, added: &[usize]) -> Result<RecordBatch> {
    let is_added = |at: &usize| added.binary_search(at).is_ok();
    let keys = (0..batch.num_columns()).filter(|at| !is_added(at)).map(|at| Arc::clone(batch.column(at)));
    let keys = keys.collect::<Vec<_>>();
    if keys.is_empty() || batch.num_rows() == 0 {
        return Ok(batch);
    }
    let runs = partition(&keys)?.ranges();
    if runs.len() * WORTHWHILE > batch.num_rows() {
        return Ok(batch);
    }
    let first = UInt32Array::from_iter(runs.iter().map(|run| u32::try_from(run.start).ok()));
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
    for (at, column) in batch.columns().iter().enumerate() {
        let sums = match (is_added(&at), column.data_type()) {
            (false, _) => Some(take(column, &first, None)?),
            (true, DataType::Int64) => sums::<Int64Type>(column.as_primitive(), &runs, i64::checked_add),
            (true, DataType::Decimal128(precision, _)) => {
                let limit = 10_i128.pow(u32::from(*precision));
                let add = |left: i128, right| left.checked_add(right).filter(|sum| sum.abs() < limit);
                sums::<Decimal128Type>(column.as_primitive(), &runs, add)
            }
            (true, other) => return internal_err!("{other} is not added up"),
        };
        // A sum that its column cannot hold is left to the grouping, which adds up in a wider type.
        let Some(sums) = sums else { return Ok(batch) };
        columns.push(sums);
    }
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}

/// The sum of every run; null where all values are. None where a sum does not fit.
fn sums<T: ArrowPrimitiveType>(
    values: &PrimitiveArray<T>,
    runs: &[Range<usize>],
    add: impl Fn(T::Native, T::Native) -> Option<T::Native>,
) -> Option<ArrayRef> {
    let zero = T::Native::default();
    let numbers = values.values();
    let sums: PrimitiveArray<T> = if values.null_count() == 0 {
        let sum = |run: &Range<usize>| numbers[run.clone()].iter().try_fold(zero, |sum, number| add(sum, *number));
        PrimitiveArray::from_iter_values(runs.iter().map(sum).collect::<Option<Vec<_>>>()?)
    } else {
        let sum = |run: &Range<usize>| {
            let mut known = run.clone().filter(|row| values.is_valid(*row)).peekable();
            match known.peek() {
                None => Some(None),
                Some(_) => known.try_fold(zero, |sum, row| add(sum, numbers[row])).map(Some),
            }
        };
        runs.iter().map(sum).collect::<Option<Vec<_>>>()?.into_iter().collect()
    };
    Some(Arc::new(sums.with_data_type(values.data_type().clone())))
}

#[cfg(test)]
mod tests;
