//! Forgetting old snapshots.

use jiff::Timestamp;

use crate::Result;
use crate::catalogue::state::DATA_FOLDER;
use crate::catalogue::{Row, Tx};
use crate::lake::Lake;
use crate::lease;
use crate::stats::timestamp_text;

/// What an expiry did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpiryReport {
    pub snapshots: usize,
    /// Files that no snapshot names any more; the garbage collection removes them after its grace time.
    pub files: usize,
}

impl Lake {
    /// Forgets the snapshots older than `keep_since`, except the newest, those that are being read in this process, and those that other
    /// processes may read.
    pub async fn expire(&self, keep_since: Timestamp) -> Result<ExpiryReport> {
        let inner = &self.inner;
        let now = inner.clock.now();
        let mut transaction = inner.database.begin().await?;
        let others = lease::oldest_of_others(&mut transaction, &inner.process, now).await?.unwrap_or(i64::MAX);
        let sql = "SELECT snapshot_id FROM ducklake_snapshot WHERE snapshot_time < $1::timestamptz AND snapshot_id < $2 \
                   AND snapshot_id < (SELECT MAX(snapshot_id) FROM ducklake_snapshot) ORDER BY snapshot_id";
        let old = transaction.read(sql, vec![timestamp_text(keep_since).into(), others.into()]).await?;
        let mut report = ExpiryReport::default();
        for row in old {
            let version = row.int(0)?;
            // Asked one by one: a reader that came while we were at it is kept, and one that comes later finds no snapshot.
            if inner.leases.versions().contains(&version) {
                continue;
            }
            transaction
                .execute("DELETE FROM ducklake_snapshot WHERE snapshot_id = $1", vec![version.into()])
                .await?;
            transaction
                .execute("DELETE FROM ducklake_snapshot_changes WHERE snapshot_id = $1", vec![version.into()])
                .await?;
            report.snapshots += 1;
        }
        report.files = schedule_unreferenced(&mut transaction, now).await? + schedule_unreferenced_deletes(&mut transaction, now).await?;
        transaction.commit().await?;
        Ok(report)
    }
}

/// Files that lived only in forgotten snapshots leave the catalogue and are scheduled for deletion.
async fn schedule_unreferenced(transaction: &mut Tx, now: Timestamp) -> Result<usize> {
    let sql = "SELECT f.data_file_id, t.table_name, f.path FROM ducklake_data_file f JOIN ducklake_table t ON t.table_id = f.table_id \
               WHERE f.end_snapshot IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ducklake_snapshot s \
               WHERE s.snapshot_id >= f.begin_snapshot AND s.snapshot_id < f.end_snapshot)";
    let files = transaction.read(sql, vec![]).await?;
    for row in &files {
        let id = row.int(0)?;
        schedule(transaction, row, now).await?;
        transaction
            .execute("DELETE FROM ducklake_file_column_stats WHERE data_file_id = $1", vec![id.into()])
            .await?;
        transaction
            .execute("DELETE FROM tributary_file WHERE data_file_id = $1", vec![id.into()])
            .await?;
        transaction
            .execute("DELETE FROM ducklake_data_file WHERE data_file_id = $1", vec![id.into()])
            .await?;
    }
    Ok(files.len())
}

/// The same of delete files. Their numbers are of one series with those of data files.
async fn schedule_unreferenced_deletes(transaction: &mut Tx, now: Timestamp) -> Result<usize> {
    let sql = "SELECT d.delete_file_id, t.table_name, d.path FROM ducklake_delete_file d JOIN ducklake_table t ON t.table_id = d.table_id \
               WHERE d.end_snapshot IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ducklake_snapshot s \
               WHERE s.snapshot_id >= d.begin_snapshot AND s.snapshot_id < d.end_snapshot)";
    let files = transaction.read(sql, vec![]).await?;
    for row in &files {
        schedule(transaction, row, now).await?;
        transaction
            .execute("DELETE FROM ducklake_delete_file WHERE delete_file_id = $1", vec![row.int(0)?.into()])
            .await?;
    }
    Ok(files.len())
}

/// Schedules a file, given by number, table and path.
async fn schedule(transaction: &mut Tx, row: &Row, now: Timestamp) -> Result<()> {
    let path = format!("{}/{}", row.text(1)?, row.text(2)?);
    let sql = "INSERT INTO ducklake_files_scheduled_for_deletion(data_file_id, path, path_is_relative, schedule_start) \
               VALUES ($1, $2, $3, $4::timestamptz)";
    transaction
        .execute(sql, vec![row.int(0)?.into(), path.into(), true.into(), timestamp_text(now).into()])
        .await?;
    Ok(())
}

/// Where a scheduled file lies below the lake's root.
pub(crate) fn scheduled_path(path: &str) -> String {
    format!("{DATA_FOLDER}/{path}")
}
