//! Lets the operator add credits up where the plan above asks for nothing but sums.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateInputMode};
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::execution_plan::replace_children_if_necessary;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::repartition::RepartitionExec;

use super::exec::AttributionExec;
use super::totals::{is_key, is_measure};

/// Finds sums of measures grouped by plain columns, right above the operator.
#[derive(Debug)]
pub(crate) struct AddUpCredits;

impl PhysicalOptimizerRule for AddUpCredits {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let Some(input) = node.downcast_ref::<AggregateExec>().and_then(added_up) else {
                return Ok(Transformed::no(node));
            };
            Ok(Transformed::yes(replace_children_if_necessary(node, vec![input])?))
        })
        .data()
    }

    fn name(&self) -> &str {
        "add_up_credits"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The aggregate's input with an operator that adds up, if that gives the same sums.
fn added_up(aggregate: &AggregateExec) -> Option<Arc<dyn ExecutionPlan>> {
    let is_raw = aggregate.mode().input_mode() == AggregateInputMode::Raw;
    if !is_raw || aggregate.aggr_expr().is_empty() || aggregate.filter_expr().iter().any(Option::is_some) {
        return None;
    }
    let keys = aggregate.group_expr().expr().iter().map(|(expression, _)| position(expression));
    let sums = aggregate.aggr_expr().iter().map(|sum| {
        let arguments = sum.expressions();
        match arguments.as_slice() {
            [argument] if sum.fun().name() == "sum" && !sum.is_distinct() => position(argument),
            _ => None,
        }
    });
    rebuilt(aggregate.input(), keys.collect::<Option<Vec<_>>>()?, sums.collect::<Option<Vec<_>>>()?)
}

/// `plan` with its operator adding up, where `keys` and `sums` are the columns that are read of it.
fn rebuilt(plan: &Arc<dyn ExecutionPlan>, keys: Vec<usize>, sums: Vec<usize>) -> Option<Arc<dyn ExecutionPlan>> {
    if let Some(operator) = plan.downcast_ref::<AttributionExec>() {
        let origin = |at: &usize| operator.columns().get(*at).map(|column| column.origin);
        let all = |columns: &[usize], is: fn(super::columns::Origin) -> bool| columns.iter().all(|at| origin(at).is_some_and(is));
        // Columns that nobody reads would only make more groups.
        let are_all_read = (0..operator.columns().len()).all(|at| keys.contains(&at) || sums.contains(&at));
        return (are_all_read && all(&keys, is_key) && all(&sums, is_measure)).then(|| Arc::new(operator.adding_up()) as _);
    }
    let (keys, sums) = if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        let through = |columns: Vec<usize>| {
            let below = columns.into_iter().map(|at| position(&projection.expr().get(at)?.expr));
            below.collect::<Option<Vec<_>>>()
        };
        (through(keys)?, through(sums)?)
    } else if plan.is::<CooperativeExec>() || plan.is::<RepartitionExec>() {
        // Where rows go makes no difference to their sums.
        (keys, sums)
    } else {
        return None;
    };
    let [input] = plan.children()[..] else { return None };
    let input = rebuilt(input, keys, sums)?;
    replace_children_if_necessary(Arc::clone(plan), vec![input]).ok()
}

fn position(expression: &Arc<dyn PhysicalExpr>) -> Option<usize> {
    expression.downcast_ref::<Column>().map(Column::index)
}
