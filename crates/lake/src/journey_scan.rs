//! The journey rows in customer order, one partition a customer range.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, IsNullExpr, Literal};
use datafusion::physical_expr::{LexOrdering, PhysicalExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::scalar::ScalarValue;
use types::tables::unified_marketing_data::JOURNEY_SORT;

use crate::Result;
use crate::buffers::Buffers;
use crate::catalogue::state::TableState;
use crate::coded_scan::{self, CodedScan, Customers};
use crate::customers::CustomerSet;
use crate::file::{DataFile, Layout};
use crate::lake::Inner;
use crate::merge::{self, ordering, positions};
use crate::read::FileReaders;
use crate::scan::Scan;
use crate::snapshot::TableSnapshot;

/// Below this many rows one partition is quicker than filtering the same files twice.
const SINGLE_PARTITION_ROWS_MAX: u64 = if cfg!(test) { 1_000 } else { 100_000 };

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

    /// Whether a row of `customer` belongs here.
    pub(crate) fn holds(self, customer: Option<&[u8]>) -> bool {
        match customer {
            Some(id) => id >= self.low().as_slice() && self.high().is_none_or(|high| id < high.as_slice()),
            None => self.index == 0,
        }
    }

    fn is_all(self) -> bool {
        self.bits == 0
    }

    /// Whether all of `other` lies in this range.
    pub(crate) fn contains(self, other: Self) -> bool {
        other.bits >= self.bits && other.index >> (other.bits - self.bits) == self.index
    }
}

/// What a pass over customers needs of its rows.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// Only customers with a row of one of these kinds, up to the instant of their last such row; more may come, too.
    /// None named: all rows of all customers.
    pub kinds: &'static [&'static str],
    /// Partitions that are worth having: each holds some row groups in memory, so more than there are threads only cost.
    pub partitions: usize,
}

/// With `pass`: codes, and only the customers it needs, where the files allow it.
pub(crate) fn plan(snapshot: &TableSnapshot, columns: &[&str], pass: Option<Pass>) -> Result<Arc<dyn ExecutionPlan>> {
    let (table, inner) = (&snapshot.table, &snapshot.view.inner);
    let files: Vec<Arc<DataFile>> = table.files.iter().filter(|file| file.layout == Layout::Journey).cloned().collect();
    let output = positions(table, columns)?;
    if files.is_empty() {
        return Ok(Arc::new(EmptyExec::new(Arc::new(table.schema.project(&output)?))));
    }
    let partitions = partitions(&files);
    let whole = pass.and_then(|pass| Some((pass, whole_files(&files, &partitions)?)));
    let plans = match whole {
        Some((pass, files)) => {
            let customers = customers(columns, pass.kinds);
            let parts = parts(&files, pass.partitions);
            parts
                .into_iter()
                .map(|files| coded_plan(inner, table, files, &output, &customers))
                .collect()
        }
        None => partitions
            .into_iter()
            .map(|range| range_plan(inner, table, &files, range, &output))
            .collect::<Result<Vec<_>>>()?,
    };
    if plans.len() == 1 {
        return Ok(plans.into_iter().next().expect("there is one plan"));
    }
    Ok(UnionExec::try_new(plans)?)
}

/// The rows of `customers` only, in at most `partitions` parts, each in journey order. Columns come as in the table.
pub(crate) fn of_customers(
    snapshot: &TableSnapshot,
    columns: &[&str],
    customers: &Arc<CustomerSet>,
    partitions: usize,
) -> Result<Arc<dyn ExecutionPlan>> {
    let (table, inner) = (&snapshot.table, &snapshot.view.inner);
    let output = positions(table, columns)?;
    let mut read = output.clone();
    let sort = positions(table, JOURNEY_SORT)?;
    read.extend(sort.iter().filter(|at| !output.contains(at)));
    let schema = Arc::new(table.schema.project(&read)?);
    let order = ordering(table, &sort, &read);
    let files: Vec<Arc<DataFile>> = table.files.iter().filter(|file| file.layout == Layout::Journey).cloned().collect();
    let mut plans = Vec::new();
    for part in parted(customers, partitions) {
        let part = Arc::new(part);
        let scan = |file: &Arc<DataFile>| {
            let scan = scan_of(inner, file, &schema, order.clone(), Customers::Among(Arc::clone(&part)));
            Arc::new(scan) as Arc<dyn ExecutionPlan>
        };
        let scans = files.iter().filter(|file| may_hold(table, file, &part)).map(scan).collect::<Vec<_>>();
        plans.extend(merge::merged(table, scans, order.clone(), read.len(), output.len())?);
    }
    match plans.len() {
        0 => Ok(Arc::new(EmptyExec::new(Arc::new(table.schema.project(&output)?)))),
        1 => Ok(plans.remove(0)),
        _ => Ok(UnionExec::try_new(plans)?),
    }
}

/// All journey rows, file by file, in at most `partitions` parts: a customer's rows are together within a file only. Ids and texts may come
/// as `Dictionary(UInt32, …)`. `kinds`: only customers with such a row in the same file, up to the last of them; more may come, too.
pub(crate) fn by_file(
    snapshot: &TableSnapshot,
    columns: &[&str],
    wanted: impl Fn(&DataFile) -> bool,
    kinds: Option<&'static [&'static str]>,
    partitions: usize,
) -> Result<Arc<dyn ExecutionPlan>> {
    let (table, inner) = (&snapshot.table, &snapshot.view.inner);
    let output = positions(table, columns)?;
    let schema = coded_scan::schema(&output.iter().map(|at| &table.columns[*at]).collect::<Vec<_>>());
    let files = table.files.iter().filter(|file| file.layout == Layout::Journey && wanted(file)).cloned();
    let files = files.collect::<Vec<_>>();
    if files.is_empty() {
        return Ok(Arc::new(EmptyExec::new(schema)));
    }
    let customers = kinds.map_or(Customers::All, |kinds| customers(columns, kinds));
    let plans = parts(&files, partitions)
        .into_iter()
        .map(|files| {
            let buffers = Buffers::default();
            let reader = |file: &Arc<DataFile>| FileReaders::of(inner, &file.path, file.bytes).locally(&inner.root, &buffers);
            let readers = files.iter().map(reader).collect();
            Arc::new(CodedScan::new(readers, Arc::clone(&schema), None, customers.clone())) as Arc<dyn ExecutionPlan>
        })
        .collect::<Vec<_>>();
    Ok(UnionExec::try_new(plans)?)
}

fn scan_of(inner: &Inner, file: &Arc<DataFile>, schema: &SchemaRef, order: Option<LexOrdering>, customers: Customers) -> CodedScan {
    let reader = FileReaders::of(inner, &file.path, file.bytes).locally(&inner.root, &Buffers::default());
    CodedScan::new(vec![reader], Arc::clone(schema), order, customers)
}

/// The customers in at most `count` parts of neighbours, about equally many.
fn parted(customers: &CustomerSet, count: usize) -> Vec<CustomerSet> {
    let ids = customers.iter().copied().collect::<Vec<_>>();
    let share = ids.len().div_ceil(count.max(1)).max(1);
    ids.chunks(share).map(|part| part.iter().copied().collect()).collect()
}

/// Whether a file may hold rows of some of the customers.
pub(crate) fn may_hold(table: &TableState, file: &DataFile, customers: &CustomerSet) -> bool {
    let id = |bound: &Option<ScalarValue>| match bound {
        Some(ScalarValue::FixedSizeBinary(16, Some(id))) => <[u8; 16]>::try_from(id.as_slice()).ok(),
        _ => None,
    };
    let bounds = table.stats(file, JOURNEY_SORT[0]).and_then(|stats| id(&stats.min).zip(id(&stats.max)));
    bounds.is_none_or(|(low, high)| customers.has_any_between(&low, &high))
}

/// The files, one a range, if compaction left no more: then nothing is merged, and codes of their dictionaries can stay codes.
fn whole_files(files: &[Arc<DataFile>], partitions: &[CustomerRange]) -> Option<Vec<Arc<DataFile>>> {
    let of = |range: &CustomerRange| files.iter().filter(|file| own_range(file) == *range).collect::<Vec<_>>();
    let mut found = Vec::new();
    for range in partitions {
        match of(range).as_slice() {
            [] => {}
            [file] => found.push(Arc::clone(file)),
            _ => return None,
        }
    }
    (found.len() == files.len()).then_some(found)
}

/// The customers whose rows a file may hold.
fn own_range(file: &DataFile) -> CustomerRange {
    file.customer_range
        .map_or(CustomerRange::ALL, |(bits, index)| CustomerRange { bits, index })
}

/// Which customers a coded scan reads: all, unless the columns are there by which others can be left out.
fn customers(columns: &[&str], kinds: &'static [&'static str]) -> Customers {
    if kinds.is_empty() {
        return Customers::All;
    }
    let place = |name: &str| columns.iter().position(|column| *column == name);
    match (place("customer_id"), place("record_kind"), place("recorded_at")) {
        (Some(customer), Some(kind), Some(instant)) => Customers::With {
            customer,
            kind,
            instant,
            kinds,
        },
        _ => Customers::All,
    }
}

/// Neighbouring files together, in at most `count` parts of about as many rows.
fn parts(files: &[Arc<DataFile>], count: usize) -> Vec<&[Arc<DataFile>]> {
    let rows: u64 = files.iter().map(|file| file.rows).sum();
    let share = rows.div_ceil(count.max(1) as u64).max(1);
    let (mut before, mut part) = (0, 0);
    let number = files.iter().map(|file| {
        // By the middle of the file, so that a part is at most half a file too large.
        part = part.max((before + file.rows / 2) / share);
        before += file.rows;
        part
    });
    let numbers = number.collect::<Vec<_>>();
    let mut start = 0;
    let lengths = numbers.chunk_by(|left, right| left == right).map(<[u64]>::len);
    lengths
        .map(|length| {
            start += length;
            &files[start - length..start]
        })
        .collect()
}

/// Files of neighbouring ranges, one after the other, are in order.
fn coded_plan(inner: &Inner, table: &TableState, files: &[Arc<DataFile>], output: &[usize], customers: &Customers) -> Arc<dyn ExecutionPlan> {
    let columns = output.iter().map(|at| &table.columns[*at]).collect::<Vec<_>>();
    let sort = positions(table, JOURNEY_SORT).unwrap_or_default();
    let buffers = Buffers::default();
    let reader = |file: &Arc<DataFile>| FileReaders::of(inner, &file.path, file.bytes).locally(&inner.root, &buffers);
    let readers = files.iter().map(reader).collect();
    let order = ordering(table, &sort, output);
    Arc::new(CodedScan::new(readers, coded_scan::schema(&columns), order, customers.clone()))
}

/// The partitions in which `files` are best read: as compacted, or two where nothing is compacted yet.
fn partitions(files: &[Arc<DataFile>]) -> Vec<CustomerRange> {
    let bits = files.iter().filter_map(|file| file.customer_range).map(|(bits, _)| bits).min();
    let rows: u64 = files.iter().map(|file| file.rows).sum();
    let bits = bits.unwrap_or(if rows > SINGLE_PARTITION_ROWS_MAX { 1 } else { 0 });
    CustomerRange::split(bits).collect()
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
        let own = own_range(file);
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
    let sort = positions(table, JOURNEY_SORT)?;
    let known: Vec<usize> = sort.into_iter().take_while(|at| output.contains(at)).collect();
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let ordering = ordering(table, &known, &all);
    Scan {
        groups: vec![vec![Arc::clone(file)]],
        projection: Some(output.to_vec()),
        ordering,
        ..Scan::default()
    }
    .plan(inner, table)
}

fn merged(
    inner: &Inner,
    table: &TableState,
    inputs: &[(Arc<DataFile>, bool)],
    range: CustomerRange,
    output: &[usize],
) -> Result<Arc<dyn ExecutionPlan>> {
    let customer = positions(table, &JOURNEY_SORT[..1])?[0];
    merge::plan(inner, table, inputs, JOURNEY_SORT, output, |read| {
        let place = read.iter().position(|column| *column == customer).unwrap_or(0);
        range_predicate(range, Arc::new(Column::new(JOURNEY_SORT[0], place)))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn file(rows: u64) -> Arc<DataFile> {
        Arc::new(DataFile {
            id: 1,
            path: object_store::path::Path::from("file"),
            bytes: 1,
            rows,
            layout: Layout::Journey,
            level: 1,
            customer_range: None,
            month: None,
            stats: Vec::new(),
            deletes: None,
        })
    }

    fn check(rows: &[u64], count: usize, expected: &[&[u64]]) {
        let files = rows.iter().map(|rows| file(*rows)).collect::<Vec<_>>();
        let parts = parts(&files, count);
        let found = parts
            .iter()
            .map(|part| part.iter().map(|file| file.rows).collect::<Vec<_>>())
            .collect::<Vec<_>>();
        assert_eq!(found, expected);
    }

    #[test]
    fn files_are_shared_out_by_rows() {
        check(&[5, 5, 5, 5], 2, &[&[5, 5], &[5, 5]]);
        check(&[9, 1, 1, 1], 2, &[&[9], &[1, 1, 1]]);
        check(&[5, 5], 8, &[&[5], &[5]]);
        check(&[5, 5, 5], 1, &[&[5, 5, 5]]);
        check(&[0, 0], 2, &[&[0, 0]]);
    }
}
