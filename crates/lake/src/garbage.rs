//! Removing files that nobody names any more.

use std::collections::HashSet;
use std::time::Duration;

use futures::TryStreamExt;
use jiff::{SignedDuration, Timestamp};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use crate::catalogue::state::DATA_FOLDER;
use crate::expiry::scheduled_path;
use crate::keys::{KEYS_FOLDER, catalogue};
use crate::lake::{Inner, Lake};
use crate::lease;
use crate::stats::parse_timestamp_text;
use crate::{Error, Result};

/// Folder below the lake's root for files of one check.
pub(crate) const SPILL_FOLDER: &str = "tmp";

/// What a garbage collection removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GarbageReport {
    /// Files of expired snapshots, and merged runs of row keys.
    pub unreferenced: usize,
    /// Files that no commit ever named: what a killed process left.
    pub orphans: usize,
    pub bytes: u64,
}

impl Lake {
    /// Deletes files that were given up at least `grace` ago: those of expired snapshots, superseded runs of row keys, and orphans. Files of
    /// transactions that are under way, here or in another living process, are left alone.
    pub async fn collect_garbage(&self, grace: Duration) -> Result<GarbageReport> {
        let inner = &self.inner;
        let now = inner.clock.now();
        let before = SignedDuration::try_from(grace)
            .ok()
            .and_then(|grace| now.checked_sub(grace).ok())
            .unwrap_or(Timestamp::MIN);
        let mut report = GarbageReport::default();
        catalogue::end_old(&inner.database, now).await?;
        remove_scheduled(inner, before, &mut report).await?;
        remove_ended_runs(inner, before, &mut report).await?;
        for orphan in orphans(inner).await? {
            if written_at(&orphan) < before {
                remove(inner, &orphan.location).await?;
                report.orphans += 1;
                report.bytes += orphan.size;
            }
        }
        remove_spilled(inner, before)?;
        Ok(report)
    }
}

async fn remove_scheduled(inner: &Inner, before: Timestamp, report: &mut GarbageReport) -> Result<()> {
    let sql = "SELECT data_file_id, path, CAST(schedule_start AS VARCHAR) FROM ducklake_files_scheduled_for_deletion";
    for row in inner.database.read(sql, vec![]).await? {
        if parse_timestamp_text(&row.text(2)?).is_none_or(|since| since > before) {
            continue;
        }
        let path = Path::from(scheduled_path(&row.text(1)?));
        report.bytes += inner.store.head(&path).await.map_or(0, |file| file.size);
        remove(inner, &path).await?;
        let mut transaction = inner.database.begin().await?;
        transaction
            .execute(
                "DELETE FROM ducklake_files_scheduled_for_deletion WHERE data_file_id = $1",
                vec![row.int(0)?.into()],
            )
            .await?;
        transaction.commit().await?;
        report.unreferenced += 1;
    }
    Ok(())
}

async fn remove_ended_runs(inner: &Inner, before: Timestamp, report: &mut GarbageReport) -> Result<()> {
    let sql = "SELECT run_id, path FROM tributary_key_run WHERE ended_at IS NOT NULL AND ended_at <= $1";
    for row in inner.database.read(sql, vec![before.as_microsecond().into()]).await? {
        let path = Path::from(row.text(1)?);
        if let Ok(file) = inner.store.head(&path).await {
            report.bytes += file.size;
            report.unreferenced += 1;
        }
        remove(inner, &path).await?;
        let mut transaction = inner.database.begin().await?;
        // The newest run's id is never given again, so a run that was opened by id stays what it was.
        let sql = "DELETE FROM tributary_key_run WHERE run_id = $1 AND run_id < (SELECT MAX(run_id) FROM tributary_key_run)";
        transaction.execute(sql, vec![row.int(0)?.into()]).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Files in the lake's folders that the catalogue does not name and that no living process may be about to commit.
pub(crate) async fn orphans(inner: &Inner) -> Result<Vec<ObjectMeta>> {
    // Listed first, then compared with what is staged and committed: a file that is committed meanwhile is found there.
    let mut listed: Vec<ObjectMeta> = Vec::new();
    for folder in [DATA_FOLDER, KEYS_FOLDER] {
        listed.extend(inner.store.list(Some(&Path::from(folder))).try_collect::<Vec<_>>().await?);
    }
    let in_progress: Vec<ObjectMeta> = listed.iter().filter(|file| inner.is_staged(file.location.as_ref())).cloned().collect();
    let others = lease::living_processes(&inner.database, &inner.process, inner.clock.now()).await?;
    let named = named_files(inner).await?;
    let in_progress: HashSet<&Path> = in_progress.iter().map(|file| &file.location).collect();
    let is_orphan = |file: &&ObjectMeta| {
        let name = file.location.filename().unwrap_or_default();
        !in_progress.contains(&file.location)
            && !named.contains(file.location.as_ref())
            && !others.iter().any(|process| name.starts_with(process.as_str()))
    };
    Ok(listed.iter().filter(is_orphan).cloned().collect())
}

async fn named_files(inner: &Inner) -> Result<HashSet<String>> {
    let mut named = HashSet::new();
    for sql in [
        "SELECT t.table_name, f.path FROM ducklake_data_file f JOIN ducklake_table t ON t.table_id = f.table_id",
        "SELECT t.table_name, f.path FROM ducklake_delete_file f JOIN ducklake_table t ON t.table_id = f.table_id",
    ] {
        for row in inner.database.read(sql, vec![]).await? {
            named.insert(format!("{DATA_FOLDER}/{}/{}", row.text(0)?, row.text(1)?));
        }
    }
    for row in inner
        .database
        .read("SELECT path FROM ducklake_files_scheduled_for_deletion", vec![])
        .await?
    {
        named.insert(scheduled_path(&row.text(0)?));
    }
    for row in inner.database.read("SELECT path FROM tributary_key_run", vec![]).await? {
        named.insert(row.text(0)?);
    }
    Ok(named)
}

async fn remove(inner: &Inner, path: &Path) -> Result<()> {
    match inner.store.delete(path).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn written_at(file: &ObjectMeta) -> Timestamp {
    Timestamp::from_microsecond(file.last_modified.timestamp_micros()).unwrap_or(Timestamp::MAX)
}

/// What checks of processes that were killed have left.
fn remove_spilled(inner: &Inner, before: Timestamp) -> Result<()> {
    let folder = inner.root().join(SPILL_FOLDER);
    let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let modified = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|time| Timestamp::try_from(time).ok());
        if modified.is_some_and(|modified| modified < before) {
            let path = entry.path();
            let removed = if path.is_dir() {
                std::fs::remove_dir_all(&path)
            } else {
                std::fs::remove_file(&path)
            };
            removed.map_err(Error::io(&path, "removed"))?;
        }
    }
    Ok(())
}
