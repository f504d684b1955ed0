//! Files that are each in order, read as one stream in that order.

use std::sync::Arc;

use arrow::compute::SortOptions;
use datafusion::config::TableParquetOptions;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::union::UnionExec;

use crate::catalogue::state::TableState;
use crate::file::DataFile;
use crate::lake::Inner;
use crate::scan::Scan;
use crate::{Error, Result};

/// More sorted inputs than this are read together and sorted: a merge of very many streams costs more memory and time.
const INPUTS_MAX: usize = 256;

/// The rows of `inputs` in the order of the columns `sort`, with the columns `output`. An input marked true is wider than what is asked
/// for: its rows must pass `filter`, which is given the columns that are read, by their positions in the table.
pub(crate) fn plan(
    inner: &Inner,
    table: &TableState,
    inputs: &[(Arc<DataFile>, bool)],
    sort: &[&str],
    output: &[usize],
    filter: impl Fn(&[usize]) -> Option<Arc<dyn PhysicalExpr>>,
) -> Result<Arc<dyn ExecutionPlan>> {
    if inputs.is_empty() {
        return Ok(Arc::new(EmptyExec::new(Arc::new(table.schema.project(output)?))));
    }
    let sort = positions(table, sort)?;
    let mut read = output.to_vec();
    read.extend(sort.iter().filter(|at| !output.contains(at)));
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let filtered = |plan: Arc<dyn ExecutionPlan>| -> Result<Arc<dyn ExecutionPlan>> {
        match filter(&read) {
            Some(predicate) => Ok(Arc::new(FilterExec::try_new(predicate, plan)?)),
            None => Ok(plan),
        }
    };
    let scan = |files: Vec<Arc<DataFile>>, is_wider: bool, is_ordered: bool| -> Result<Arc<dyn ExecutionPlan>> {
        let scan = Scan {
            groups: vec![files],
            projection: Some(read.clone()),
            // Prunes row groups and pages by the table's columns; the filter above decides.
            predicate: if is_wider { filter(&all) } else { None },
            ordering: if is_ordered { ordering(table, &sort, &all) } else { None },
            options: TableParquetOptions::default(),
            ..Scan::default()
        };
        let plan = scan.plan(inner, table)?;
        if is_wider { filtered(plan) } else { Ok(plan) }
    };
    let order = ordering(table, &sort, &read).ok_or_else(|| no_order(table))?;
    let plan: Arc<dyn ExecutionPlan> = if inputs.len() > INPUTS_MAX {
        let files = inputs.iter().map(|(file, _)| Arc::clone(file)).collect();
        Arc::new(SortExec::new(order, scan(files, inputs.iter().any(|(_, is_wider)| *is_wider), false)?))
    } else {
        let mut streams = inputs
            .iter()
            .map(|(file, is_wider)| scan(vec![Arc::clone(file)], *is_wider, true))
            .collect::<Result<Vec<_>>>()?;
        match (streams.pop(), streams.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                streams.extend(last);
                Arc::new(SortPreservingMergeExec::new(order, UnionExec::try_new(streams)?))
            }
        }
    };
    without_sort_columns(plan, read.len(), output.len())
}

/// Streams of one order as one stream of it, with the first `output` of their columns; None where there is none.
pub(crate) fn merged(
    table: &TableState,
    mut streams: Vec<Arc<dyn ExecutionPlan>>,
    order: Option<LexOrdering>,
    read: usize,
    output: usize,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let order = order.ok_or_else(|| no_order(table))?;
    let plan = match streams.len() {
        0 => return Ok(None),
        1 => streams.remove(0),
        _ => Arc::new(SortPreservingMergeExec::new(order, UnionExec::try_new(streams)?)),
    };
    without_sort_columns(plan, read, output).map(Some)
}

fn without_sort_columns(plan: Arc<dyn ExecutionPlan>, read: usize, output: usize) -> Result<Arc<dyn ExecutionPlan>> {
    if read == output {
        return Ok(plan);
    }
    let schema = plan.schema();
    let expressions = (0..output).map(|at| {
        let name = schema.field(at).name();
        (Arc::new(Column::new(name, at)) as Arc<dyn PhysicalExpr>, name.clone())
    });
    Ok(Arc::new(ProjectionExec::try_new(expressions.collect::<Vec<_>>(), plan)?))
}

/// The order by the columns at `sort`, as far as they are among `read`, in terms of the positions in `read`.
pub(crate) fn ordering(table: &TableState, sort: &[usize], read: &[usize]) -> Option<LexOrdering> {
    let place = |at: &usize| {
        read.iter()
            .position(|column| column == at)
            .map(|place| ascending(table.schema.field(*at).name(), place))
    };
    LexOrdering::new(sort.iter().map_while(place).collect::<Vec<_>>())
}

fn ascending(name: &str, at: usize) -> PhysicalSortExpr {
    PhysicalSortExpr::new(
        Arc::new(Column::new(name, at)),
        SortOptions {
            descending: false,
            nulls_first: true,
        },
    )
}

/// Positions of columns by name.
pub(crate) fn positions(table: &TableState, names: &[&str]) -> Result<Vec<usize>> {
    let position = |name: &&str| {
        let missing = || Error::NoSuchColumn {
            table: table.name.clone(),
            column: (*name).to_owned(),
        };
        table.column(name).map(|(at, _)| at).ok_or_else(missing)
    };
    names.iter().map(position).collect()
}

fn no_order(table: &TableState) -> Error {
    Error::Catalogue {
        place: table.name.clone(),
        reason: "the table has no order to merge by".into(),
    }
}
