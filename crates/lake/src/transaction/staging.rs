//! Rows between the caller and the commit: buffered, checked for duplicates, sorted, written.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, SchemaRef};
use types::tables::unified_marketing_data::{FACT_SORT, JOURNEY_SORT};
use types::tables::{self, ColumnType};
use types::{RecordKind, UnifiedRow};

use crate::catalogue::state::{DATA_FOLDER, TableState};
use crate::file::Layout;
use crate::keys::{Key, Run, StagedKeys, catalogue};
use crate::lake::Inner;
use crate::merge::positions;
use crate::rows::{UNIFIED, rows_to_batch};
use crate::schema::Column;
use crate::writer::sorted::{fresh_path, order, write_in_order};
use crate::writer::{FileWriter, Placement, WrittenFile};
use crate::{Error, Result, read};

/// Rows buffered before they become a file; few in tests, so that they write several.
const BUFFER_ROWS_MAX: usize = if cfg!(test) { 1_000 } else { 1_000_000 };
/// Bytes buffered before they become a file.
const BUFFER_BYTES_MAX: usize = 256 << 20;

#[derive(Debug, Default)]
struct Buffer {
    batches: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
}

impl Buffer {
    fn push(&mut self, batch: RecordBatch) {
        self.rows += batch.num_rows();
        self.bytes += batch.get_array_memory_size();
        self.batches.push(batch);
    }

    fn is_full(&self) -> bool {
        self.rows >= BUFFER_ROWS_MAX || self.bytes >= BUFFER_BYTES_MAX
    }
}

/// A file that waits for the commit.
#[derive(Debug)]
pub(super) struct StagedFile {
    pub(super) table: String,
    pub(super) written: WrittenFile,
    pub(super) columns: Arc<[Column]>,
    pub(super) schema: SchemaRef,
    /// Ids of rows that turned out to be superseded after the file was written.
    pub(super) excluded: HashSet<Key>,
    /// Ascending ids of its spend rows, of which the last in the transaction wins.
    spend: Vec<Key>,
}

#[derive(Debug)]
pub(super) struct Staging {
    inner: Arc<Inner>,
    unified: Option<Arc<TableState>>,
    journey: Buffer,
    fact: Buffer,
    derived: BTreeMap<String, (Arc<TableState>, Buffer)>,
    pub(super) files: Vec<StagedFile>,
    pub(super) keys: StagedKeys,
    /// Live runs at `checked_version`, against which every staged key was checked.
    live: Vec<Arc<Run>>,
    pub(super) checked_version: i64,
    pub(super) duplicates: u64,
    /// Paths to remove when the transaction is dropped.
    pub(super) is_settled: bool,
}

impl Staging {
    pub(super) fn new(inner: Arc<Inner>) -> Self {
        Self {
            inner,
            unified: None,
            journey: Buffer::default(),
            fact: Buffer::default(),
            derived: BTreeMap::new(),
            files: Vec::new(),
            keys: StagedKeys::default(),
            live: Vec::new(),
            checked_version: -1,
            duplicates: 0,
            is_settled: false,
        }
    }

    /// Loads the schema and the live key runs at the first rows, and the schema again when rows have a field that is new.
    pub(super) async fn prepare_unified(&mut self, rows: &[UnifiedRow]) -> Result<()> {
        let knows_all = |table: &TableState| rows.iter().flat_map(|row| &row.custom).all(|(name, _)| table.column(name).is_some());
        match &self.unified {
            Some(table) if knows_all(table) => return Ok(()),
            Some(_) => {
                // Batches of one buffer have one schema.
                let table = Arc::clone(self.inner.newest_state().await?.table(UNIFIED)?);
                self.flush_in_background().await?;
                self.unified = Some(table);
            }
            None => {
                let state = self.inner.newest_state().await?;
                self.unified = Some(Arc::clone(state.table(UNIFIED)?));
                self.checked_version = state.version;
                let live = catalogue::live(&self.inner.database, self.inner.clock.now()).await?;
                self.inner.keep_runs(&live.iter().map(|run| run.id).collect());
                self.live = live.iter().map(|run| self.inner.run(run.id, &run.path)).collect::<Result<_>>()?;
            }
        }
        Ok(())
    }

    async fn flush_in_background(&mut self) -> Result<()> {
        let mut staging = std::mem::replace(self, Self::new(Arc::clone(&self.inner)));
        *self = tokio::task::spawn_blocking(move || staging.flush().map(|()| staging)).await??;
        Ok(())
    }

    /// Blocking.
    pub(super) fn append_rows(&mut self, rows: &[UnifiedRow]) -> Result<()> {
        let table = self.unified.clone().ok_or_else(|| Error::NoSuchTable { table: UNIFIED.to_owned() })?;
        // Runs of rows of one layout become batches without copying rows.
        for stretch in rows.chunk_by(|left, right| left.record_kind.is_journey() == right.record_kind.is_journey()) {
            let batch = rows_to_batch(&table.schema, stretch)?;
            let is_journey = stretch.first().is_some_and(|row| row.record_kind.is_journey());
            let buffer = if is_journey { &mut self.journey } else { &mut self.fact };
            buffer.push(batch);
            if buffer.is_full() {
                self.flush_unified(if is_journey { Layout::Journey } else { Layout::Fact })?;
            }
        }
        Ok(())
    }

    /// Blocking.
    pub(super) fn append_batch(&mut self, table: &Arc<TableState>, batch: &RecordBatch) -> Result<()> {
        let batch = conform(table, batch)?;
        let (_, buffer) = self
            .derived
            .entry(table.name.clone())
            .or_insert_with(|| (Arc::clone(table), Buffer::default()));
        buffer.push(batch);
        if buffer.is_full() { self.flush_derived(&table.name) } else { Ok(()) }
    }

    /// Writes everything that is buffered. Blocking.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.flush_unified(Layout::Journey)?;
        self.flush_unified(Layout::Fact)?;
        for table in self.derived.keys().cloned().collect::<Vec<_>>() {
            self.flush_derived(&table)?;
        }
        Ok(())
    }

    fn flush_unified(&mut self, layout: Layout) -> Result<()> {
        let Some(table) = self.unified.clone() else { return Ok(()) };
        let (buffer, sort) = match layout {
            Layout::Journey => (&mut self.journey, JOURNEY_SORT),
            Layout::Fact | Layout::Table => (&mut self.fact, FACT_SORT),
        };
        let batches = std::mem::take(buffer).batches;
        if batches.is_empty() {
            return Ok(());
        }
        let mut dropped: Vec<Vec<bool>> = batches.iter().map(|batch| vec![false; batch.num_rows()]).collect();
        let ids = Ids::of(&table, &batches, layout)?;
        let keys = self.drop_known(ids.keyed, &mut dropped)?;
        let spend = self.drop_superseded(ids.spend, &mut dropped);
        let places = order(&batches, &positions(&table, sort)?, |batch, row| !dropped[batch][row])?;
        self.write(&table, Placement::appended(layout), &batches, &places, spend)?;
        self.keys.add(&self.inner, &keys)
    }

    fn flush_derived(&mut self, name: &str) -> Result<()> {
        let Some((table, buffer)) = self.derived.get_mut(name) else {
            return Ok(());
        };
        let (table, batches) = (Arc::clone(table), std::mem::take(buffer).batches);
        let sort = tables::ALL.iter().find(|known| known.name == name).map_or(&[][..], |known| known.sort);
        let places = order(&batches, &positions(&table, sort)?, |_, _| true)?;
        self.write(&table, Placement::appended(Layout::Table), &batches, &places, Vec::new())
    }

    fn write(&mut self, table: &TableState, placement: Placement, batches: &[RecordBatch], places: &[(usize, usize)], spend: Vec<Key>) -> Result<()> {
        let columns: Arc<[Column]> = table.columns.clone().into();
        let inner = Arc::clone(&self.inner);
        let create = || new_file(&inner, &table.name, &columns, &table.schema, placement);
        if let Some(written) = write_in_order(batches, places, create)? {
            let (table, schema) = (table.name.clone(), Arc::clone(&table.schema));
            self.files.push(StagedFile {
                table,
                written,
                columns,
                schema,
                excluded: HashSet::new(),
                spend,
            });
        }
        Ok(())
    }

    /// Marks the rows whose key came before; gives the new keys, ascending.
    fn drop_known(&mut self, mut rows: Vec<(Key, usize, usize)>, dropped: &mut [Vec<bool>]) -> Result<Vec<Key>> {
        rows.sort_unstable();
        let mut drop = |batch: usize, row: usize, duplicates: &mut u64| {
            dropped[batch][row] = true;
            *duplicates += 1;
        };
        let mut first: Vec<(Key, usize, usize)> = Vec::with_capacity(rows.len());
        for (key, batch, row) in rows {
            if first.last().is_some_and(|(last, _, _)| *last == key) {
                drop(batch, row, &mut self.duplicates);
            } else {
                first.push((key, batch, row));
            }
        }
        let keys: Vec<Key> = first.iter().map(|(key, _, _)| *key).collect();
        let mut known = vec![false; keys.len()];
        for run in self.live.iter().chain(self.keys.runs()) {
            run.find(&keys, |at| known[at] = true)?;
        }
        for ((_, batch, row), _) in first.iter().zip(&known).filter(|(_, known)| **known) {
            drop(*batch, *row, &mut self.duplicates);
        }
        Ok(keys.into_iter().zip(known).filter(|(_, known)| !known).map(|(key, _)| key).collect())
    }

    /// Spend rows: the last of equal ids wins, also over files that were written before.
    fn drop_superseded(&mut self, mut rows: Vec<(Key, usize, usize)>, dropped: &mut [Vec<bool>]) -> Vec<Key> {
        rows.sort_unstable();
        let mut keys: Vec<Key> = Vec::with_capacity(rows.len());
        for (at, (key, batch, row)) in rows.iter().enumerate() {
            if rows.get(at + 1).is_some_and(|(next, _, _)| next == key) {
                dropped[*batch][*row] = true;
                self.duplicates += 1;
            } else {
                keys.push(*key);
            }
        }
        if !keys.is_empty() {
            for file in &mut self.files {
                let superseded: Vec<Key> = file.spend.iter().filter(|key| keys.binary_search(key).is_ok()).copied().collect();
                file.excluded.extend(superseded);
            }
        }
        keys
    }

    /// Paths of all that is staged.
    pub(super) fn remove_files(&self) {
        for file in &self.files {
            remove_file(&self.inner, &file.written);
        }
        self.keys.remove_files();
        self.inner.unstage(self.keys.paths());
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_settled {
            self.remove_files();
        }
    }
}

/// A new file of `table`, registered as staged so that the garbage collection leaves it alone.
pub(crate) fn new_file(inner: &Inner, table: &str, columns: &Arc<[Column]>, schema: &SchemaRef, placement: Placement) -> Result<FileWriter> {
    let path = fresh_path(&format!("{DATA_FOLDER}/{table}"), &inner.process, "parquet");
    inner.stage(path.as_ref());
    FileWriter::create(inner.root(), path, columns, schema, placement)
}

/// Removes a file that will not be committed.
pub(crate) fn remove_file(inner: &Inner, file: &WrittenFile) {
    if let Err(error) = std::fs::remove_file(inner.root().join(file.path.as_ref())) {
        tracing::warn!(path = %file.path, %error, "a staged file was left for the garbage collection");
    }
    inner.unstage(std::iter::once(file.path.as_ref()));
}

/// Ids of buffered rows with their places.
struct Ids {
    keyed: Vec<(Key, usize, usize)>,
    spend: Vec<(Key, usize, usize)>,
}

impl Ids {
    fn of(table: &TableState, batches: &[RecordBatch], layout: Layout) -> Result<Self> {
        let columns = positions(table, &["id", "record_kind"])?;
        let mut ids = Self {
            keyed: Vec::new(),
            spend: Vec::new(),
        };
        for (at, batch) in batches.iter().enumerate() {
            let keys = batch.column(columns[0]).as_fixed_size_binary();
            let kinds = batch.column(columns[1]).as_string::<i32>();
            for row in 0..batch.num_rows() {
                let key = Key::from_be_bytes(keys.value(row).try_into().expect("an id has sixteen bytes"));
                let is_spend = layout == Layout::Fact && kinds.value(row) == RecordKind::Spend.as_str();
                if is_spend {
                    ids.spend.push((key, at, row))
                } else {
                    ids.keyed.push((key, at, row))
                }
            }
        }
        Ok(ids)
    }
}

/// `batch` in the table's schema, or the reason why it does not fit.
fn conform(table: &TableState, batch: &RecordBatch) -> Result<RecordBatch> {
    let refused = |column: &str, reason: String| Error::Value {
        table: table.name.clone(),
        column: column.to_owned(),
        reason,
    };
    let given = batch.schema();
    for (field, column) in given.fields().iter().zip(batch.columns()) {
        let Some((_, known)) = table.column(field.name()) else {
            return Err(Error::NoSuchColumn {
                table: table.name.clone(),
                column: field.name().clone(),
            });
        };
        let expected = crate::schema::arrow_type(known.kind);
        if column.data_type() != &expected {
            return Err(refused(&known.name, format!("has type {}, expected {expected}", column.data_type())));
        }
        if !known.nullable && column.null_count() > 0 {
            return Err(refused(&known.name, "a required value is missing".into()));
        }
        if known.kind == ColumnType::Float && column.as_primitive::<Float64Type>().iter().flatten().any(|value| !value.is_finite()) {
            return Err(refused(&known.name, "NaN and infinite numbers are not kept".into()));
        }
    }
    if let Some(missing) = table
        .columns
        .iter()
        .find(|column| !column.nullable && given.index_of(&column.name).is_err())
    {
        return Err(refused(&missing.name, "the required column is missing".into()));
    }
    read::adapt(batch, &table.schema)
}
