//! Sums that cannot wrap.
//!
//! DataFusion adds up BIGINT in 64 bits and DECIMAL in 128, and both wrap in silence. A DECIMAL(18, 6) is below 10^18 in micros, so 128
//! bits (1.7 × 10^38) have room for 10^20 of them: more rows than a lake can hold. A BIGINT has no such room; its sums are therefore
//! taken in DECIMAL, with room for 10^18 rows, and turned back into a BIGINT, which fails where it does not fit.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchemaRef, Result};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Cast, Expr, ExprSchemable, LogicalPlan, Projection};

/// Holds every 64-bit integer.
const EXACT: DataType = DataType::Decimal128(20, 0);

/// The same plan, with every sum of integers taken exactly. Names and types of its columns stay.
pub(crate) fn exact(plan: LogicalPlan) -> Result<LogicalPlan> {
    let exact = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Aggregate(aggregate) => exact_aggregate(aggregate),
        other => Ok(Transformed::no(other)),
    })?;
    // Nodes above refer to columns by name and type, and both are as before.
    Ok(exact.data)
}

fn exact_aggregate(aggregate: Aggregate) -> Result<Transformed<LogicalPlan>> {
    let mut is_changed = vec![false; aggregate.aggr_expr.len()];
    let mut sums = Vec::with_capacity(aggregate.aggr_expr.len());
    for (expression, is_changed) in aggregate.aggr_expr.iter().zip(&mut is_changed) {
        let exact = exact_sum(expression, aggregate.input.schema())?;
        *is_changed = exact.is_some();
        sums.push(exact.unwrap_or_else(|| expression.clone()));
    }
    if !is_changed.contains(&true) {
        return Ok(Transformed::no(LogicalPlan::Aggregate(aggregate)));
    }
    let before = Arc::clone(&aggregate.schema);
    let groups = before.fields().len() - sums.len();
    let inner = Aggregate::try_new(aggregate.input, aggregate.group_expr, sums)?;
    let mut columns = Vec::with_capacity(before.fields().len());
    for at in 0..before.fields().len() {
        // Grouping sets have an internal column. Nothing above names it, and the analyser, which turns GROUPING() into a reading of it
        // right above the aggregate, hides it from everybody else.
        if before.field(at).name() == Aggregate::INTERNAL_GROUPING_ID {
            continue;
        }
        let column = Expr::from(inner.schema.qualified_field(at));
        if at < groups || !is_changed[at - groups] {
            columns.push(column);
            continue;
        }
        let (qualifier, field) = before.qualified_field(at);
        let whole = Expr::Cast(Cast::new(Box::new(column), field.data_type().clone()));
        columns.push(whole.alias_qualified(qualifier.cloned(), field.name()));
    }
    let projection = Projection::try_new(columns, Arc::new(LogicalPlan::Aggregate(inner)))?;
    Ok(Transformed::yes(LogicalPlan::Projection(projection)))
}

/// The sum over exact decimals, if this is a sum of integers.
fn exact_sum(expression: &Expr, input: &DFSchemaRef) -> Result<Option<Expr>> {
    let Expr::AggregateFunction(AggregateFunction { func, params }) = expression.clone().unalias() else {
        return Ok(None);
    };
    if func.name() != "sum" || params.args.len() != 1 || !params.args[0].get_type(input.as_ref())?.is_integer() {
        return Ok(None);
    }
    let mut params = params;
    let argument = params.args.remove(0);
    params.args.push(Expr::Cast(Cast::new(Box::new(argument), EXACT)));
    Ok(Some(Expr::AggregateFunction(AggregateFunction { func, params })))
}
