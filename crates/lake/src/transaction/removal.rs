//! Removing customers' rows from derived tables: delete files beside the files that hold any.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};

use crate::buffers::Buffers;
use crate::catalogue::commit::Change;
use crate::catalogue::state::{DATA_FOLDER, LakeState};
use crate::coded_scan::rows_of_customers;
use crate::customers::CustomerSet;
use crate::deletes::union;
use crate::file::DataFile;
use crate::journey_scan::may_hold;
use crate::lake::Inner;
use crate::read::FileReaders;
use crate::writer::sorted::fresh_path;
use crate::writer::{WrittenDeletes, write_deletes};
use crate::{Error, Result};

/// Files that are looked at at the same time: their delete files wait for the disk together.
const FILES_AT_ONCE: usize = 8;

/// What becomes of a live file.
#[derive(Debug)]
enum Removal {
    /// It holds no row of the customers.
    Untouched,
    /// Nothing would be left of it.
    Whole,
    Rows(WrittenDeletes),
}

/// What becomes of every live file of the tables, by file id, with the delete file that it had then; kept between attempts, so that only
/// files that changed are looked at again.
#[derive(Debug, Default)]
pub(super) struct Removals(HashMap<i64, (Option<i64>, Removal)>);

impl Removals {
    /// Completes the removals for the live files of `state`, and forgets what is out of date.
    pub(super) async fn prepare(&mut self, inner: &Arc<Inner>, state: &LakeState, customers: &BTreeMap<String, Arc<CustomerSet>>) -> Result<()> {
        let mut live: HashMap<i64, Option<i64>> = HashMap::new();
        let mut due = Vec::new();
        for (name, customers) in customers {
            let table = state.table(name)?;
            for file in &table.files {
                live.insert(file.id, file.deletes_id());
                let is_known = self.0.get(&file.id).is_some_and(|(before, _)| *before == file.deletes_id());
                if !is_known && may_hold(table, file, customers) {
                    due.push((name.clone(), Arc::clone(file), Arc::clone(customers)));
                }
            }
        }
        self.0.retain(|id, (before, removal)| {
            let is_valid = live.get(id) == Some(before);
            if let (false, Removal::Rows(written)) = (is_valid, &*removal) {
                remove(inner, written);
            }
            is_valid
        });
        let look = |(name, file, customers): (String, Arc<DataFile>, Arc<CustomerSet>)| {
            let inner = Arc::clone(inner);
            // A task each: finding rows is work for a processor.
            async move { tokio::spawn(look(inner, name, file, customers)).await? }
        };
        let mut found = futures::stream::iter(due.into_iter().map(look)).buffer_unordered(FILES_AT_ONCE);
        while let Some((file, removal)) = found.try_next().await? {
            self.0.insert(file.id, (file.deletes_id(), removal));
        }
        Ok(())
    }

    /// Adds what goes of the live files of `state`.
    pub(super) fn add_to(&self, change: &mut Change, state: &LakeState, customers: &BTreeMap<String, Arc<CustomerSet>>) -> Result<()> {
        for name in customers.keys() {
            for file in &state.table(name)?.files {
                match self.0.get(&file.id) {
                    Some((_, Removal::Whole)) => change.drop.push((name.clone(), Arc::clone(file))),
                    Some((_, Removal::Rows(written))) => change.delete.push((name.clone(), Arc::clone(file), written.clone())),
                    Some((_, Removal::Untouched)) | None => {}
                }
            }
        }
        Ok(())
    }

    /// The delete files are in the catalogue now.
    pub(super) fn settle(&self, inner: &Inner) {
        inner.unstage(self.written().map(|written| written.path.as_ref()));
    }

    /// The delete files will not be committed.
    pub(super) fn undo(&self, inner: &Inner) {
        self.written().for_each(|written| remove(inner, written));
    }

    fn written(&self) -> impl Iterator<Item = &WrittenDeletes> {
        self.0.values().filter_map(|(_, removal)| match removal {
            Removal::Rows(written) => Some(written),
            Removal::Untouched | Removal::Whole => None,
        })
    }
}

async fn look(inner: Arc<Inner>, table: String, file: Arc<DataFile>, customers: Arc<CustomerSet>) -> Result<(Arc<DataFile>, Removal)> {
    let readers = FileReaders::of(&inner, &file.path, file.bytes).locally(inner.root(), &Buffers::default());
    let found = rows_of_customers(&readers, &customers).await?;
    let before = file.deletes.as_ref().map_or(Ok(&[][..]), |deletes| deletes.ranges(inner.root()))?;
    let gone = union(before, &found);
    let count = |ranges: &[std::ops::Range<u64>]| ranges.iter().map(|range| range.end - range.start).sum::<u64>();
    if count(&gone) == count(before) {
        return Ok((file, Removal::Untouched));
    }
    if count(&gone) == file.rows {
        return Ok((file, Removal::Whole));
    }
    let path = fresh_path(&format!("{DATA_FOLDER}/{table}"), &inner.process, "deletes.parquet");
    inner.stage(path.as_ref());
    let name = format!("{table}/{}", file.path.filename().unwrap_or_default());
    let (root, to) = (inner.root().to_owned(), path.clone());
    let written = tokio::task::spawn_blocking(move || write_deletes(&root, to, &name, &gone)).await?;
    match written {
        Ok(written) => Ok((file, Removal::Rows(written))),
        Err(error) => {
            inner.unstage(std::iter::once(path.as_ref()));
            Err(error)
        }
    }
}

fn remove(inner: &Inner, written: &WrittenDeletes) {
    let path = inner.root().join(written.path.as_ref());
    if let Err(error) = std::fs::remove_file(&path).map_err(Error::io(&path, "removed")) {
        tracing::warn!(%error, "a staged delete file was left for the garbage collection");
    }
    inner.unstage(std::iter::once(written.path.as_ref()));
}
