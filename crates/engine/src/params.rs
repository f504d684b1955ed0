//! Binds a plan's parameters. A value becomes a literal of the logical plan; it is never printed into SQL.

use arrow::datatypes::i256;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{ParamValues, Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr::{InList, Placeholder};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, lit};
use semantic::Param;

use crate::functions::days_of_date;

/// The plan with every `$n` replaced. A list of texts stands where the list stands: `channel IN ($3)`.
pub(crate) fn bind(plan: LogicalPlan, params: &[Param]) -> Result<LogicalPlan> {
    let plan = spread_lists(plan, params)?;
    let values = params.iter().map(scalar).collect::<Vec<_>>();
    plan.replace_params_with_values(&ParamValues::from(values))
}

fn scalar(param: &Param) -> ScalarValue {
    match param {
        Param::Text(text) => ScalarValue::Utf8(Some(text.clone())),
        // Already spread where it is allowed; anywhere else a list is no value and the type check refuses it.
        Param::TextList(_) => ScalarValue::Decimal256(Some(i256::ZERO), 1, 0),
        Param::Integer(number) => ScalarValue::Int64(Some(*number)),
        Param::Float(number) => ScalarValue::Float64(Some(*number)),
        Param::Date(date) => ScalarValue::Date32(Some(days_of_date(*date))),
        Param::Instant(instant) => ScalarValue::TimestampMicrosecond(Some(instant.as_microsecond()), Some("UTC".into())),
        Param::Uuid(id) => ScalarValue::FixedSizeBinary(16, Some(id.as_bytes().to_vec())),
        Param::Bool(is_true) => ScalarValue::Boolean(Some(*is_true)),
    }
}

fn spread_lists(plan: LogicalPlan, params: &[Param]) -> Result<LogicalPlan> {
    if !params.iter().any(|param| matches!(param, Param::TextList(_))) {
        return Ok(plan);
    }
    let spread = plan.transform_up_with_subqueries(|plan| {
        let names = NamePreserver::new(&plan);
        plan.map_expressions(|expression| {
            let name = names.save(&expression);
            let spread = expression.transform_up(|expression| match expression {
                Expr::InList(list) => spread_list(list, params),
                other => Ok(Transformed::no(other)),
            })?;
            Ok(spread.update_data(|expression| name.restore(expression)))
        })
    })?;
    // What is left of the lists stands where no list may stand.
    for (id, _) in spread.data.get_parameter_types()? {
        if matches!(param_of(&id, params), Some(Param::TextList(_))) {
            return plan_err!("parameter {id} is a list: it may only stand in IN ({id})");
        }
    }
    Ok(spread.data)
}

fn spread_list(list: InList, params: &[Param]) -> Result<Transformed<Expr>> {
    let is_list = |item: &Expr| matches!(item, Expr::Placeholder(Placeholder { id, .. }) if matches!(param_of(id, params), Some(Param::TextList(_))));
    if !list.list.iter().any(is_list) {
        return Ok(Transformed::no(Expr::InList(list)));
    }
    let mut items = Vec::new();
    for item in list.list {
        match &item {
            Expr::Placeholder(Placeholder { id, .. }) => match param_of(id, params) {
                Some(Param::TextList(texts)) => items.extend(texts.iter().map(|text| lit(text.as_str()))),
                Some(_) | None => items.push(item),
            },
            _ => items.push(item),
        }
    }
    if items.is_empty() {
        // Nothing is in an empty list, everything is outside it.
        return Ok(Transformed::yes(lit(list.negated)));
    }
    Ok(Transformed::yes(Expr::InList(InList {
        expr: list.expr,
        list: items,
        negated: list.negated,
    })))
}

fn param_of<'a>(id: &str, params: &'a [Param]) -> Option<&'a Param> {
    let number = id.strip_prefix('$')?.parse::<usize>().ok()?;
    params.get(number.checked_sub(1)?)
}
