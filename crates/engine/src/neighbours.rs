//! Adds neighbours up before they are grouped.
//!
//! Files lie in an order (facts by source, campaign and day), so rows that will be grouped together are mostly neighbours already: an ad's
//! row beside the other ads' rows of its campaign and day. Below a grouping that only adds up exact numbers and takes largest or smallest
//! values, neighbours with equal keys become one row, which costs a comparison where the grouping would cost a hash and a look-up. What
//! comes out has the same columns, and the same groups with the same sums; only rows are fewer.

mod codes;
mod exec;
mod runs;

use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{CastExpr, Column};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::{ExecutionPlan, replace_children_if_necessary};

use codes::over_files;
use exec::NeighboursExec;

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
            let neighbours = match over_files(aggregate.input(), &added)? {
                Some(neighbours) => neighbours,
                None => Arc::new(NeighboursExec::new(Arc::clone(aggregate.input()), added)),
            };
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
