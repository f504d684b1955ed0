//! The journey rows in customer order, one partition a customer range.

use std::sync::Arc;

use arrow::compute::SortOptions;
use datafusion::config::TableParquetOptions;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, IsNullExpr, Literal};
use datafusion::physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::scalar::ScalarValue;
use types::tables::unified_marketing_data::JOURNEY_SORT;

use crate::catalogue::state::TableState;
use crate::file::{DataFile, Layout};
use crate::lake::Inner;
use crate::scan::Scan;
use crate::snapshot::TableSnapshot;
use crate::{Error, Result};

/// Below this many rows one partition is quicker than filtering the same files twice.
const SINGLE_PARTITION_ROWS_MAX: u64 = 100_000;
/// More sorted inputs than this are read together and sorted: a merge of very many streams costs more memory and time.
const MERGE_INPUTS_MAX: usize = 48;

/// A range of customers: those whose leading `bits` bits are `index`. Null customers belong to index 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CustomerRange {
    pub(crate) bits: u8,
    pub(crate) index: u16,
}

impl CustomerRange {
    pub(crate) const ALL: Self = Self { bits: 0, index: 0 };

    pub(crate) fn split(bits: u8) -> impl Iterator<Item = Self> {
        (0..1_u16 << bits).map(move |index| Self { bits, index })
    }

    /// First id of the range.
    fn low(self) -> [u8; 16] {
        (u128::from(self.index).checked_shl(128 - u32::from(self.bits)).unwrap_or(0)).to_be_bytes()
    }

    /// First id after the range; None for the last one.
    fn high(self) -> Option<[u8; 16]> {
        let next = self.index + 1;
        (u32::from(next) < 1 << self.bits).then(|| Self { index: next, ..self }.low())
    }

    fn is_all(self) -> bool {
        self.bits == 0
    }

    /// Whether all of `other` lies in this range.
    pub(crate) fn contains(self, other: Self) -> bool {
        other.bits >= self.bits && other.index >> (other.bits - self.bits) == self.index
    }
}

pub(crate) fn plan(snapshot: &TableSnapshot, columns: &[&str]) -> Result<Arc<dyn ExecutionPlan>> {
    let (table, inner) = (&snapshot.table, &snapshot.view.inner);
    let files: Vec<Arc<DataFile>> = table.files.iter().filter(|file| file.layout == Layout::Journey).cloned().collect();
    let output = positions(table, columns)?;
    if files.is_empty() {
        return Ok(Arc::new(EmptyExec::new(Arc::new(table.schema.project(&output)?))));
    }
    let partitions = partitions(&files);
    let plans = partitions
        .into_iter()
        .map(|range| range_plan(inner, table, &files, range, &output))
        .collect::<Result<Vec<_>>>()?;
    if plans.len() == 1 {
        return Ok(plans.into_iter().next().expect("there is one plan"));
    }
    Ok(UnionExec::try_new(plans)?)
}

/// The partitions in which `files` are best read: as compacted, or two where nothing is compacted yet.
fn partitions(files: &[Arc<DataFile>]) -> Vec<CustomerRange> {
    let bits = files.iter().filter_map(|file| file.customer_range).map(|(bits, _)| bits).min();
    let rows: u64 = files.iter().map(|file| file.rows).sum();
    let bits = bits.unwrap_or(if rows > SINGLE_PARTITION_ROWS_MAX { 1 } else { 0 });
    CustomerRange::split(bits).collect()
}

fn positions(table: &TableState, columns: &[&str]) -> Result<Vec<usize>> {
    let position = |name: &&str| {
        table.column(name).map(|(at, _)| at).ok_or_else(|| Error::NoSuchColumn {
            table: table.name.clone(),
            column: (*name).to_owned(),
        })
    };
    columns.iter().map(position).collect()
}

/// The rows of `range` in journey order, with the columns `output`.
pub(crate) fn range_plan(
    inner: &Inner,
    table: &TableState,
    files: &[Arc<DataFile>],
    range: CustomerRange,
    output: &[usize],
) -> Result<Arc<dyn ExecutionPlan>> {
    let mut inputs: Vec<(Arc<DataFile>, bool)> = Vec::new();
    for file in files {
        let own = file
            .customer_range
            .map_or(CustomerRange::ALL, |(bits, index)| CustomerRange { bits, index });
        if range.contains(own) {
            inputs.push((Arc::clone(file), false));
        } else if own.contains(range) {
            inputs.push((Arc::clone(file), true));
        }
    }
    let [(file, false)] = inputs.as_slice() else {
        return merged(inner, table, &inputs, range, output);
    };
    // One sorted file is the range: its order needs no sequence column, and there is nothing to merge.
    let scan = Scan {
        groups: vec![vec![Arc::clone(file)]],
        projection: Some(output.to_vec()),
        ordering: ordering(table, output),
        options: options(),
        ..Scan::default()
    };
    scan.plan(inner, table)
}

fn merged(
    inner: &Inner,
    table: &TableState,
    inputs: &[(Arc<DataFile>, bool)],
    range: CustomerRange,
    output: &[usize],
) -> Result<Arc<dyn ExecutionPlan>> {
    let sort = positions(table, JOURNEY_SORT)?;
    // Read the sort columns beside those that are asked for.
    let mut read = output.to_vec();
    read.extend(sort.iter().filter(|at| !output.contains(at)));
    if inputs.is_empty() {
        return Ok(Arc::new(EmptyExec::new(Arc::new(table.schema.project(output)?))));
    }
    let Some(order) = projected_ordering(table, &read, &sort) else {
        return Err(Error::NoSuchColumn {
            table: table.name.clone(),
            column: JOURNEY_SORT.join(", "),
        });
    };
    let filter = |plan: Arc<dyn ExecutionPlan>, positions: &[usize]| -> Result<Arc<dyn ExecutionPlan>> {
        match range_predicate(range, customer_column(table, positions)) {
            Some(predicate) => Ok(Arc::new(FilterExec::try_new(predicate, plan)?)),
            None => Ok(plan),
        }
    };
    // Pruning speaks of the table's columns, filtering of the columns that were read.
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let prune = || range_predicate(range, customer_column(table, &all));
    let plan: Arc<dyn ExecutionPlan> = if inputs.len() > MERGE_INPUTS_MAX {
        let group = inputs.iter().map(|(file, _)| Arc::clone(file)).collect();
        let scan = Scan {
            groups: vec![group],
            projection: Some(read.clone()),
            predicate: prune(),
            options: options(),
            ..Scan::default()
        };
        Arc::new(SortExec::new(order, filter(scan.plan(inner, table)?, &read)?))
    } else {
        let mut streams = Vec::new();
        for (file, is_wider) in inputs {
            let predicate = if *is_wider { prune() } else { None };
            let groups = vec![vec![Arc::clone(file)]];
            let ordering = ordering(table, &all);
            let plan = Scan {
                groups,
                projection: Some(read.clone()),
                predicate,
                ordering,
                options: options(),
                ..Scan::default()
            }
            .plan(inner, table)?;
            streams.push(if *is_wider { filter(plan, &read)? } else { plan });
        }
        if streams.len() == 1 {
            streams.into_iter().next().expect("there is one stream")
        } else {
            Arc::new(SortPreservingMergeExec::new(order, UnionExec::try_new(streams)?))
        }
    };
    if read.len() == output.len() {
        return Ok(plan);
    }
    let schema = plan.schema();
    let expressions = (0..output.len()).map(|at| {
        let name = schema.field(at).name();
        (Arc::new(Column::new(name, at)) as Arc<dyn PhysicalExpr>, name.clone())
    });
    Ok(Arc::new(ProjectionExec::try_new(expressions.collect::<Vec<_>>(), plan)?))
}

/// Row groups and pages are pruned; the filter above decides, so rows are not filtered twice.
fn options() -> TableParquetOptions {
    TableParquetOptions::default()
}

/// The journey order in terms of the table's columns, which is how a scan declares it; `read` columns must begin it.
fn ordering(table: &TableState, read: &[usize]) -> Option<LexOrdering> {
    let sort = positions(table, JOURNEY_SORT).ok()?;
    let known: Vec<PhysicalSortExpr> = sort
        .iter()
        .take_while(|at| read.contains(at))
        .map(|at| ascending(table.schema.field(*at).name(), *at))
        .collect();
    LexOrdering::new(known)
}

/// The journey order in terms of the columns `read`.
fn projected_ordering(table: &TableState, read: &[usize], sort: &[usize]) -> Option<LexOrdering> {
    let place = |at: &usize| {
        read.iter()
            .position(|column| column == at)
            .map(|place| ascending(table.schema.field(*at).name(), place))
    };
    LexOrdering::new(sort.iter().map(place).collect::<Option<Vec<_>>>()?)
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

fn customer_column(table: &TableState, read: &[usize]) -> Arc<dyn PhysicalExpr> {
    let customer = table.column(JOURNEY_SORT[0]).map_or(0, |(at, _)| at);
    let place = read.iter().position(|column| *column == customer).unwrap_or(0);
    Arc::new(Column::new(JOURNEY_SORT[0], place))
}

/// `customer` lies in `range`; None when every customer does.
pub(crate) fn range_predicate(range: CustomerRange, customer: Arc<dyn PhysicalExpr>) -> Option<Arc<dyn PhysicalExpr>> {
    if range.is_all() {
        return None;
    }
    let compare = |operator: Operator, bound: [u8; 16]| -> Arc<dyn PhysicalExpr> {
        let bound = Literal::new(ScalarValue::FixedSizeBinary(16, Some(bound.to_vec())));
        Arc::new(BinaryExpr::new(Arc::clone(&customer), operator, Arc::new(bound)))
    };
    let from = || compare(Operator::GtEq, range.low());
    let both = |left, operator, right| -> Arc<dyn PhysicalExpr> { Arc::new(BinaryExpr::new(left, operator, right)) };
    Some(match range.high() {
        Some(high) if range.index == 0 => both(
            Arc::new(IsNullExpr::new(Arc::clone(&customer))),
            Operator::Or,
            compare(Operator::Lt, high),
        ),
        Some(high) => both(from(), Operator::And, compare(Operator::Lt, high)),
        None => from(),
    })
}
