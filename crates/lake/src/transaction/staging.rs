//! Full buffers become files: checked for duplicates, sorted, written.

use std::collections::HashSet;
use std::sync::Arc;
use std::thread::JoinHandle;

use arrow::array::{Array, ArrayAccessor, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Float64Type, Int32Type, Schema, SchemaRef};
use types::RecordKind;
use types::tables::unified_marketing_data::{FACT_SORT, JOURNEY_SORT};
use types::tables::{self, ColumnType};

use super::buffer::Full;
use crate::catalogue::state::{DATA_FOLDER, TableState};
use crate::file::Layout;
use crate::keys::{Key, Run, StagedKeys, catalogue};
use crate::lake::Inner;
use crate::merge::positions;
use crate::schema::Column;
use crate::writer::sorted::{fresh_path, order, order_of_batches};
use crate::writer::{FileWriter, Placement, WrittenFile};
use crate::{Error, Result, read};

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
    pub(super) files: Vec<StagedFile>,
    /// Syncs the last of the files; those before it are durable.
    syncing: Option<JoinHandle<Result<()>>>,
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
            files: Vec::new(),
            syncing: None,
            keys: StagedKeys::default(),
            live: Vec::new(),
            checked_version: -1,
            duplicates: 0,
            is_settled: false,
        }
    }

    /// Loads the live key runs as of `version`, against which the rows to come are checked.
    pub(super) async fn load_keys(&mut self, version: i64) -> Result<()> {
        let live = catalogue::live(&self.inner.database, self.inner.clock.now()).await?;
        self.inner.keep_runs(&live.iter().map(|run| run.id).collect());
        self.live = live.iter().map(|run| self.inner.run(run.id, &run.path)).collect::<Result<_>>()?;
        self.checked_version = version;
        Ok(())
    }

    /// Blocking.
    pub(super) fn write(&mut self, full: Full) -> Result<()> {
        match full.layout {
            Layout::Journey => self.write_unified(&full, JOURNEY_SORT),
            Layout::Fact => self.write_unified(&full, FACT_SORT),
            Layout::Table => self.write_derived(&full),
        }
    }

    fn write_unified(&mut self, full: &Full, sort: &[&str]) -> Result<()> {
        let Full { table, layout, batches, .. } = full;
        let mut dropped: Vec<Vec<bool>> = batches.iter().map(|batch| vec![false; batch.num_rows()]).collect();
        let ids = Ids::of(table, batches, *layout)?;
        let sort = positions(table, sort)?;
        // Rows are put in order while their keys are looked up: the last buffer of an import has the processors for itself.
        let (keys, places) = std::thread::scope(|scope| {
            let places = scope.spawn(|| order(batches, &sort));
            let keys = self.drop_known(ids.keyed, &mut dropped);
            (keys, places.join())
        });
        let keys = keys?;
        let mut places = places.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let spend = self.drop_superseded(ids.spend, &mut dropped);
        places.retain(|(batch, row)| !dropped[*batch][*row]);
        self.write_file(full, &places, spend)?;
        self.keys.add(&self.inner, &keys)
    }

    fn write_derived(&mut self, full: &Full) -> Result<()> {
        // Columns of one file are all codes or all values.
        let is_alike = full.batches.windows(2).all(|pair| pair[0].schema() == pair[1].schema());
        let plain;
        let full = if is_alike {
            full
        } else {
            plain = Full {
                table: Arc::clone(&full.table),
                layout: full.layout,
                is_ordered: full.is_ordered,
                batches: full
                    .batches
                    .iter()
                    .map(|batch| plain_values(batch, &full.table.schema))
                    .collect::<Result<_>>()?,
            };
            &plain
        };
        let sort = tables::ALL
            .iter()
            .find(|known| known.name == full.table.name)
            .map_or(&[][..], |known| known.sort);
        let sort = positions(&full.table, sort)?;
        let places = match full.is_ordered.then(|| order_of_batches(&full.batches, &sort)).transpose()?.flatten() {
            Some(places) => places,
            None => order(&full.batches, &sort)?,
        };
        self.write_file(full, &places, Vec::new())
    }

    fn write_file(&mut self, full: &Full, places: &[(usize, usize)], spend: Vec<Key>) -> Result<()> {
        if places.is_empty() {
            return Ok(());
        }
        let Full { table, layout, batches, .. } = full;
        let columns: Arc<[Column]> = table.columns.clone().into();
        let mut writer = new_file(&self.inner, &table.name, &columns, &table.schema, Placement::appended(*layout))?;
        writer.write_in_order(batches, places)?;
        let (written, unsynced) = writer.close()?;
        self.files.push(StagedFile {
            table: table.name.clone(),
            written,
            columns,
            schema: Arc::clone(&table.schema),
            excluded: HashSet::new(),
            spend,
        });
        // The disk may take its time while the next file is sorted and encoded, but one file at most.
        self.wait_for_sync()?;
        self.syncing = Some(std::thread::spawn(move || unsynced.sync()));
        Ok(())
    }

    /// Waits until every file that was written is durable. Blocking.
    pub(super) fn wait_for_sync(&mut self) -> Result<()> {
        self.syncing.take().map_or(Ok(()), |thread| match thread.join() {
            Ok(synced) => synced,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    }

    /// Marks the rows whose key came before; gives the new keys, ascending.
    fn drop_known(&mut self, mut rows: Vec<(Key, u32, u32)>, dropped: &mut [Vec<bool>]) -> Result<Vec<Key>> {
        rows.sort_unstable();
        let mut drop = |batch: u32, row: u32, duplicates: &mut u64| {
            dropped[batch as usize][row as usize] = true;
            *duplicates += 1;
        };
        let mut first: Vec<(Key, u32, u32)> = Vec::with_capacity(rows.len());
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
    fn drop_superseded(&mut self, mut rows: Vec<(Key, u32, u32)>, dropped: &mut [Vec<bool>]) -> Vec<Key> {
        rows.sort_unstable();
        let mut keys: Vec<Key> = Vec::with_capacity(rows.len());
        for (at, (key, batch, row)) in rows.iter().enumerate() {
            if rows.get(at + 1).is_some_and(|(next, _, _)| next == key) {
                dropped[*batch as usize][*row as usize] = true;
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
            // The file is open while it is synced, and its room is not free before. Whether that succeeds does not matter any more.
            let _ = self.wait_for_sync();
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
    keyed: Vec<(Key, u32, u32)>,
    spend: Vec<(Key, u32, u32)>,
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
            let kinds = batch.column(columns[1]).as_dictionary::<Int32Type>();
            let kinds = kinds.downcast_dict::<StringArray>().expect("texts have codes of texts");
            let number = |number: usize| u32::try_from(number).expect("a buffer has fewer rows than four thousand million");
            for row in 0..batch.num_rows() {
                let key = Key::from_be_bytes(keys.value(row).try_into().expect("an id has sixteen bytes"));
                let is_spend = layout == Layout::Fact && kinds.value(row) == RecordKind::Spend.as_str();
                if is_spend {
                    ids.spend.push((key, number(at), number(row)))
                } else {
                    ids.keyed.push((key, number(at), number(row)))
                }
            }
        }
        Ok(ids)
    }
}

/// Keys as the values behind them.
fn plain_values(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| cast(column, field.data_type()));
    Ok(RecordBatch::try_new(Arc::clone(schema), columns.collect::<std::result::Result<_, _>>()?)?)
}

/// `batch` with the table's columns (values may be keys into a list of them), or the reason why it does not fit.
pub(super) fn conform(table: &TableState, batch: &RecordBatch) -> Result<RecordBatch> {
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
        // Values may come as keys into a list of them.
        let kind = match column.data_type() {
            DataType::Dictionary(key, values) if **key == DataType::Int32 => values,
            kind => kind,
        };
        if kind != &expected {
            return Err(refused(&known.name, format!("has type {}, expected {expected}", column.data_type())));
        }
        if !known.nullable && column.logical_null_count() > 0 {
            return Err(refused(&known.name, "a required value is missing".into()));
        }
        let column = column.as_any_dictionary_opt().map_or(column, |keys| keys.values());
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
    let as_given = |field: &FieldRef| match given.field_with_name(field.name()) {
        Ok(found) => Arc::new(field.as_ref().clone().with_data_type(found.data_type().clone())),
        Err(_) => Arc::clone(field),
    };
    read::adapt(
        batch,
        &Arc::new(Schema::new(table.schema.fields().iter().map(as_given).collect::<Vec<_>>())),
    )
}
