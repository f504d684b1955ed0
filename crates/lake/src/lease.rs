//! Who may read which snapshots, so that expiry does not pull files away from under a query.
//!
//! In this process every [`crate::Snapshot`] counts. For other processes there is one row a process in the catalogue: it protects every
//! snapshot from `min_snapshot` on, and every file that carries the process's name. A task renews the row; a process that died loses it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::Result;
use crate::catalogue::{Database, Tx};

/// How long a row holds without being renewed.
const LEASE_SECONDS: i64 = 600;
/// How often it is renewed.
pub(crate) const RENEWAL_SECONDS: u64 = 60;

/// The snapshots that this process reads, with the number of readers.
#[derive(Debug, Default)]
pub(crate) struct Leases {
    readers: Mutex<BTreeMap<i64, u64>>,
}

/// One reader's hold on a snapshot.
#[derive(Debug)]
pub(crate) struct Lease {
    leases: Arc<Leases>,
    version: i64,
}

impl Leases {
    pub(crate) fn take(self: &Arc<Self>, version: i64) -> Lease {
        *self.readers().entry(version).or_default() += 1;
        Lease {
            leases: Arc::clone(self),
            version,
        }
    }

    pub(crate) fn versions(&self) -> Vec<i64> {
        self.readers().keys().copied().collect()
    }

    pub(crate) fn oldest(&self) -> Option<i64> {
        self.readers().keys().next().copied()
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, BTreeMap<i64, u64>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut readers = self.leases.readers();
        if let Some(count) = readers.get_mut(&self.version) {
            *count -= 1;
            if *count == 0 {
                readers.remove(&self.version);
            }
        }
    }
}

/// Writes or renews this process's row.
pub(crate) async fn renew(database: &Database, process: &str, min_snapshot: i64, now: Timestamp) -> Result<()> {
    let mut transaction = database.begin().await?;
    write(&mut transaction, process, min_snapshot, now).await?;
    transaction.commit().await?;
    Ok(())
}

pub(crate) async fn write(transaction: &mut Tx, process: &str, min_snapshot: i64, now: Timestamp) -> Result<()> {
    let expires_at = now
        .saturating_add(SignedDuration::from_secs(LEASE_SECONDS))
        .map_or(i64::MAX, Timestamp::as_microsecond);
    let sql = "INSERT INTO tributary_lease(process_id, min_snapshot, expires_at) VALUES ($1, $2, $3) \
               ON CONFLICT (process_id) DO UPDATE SET min_snapshot = excluded.min_snapshot, expires_at = excluded.expires_at";
    transaction
        .execute(sql, vec![process.into(), min_snapshot.into(), expires_at.into()])
        .await?;
    transaction
        .execute("DELETE FROM tributary_lease WHERE expires_at < $1", vec![now.as_microsecond().into()])
        .await?;
    Ok(())
}

/// The oldest snapshot that another living process may read.
pub(crate) async fn oldest_of_others(transaction: &mut Tx, process: &str, now: Timestamp) -> Result<Option<i64>> {
    let sql = "SELECT MIN(min_snapshot) FROM tributary_lease WHERE process_id <> $1 AND expires_at >= $2";
    transaction.read(sql, vec![process.into(), now.as_microsecond().into()]).await?[0].int_option(0)
}

/// The names of other living processes.
pub(crate) async fn living_processes(database: &Database, process: &str, now: Timestamp) -> Result<Vec<String>> {
    let sql = "SELECT process_id FROM tributary_lease WHERE process_id <> $1 AND expires_at >= $2";
    let rows = database.read(sql, vec![process.into(), now.as_microsecond().into()]).await?;
    rows.iter().map(|row| row.text(0)).collect()
}
