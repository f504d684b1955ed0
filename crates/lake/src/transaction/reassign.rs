//! Giving journey rows to other customers: files that hold such rows are written anew without them, and the rows in new files.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, FixedSizeBinaryBuilder, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Schema, SchemaRef};
use futures::{Stream, StreamExt};
use tokio::runtime::Handle;
use types::CustomerId;
use types::tables::unified_marketing_data::JOURNEY_SORT;

use super::replace::{Rewrite, Rewrites};
use super::staging::{new_file, remove_file};
use crate::catalogue::state::{LakeState, TableState};
use crate::file::{DataFile, Layout};
use crate::journey_scan::CustomerRange;
use crate::lake::Inner;
use crate::merge::positions;
use crate::rows::UNIFIED;
use crate::schema::Column;
use crate::writer::sorted::order;
use crate::writer::{FileWriter, Placement, WrittenFile};
use crate::{Error, Result, read};

/// Rows that wait in memory before they become a file.
const MOVED_ROWS_MAX: usize = if cfg!(test) { 500 } else { 1 << 18 };

/// The customer of each row of a batch, which has the columns [`Reassignment::columns`]; None leaves a row where it is.
pub type Assign = dyn Fn(&RecordBatch) -> Vec<Option<CustomerId>> + Send + Sync;

/// Which journey rows belong to other customers than they say.
#[derive(Clone)]
pub struct Reassignment {
    /// Only their rows are looked at.
    pub customers: Arc<HashSet<CustomerId>>,
    /// What `assign` needs to see.
    pub columns: &'static [&'static str],
    /// A function of the row: it is asked again when other commits come in between.
    pub assign: Arc<Assign>,
}

impl fmt::Debug for Reassignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reassignment")
            .field("customers", &self.customers.len())
            .finish_non_exhaustive()
    }
}

/// Completes `rewrites` for the live journey files of `state`.
pub(super) async fn prepare(inner: &Arc<Inner>, state: &LakeState, reassignment: &Reassignment, rewrites: &mut Rewrites) -> Result<()> {
    if reassignment.customers.is_empty() {
        return Ok(());
    }
    let table = state.table(UNIFIED)?;
    for file in table.files.iter().filter(|file| file.layout == Layout::Journey) {
        if rewrites.contains_key(&file.id) {
            continue;
        }
        let rewrite = if may_hold(file, reassignment) && moves_any(inner, table, file, reassignment).await? {
            rewrite(inner, table, file, reassignment).await?
        } else {
            Rewrite::Untouched
        };
        rewrites.insert(file.id, rewrite);
    }
    Ok(())
}

/// Whether the file's range of customers has one of them.
fn may_hold(file: &DataFile, reassignment: &Reassignment) -> bool {
    let Some((bits, index)) = file.customer_range else { return true };
    let range = CustomerRange { bits, index };
    reassignment.customers.iter().any(|customer| range.holds(Some(customer.as_bytes())))
}

/// Looks before anything is written: first at the customers alone, then at what decides.
async fn moves_any(inner: &Inner, table: &TableState, file: &DataFile, reassignment: &Reassignment) -> Result<bool> {
    let customers = table.schema.project(&positions(table, &JOURNEY_SORT[..1])?)?;
    let mut batches = read::columns(inner, &file.path, file.bytes, &Arc::new(customers)).await?;
    let mut is_there = false;
    while let (false, Some(batch)) = (is_there, batches.next().await) {
        is_there = holds_any(&batch?, &reassignment.customers);
    }
    if !is_there {
        return Ok(false);
    }
    let mut batches = read::columns(inner, &file.path, file.bytes, &deciding(table, reassignment)?).await?;
    while let Some(batch) = batches.next().await {
        if moves(&batch?, reassignment)?.iter().any(Option::is_some) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn deciding(table: &TableState, reassignment: &Reassignment) -> Result<SchemaRef> {
    Ok(Arc::new(table.schema.project(&positions(table, reassignment.columns)?)?))
}

fn holds_any(batch: &RecordBatch, customers: &HashSet<CustomerId>) -> bool {
    customer_of(batch).is_ok_and(|ids| ids.iter().flatten().any(|id| id_of(id).is_some_and(|id| customers.contains(&id))))
}

fn customer_of(batch: &RecordBatch) -> Result<&arrow::array::FixedSizeBinaryArray> {
    Ok(batch.column(batch.schema().index_of(JOURNEY_SORT[0])?).as_fixed_size_binary())
}

fn id_of(bytes: &[u8]) -> Option<CustomerId> {
    bytes.try_into().ok().map(CustomerId::from_bytes)
}

/// By row: the customer it goes to, if that is another than it has.
fn moves(batch: &RecordBatch, reassignment: &Reassignment) -> Result<Vec<Option<CustomerId>>> {
    let customers = customer_of(batch)?;
    if !holds_any(batch, &reassignment.customers) {
        return Ok(vec![None; batch.num_rows()]);
    }
    let assigned = (reassignment.assign)(batch);
    let own = customers.iter().map(|id| id.and_then(id_of));
    let keep = |(own, assigned): (Option<CustomerId>, Option<CustomerId>)| {
        own.filter(|own| reassignment.customers.contains(own) && assigned != Some(*own))
            .and(assigned)
    };
    Ok(own.zip(assigned).map(keep).collect())
}

async fn rewrite(inner: &Arc<Inner>, table: &TableState, file: &DataFile, reassignment: &Reassignment) -> Result<Rewrite> {
    let stream = read::rows(inner, &file.path, file.bytes, &table.schema).await?;
    let split = Split {
        inner: Arc::clone(inner),
        columns: table.columns.clone().into(),
        schema: Arc::clone(&table.schema),
        sort: positions(table, JOURNEY_SORT)?,
        customer: positions(table, &JOURNEY_SORT[..1])?[0],
        deciding: positions(table, reassignment.columns)?,
        reassignment: reassignment.clone(),
        kept: None,
        moved: Vec::new(),
        moved_rows: 0,
        written: Vec::new(),
        customers: BTreeSet::new(),
    };
    let placement = Placement {
        layout: file.layout,
        level: file.level,
        range: file.customer_range,
        month: file.month,
    };
    let (handle, rows) = (Handle::current(), file.rows);
    tokio::task::spawn_blocking(move || split.run(&handle, stream, placement, rows)).await?
}

/// One file on its way to become two or more.
struct Split {
    inner: Arc<Inner>,
    columns: Arc<[Column]>,
    schema: SchemaRef,
    sort: Vec<usize>,
    customer: usize,
    deciding: Vec<usize>,
    reassignment: Reassignment,
    kept: Option<FileWriter>,
    moved: Vec<RecordBatch>,
    moved_rows: usize,
    written: Vec<WrittenFile>,
    customers: BTreeSet<CustomerId>,
}

impl Split {
    /// Blocking.
    fn run(mut self, handle: &Handle, stream: impl Stream<Item = Result<RecordBatch>>, placement: Placement, rows: u64) -> Result<Rewrite> {
        let result = self.write(handle, stream, &placement, rows);
        match result {
            Ok(()) => Ok(Rewrite::Replaced {
                written: self.written,
                customers: self.customers,
            }),
            Err(error) => {
                self.written.iter().for_each(|file| remove_file(&self.inner, file));
                Err(error)
            }
        }
    }

    fn write(&mut self, handle: &Handle, stream: impl Stream<Item = Result<RecordBatch>>, placement: &Placement, rows: u64) -> Result<()> {
        let mut stream = Box::pin(stream);
        while let Some(batch) = handle.block_on(stream.next()) {
            self.take(&batch?, placement)?;
            if self.moved_rows >= MOVED_ROWS_MAX {
                self.write_moved()?;
            }
        }
        self.write_moved()?;
        let kept = self.kept.take().map(FileWriter::finish).transpose()?;
        self.written.extend(kept);
        let after: u64 = self.written.iter().map(|file| file.rows).sum();
        if after == rows {
            return Ok(());
        }
        Err(Error::Catalogue {
            place: UNIFIED.to_owned(),
            reason: format!("giving rows to other customers read {rows} rows and wrote {after}; nothing was changed, run `tributary doctor`"),
        })
    }

    fn take(&mut self, batch: &RecordBatch, placement: &Placement) -> Result<()> {
        let moves = moves(&batch.project(&self.deciding)?, &self.reassignment)?;
        if moves.iter().all(Option::is_none) {
            return self.keep(batch, placement);
        }
        let own = batch.column(self.customer).as_fixed_size_binary();
        for (row, to) in moves.iter().enumerate() {
            if let Some(to) = to {
                self.customers.extend([Some(*to), id_of(own.value(row))].into_iter().flatten());
            }
        }
        let is_moved: BooleanArray = moves.iter().map(|to| Some(to.is_some())).collect();
        let kept = filter_record_batch(batch, &arrow::compute::not(&is_moved)?)?;
        if kept.num_rows() > 0 {
            self.keep(&kept, placement)?;
        }
        let moved = filter_record_batch(batch, &is_moved)?;
        let mut ids = FixedSizeBinaryBuilder::with_capacity(moved.num_rows(), 16);
        for to in moves.iter().flatten() {
            ids.append_value(to.as_bytes())?;
        }
        let mut columns = moved.columns().to_vec();
        columns[self.customer] = Arc::new(ids.finish()) as ArrayRef;
        self.moved_rows += moved.num_rows();
        self.moved.push(RecordBatch::try_new(moved.schema(), columns)?);
        Ok(())
    }

    fn keep(&mut self, batch: &RecordBatch, placement: &Placement) -> Result<()> {
        if self.kept.is_none() {
            self.kept = Some(self.new_file(placement.clone())?);
        }
        self.kept.as_mut().map_or(Ok(()), |kept| kept.write(batch))
    }

    /// What moves becomes a file as an append would leave it.
    fn write_moved(&mut self) -> Result<()> {
        if self.moved_rows == 0 {
            return Ok(());
        }
        let batches = std::mem::take(&mut self.moved);
        self.moved_rows = 0;
        let mut writer = self.new_file(Placement::appended(Layout::Journey))?;
        writer.write_in_order(&batches, &order(&batches, &self.sort)?)?;
        self.written.push(writer.finish()?);
        Ok(())
    }

    fn new_file(&self, placement: Placement) -> Result<FileWriter> {
        new_file(&self.inner, UNIFIED, &self.columns, &self.schema, placement)
    }
}

/// The part of a table's schema that `columns` names.
pub(crate) fn part_of(schema: &Schema, columns: &[&str]) -> Result<SchemaRef> {
    let places = columns
        .iter()
        .map(|name| schema.index_of(name))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(Arc::new(schema.project(&places)?))
}
