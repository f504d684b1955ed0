//! Key runs as the catalogue lists them.

use jiff::{Timestamp, ToSpan};

use super::NewRun;
use crate::Result;
use crate::catalogue::state::{signed, unsigned};
use crate::catalogue::{Database, Tx};

/// For how long a row that is sent again is recognised.
const WINDOW_DAYS: i64 = 400;

/// A live run.
#[derive(Clone, Debug)]
pub(crate) struct RunRow {
    pub(crate) id: i64,
    /// Below the lake's root.
    pub(crate) path: String,
    pub(crate) count: u64,
    pub(crate) newest_snapshot: i64,
    pub(crate) newest_at: Timestamp,
}

pub(crate) async fn live(database: &Database, now: Timestamp) -> Result<Vec<RunRow>> {
    let sql = "SELECT run_id, path, key_count, newest_snapshot, newest_at FROM tributary_key_run WHERE ended_at IS NULL AND newest_at >= $1 \
               ORDER BY run_id";
    let rows = database.read(sql, vec![window_start(now).as_microsecond().into()]).await?;
    let row = |row: &crate::catalogue::Row| {
        Ok(RunRow {
            id: row.int(0)?,
            path: row.text(1)?,
            count: unsigned(row.int(2)?),
            newest_snapshot: row.int(3)?,
            newest_at: Timestamp::from_microsecond(row.int(4)?).unwrap_or(now),
        })
    };
    rows.iter().map(row).collect()
}

pub(crate) async fn insert(transaction: &mut Tx, run: &NewRun, newest_snapshot: i64, newest_at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO tributary_key_run(run_id, path, key_count, newest_snapshot, newest_at) \
               SELECT COALESCE(MAX(run_id), 0) + 1, $1, $2, $3, $4 FROM tributary_key_run";
    let values = vec![
        run.path.as_str().into(),
        signed(run.count).into(),
        newest_snapshot.into(),
        newest_at.as_microsecond().into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// Puts `merged` in the place of `sources`. False when one of them was ended by somebody else.
pub(crate) async fn replace(database: &Database, sources: &[RunRow], merged: &NewRun, now: Timestamp) -> Result<bool> {
    let mut transaction = database.begin().await?;
    for source in sources {
        let sql = "UPDATE tributary_key_run SET ended_at = $1 WHERE run_id = $2 AND ended_at IS NULL";
        if transaction.execute(sql, vec![now.as_microsecond().into(), source.id.into()]).await? != 1 {
            transaction.rollback().await?;
            return Ok(false);
        }
    }
    let newest_snapshot = sources.iter().map(|run| run.newest_snapshot).max().unwrap_or(0);
    let newest_at = sources.iter().map(|run| run.newest_at).max().unwrap_or(now);
    insert(&mut transaction, merged, newest_snapshot, newest_at).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Ends the runs whose newest key is older than the window.
pub(crate) async fn end_old(database: &Database, now: Timestamp) -> Result<()> {
    let mut transaction = database.begin().await?;
    let sql = "UPDATE tributary_key_run SET ended_at = $1 WHERE ended_at IS NULL AND newest_at < $2";
    transaction
        .execute(sql, vec![now.as_microsecond().into(), window_start(now).as_microsecond().into()])
        .await?;
    transaction.commit().await?;
    Ok(())
}

fn window_start(now: Timestamp) -> Timestamp {
    now.checked_sub((WINDOW_DAYS * 24).hours()).unwrap_or(Timestamp::MIN)
}
