//! Adding up right above the files, where ids and texts are still codes.
//!
//! Between the files and a grouping there is often nothing but names for columns and functions of one row. Rows that are equal in what
//! such functions read are equal in what they give: they can be added up first, by their codes, and the functions then see few rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::projection::{ProjectionExpr, ProjectionExprs};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::projection::ProjectionExec;
use lake::WholeFiles;

use super::exec::NeighboursExec;

/// The rows of `plan` with neighbours added up by their codes, and the columns `added` only added up. None where `plan` is more than
/// functions of the rows of whole files.
pub(super) fn over_files(plan: &Arc<dyn ExecutionPlan>, added: &[usize]) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some((files, projection)) = of_files(plan)? else { return Ok(None) };
    let Some(Columns { kept, added }) = Columns::of(&projection, added) else {
        return Ok(None);
    };
    let columns = kept.union(&added).copied().collect::<Vec<_>>();
    let place = |column: usize| columns.binary_search(&column).ok();
    let added = added.iter().filter_map(|column| place(*column)).collect();
    let neighbours = Arc::new(NeighboursExec::new(files.coded(&columns)?, added));
    let expressions = projection.iter().map(|ProjectionExpr { expr, alias }| {
        let moved = Arc::clone(expr).transform(|node| {
            let Some(column) = node.downcast_ref::<Column>() else {
                return Ok(Transformed::no(node));
            };
            let place = place(column.index()).unwrap_or_default();
            Ok(Transformed::yes(Arc::new(Column::new(column.name(), place)) as Arc<dyn PhysicalExpr>))
        });
        Ok(ProjectionExpr::new(moved.data()?, alias))
    });
    let projected = ProjectionExec::try_new(expressions.collect::<Result<Vec<_>>>()?, neighbours)?;
    Ok((projected.schema() == plan.schema()).then(|| Arc::new(projected) as _))
}

/// The files that `plan` reads, and what it makes of their columns.
fn of_files(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<(WholeFiles, ProjectionExprs)>> {
    if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        let Some((files, below)) = of_files(projection.input())? else {
            return Ok(None);
        };
        return Ok(Some((files, below.try_merge(projection.projection_expr())?)));
    }
    if let (true, [input]) = (plan.is::<CooperativeExec>(), plan.children().as_slice()) {
        return of_files(input);
    }
    Ok(WholeFiles::of(plan.as_ref()).map(|files| {
        let projection = files.projection().clone();
        (files, projection)
    }))
}

/// Columns of the files.
struct Columns {
    /// Those by which rows are told apart.
    kept: BTreeSet<usize>,
    added: BTreeSet<usize>,
}

impl Columns {
    /// None where a column would be both, or where a sum is not one of a column.
    fn of(projection: &ProjectionExprs, sums: &[usize]) -> Option<Self> {
        let (mut kept, mut added) = (BTreeSet::new(), BTreeSet::new());
        for (at, ProjectionExpr { expr, .. }) in projection.iter().enumerate() {
            if sums.contains(&at) {
                added.insert(expr.downcast_ref::<Column>()?.index());
            } else if is_volatile(expr) {
                return None;
            } else {
                kept.extend(collect_columns(expr).iter().map(Column::index));
            }
        }
        (!kept.is_empty() && kept.is_disjoint(&added)).then_some(Self { kept, added })
    }
}
