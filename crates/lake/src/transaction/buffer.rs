//! Rows that wait in memory until there are enough of them for a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};

use crate::Result;
use crate::catalogue::state::TableState;
use crate::file::Layout;
use crate::read;
use crate::rows::{RowColumns, coded_schema};

/// Rows buffered before they become a file; few in tests, so that they write several.
const BUFFER_ROWS_MAX: usize = if cfg!(test) { 1_000 } else { 1 << 19 };
/// Bytes buffered before they become a file. While one buffer is written the next one fills, so a layout has at most two of them, and what
/// is encoded of the first, in memory.
const BUFFER_BYTES_MAX: usize = 192 << 20;

/// Rows of a derived table.
#[derive(Debug)]
struct Derived {
    table: Arc<TableState>,
    buffer: Buffer,
    is_ordered: bool,
}

impl Derived {
    fn take(&mut self) -> Full {
        Full {
            table: Arc::clone(&self.table),
            layout: Layout::Table,
            batches: self.buffer.take(),
            is_ordered: std::mem::replace(&mut self.is_ordered, true),
        }
    }
}

#[derive(Debug, Default)]
struct Buffer {
    batches: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
}

impl Buffer {
    fn push(&mut self, batch: RecordBatch) {
        self.rows += batch.num_rows();
        // Columns without values share their nulls.
        let filled = batch.columns().iter().filter(|column| column.null_count() < column.len());
        self.bytes += filled.map(|column| column.get_array_memory_size()).sum::<usize>();
        self.batches.push(batch);
    }

    fn is_full(&self) -> bool {
        self.rows >= BUFFER_ROWS_MAX || self.bytes >= BUFFER_BYTES_MAX
    }

    fn take(&mut self) -> Vec<RecordBatch> {
        std::mem::take(self).batches
    }
}

/// Rows that are to become one file. Repeating texts of the unified stream are codes.
#[derive(Debug)]
pub(super) struct Full {
    pub(super) table: Arc<TableState>,
    pub(super) layout: Layout,
    pub(super) batches: Vec<RecordBatch>,
    /// Whether the rows of each batch are in the table's order already.
    pub(super) is_ordered: bool,
}

/// The buffers of a transaction: one a layout of the unified stream, one a derived table.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    /// None before the first rows of the stream.
    pub(super) unified: Option<Arc<TableState>>,
    journey: Buffer,
    fact: Buffer,
    derived: BTreeMap<String, Derived>,
}

impl Buffers {
    /// Takes in rows of the unified stream; gives what is full.
    pub(super) fn push_unified(&mut self, table: &Arc<TableState>, columns: RowColumns) -> Result<Vec<Full>> {
        let mut full = Vec::new();
        let schema = coded_schema(&table.schema);
        for (layout, batch, buffer) in [
            (Layout::Journey, columns.journey, &mut self.journey),
            (Layout::Fact, columns.fact, &mut self.fact),
        ] {
            let Some(batch) = batch else { continue };
            buffer.push(if batch.schema() == schema {
                batch
            } else {
                read::adapt(&batch, &schema)?
            });
            if buffer.is_full() {
                full.push(Full {
                    table: Arc::clone(table),
                    layout,
                    batches: buffer.take(),
                    is_ordered: false,
                });
            }
        }
        Ok(full)
    }

    /// Takes in rows of a derived table, with its columns; `is_ordered`: in its order.
    pub(super) fn push_derived(&mut self, table: &Arc<TableState>, batch: RecordBatch, is_ordered: bool) -> Option<Full> {
        let derived = self.derived.entry(table.name.clone()).or_insert_with(|| Derived {
            table: Arc::clone(table),
            buffer: Buffer::default(),
            is_ordered: true,
        });
        derived.is_ordered &= is_ordered;
        derived.buffer.push(batch);
        derived.buffer.is_full().then(|| derived.take())
    }

    /// What is buffered of the unified stream.
    pub(super) fn take_unified(&mut self) -> Vec<Full> {
        let Some(table) = &self.unified else { return Vec::new() };
        let buffers = [(Layout::Journey, &mut self.journey), (Layout::Fact, &mut self.fact)];
        let full = buffers.into_iter().map(|(layout, buffer)| Full {
            table: Arc::clone(table),
            layout,
            batches: buffer.take(),
            is_ordered: false,
        });
        full.filter(|full| !full.batches.is_empty()).collect()
    }

    /// Everything that is buffered.
    pub(super) fn take_all(&mut self) -> Vec<Full> {
        let mut full = self.take_unified();
        full.extend(self.derived.values_mut().map(Derived::take));
        full.retain(|full| !full.batches.is_empty());
        full
    }
}
