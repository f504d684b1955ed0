//! One commit: files in, files out, statistics, cursors and row keys, in one SQL transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use datafusion::scalar::ScalarValue;
use jiff::Timestamp;
use types::tables::ColumnType;

use super::bootstrap::{Snapshot, insert_changes, insert_snapshot};
use super::identity::{self, IdentityChange};
use super::state::{LakeState, TableState, newest_snapshot, signed};
use super::{Database, Tx, Value};
use crate::file::DataFile;
use crate::keys::NewRun;
use crate::stats::{from_text, to_text};
use crate::writer::{WrittenDeletes, WrittenFile};
use crate::{Error, Result};

/// A cursor that moves with the commit.
#[derive(Clone, Debug)]
pub(crate) struct CursorMove {
    pub(crate) name: String,
    pub(crate) expected: Option<String>,
    pub(crate) to: String,
}

/// All that one commit does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    /// New files by table name.
    pub(crate) add: Vec<(String, WrittenFile)>,
    /// Live files that go, by table name.
    pub(crate) drop: Vec<(String, Arc<DataFile>)>,
    /// Live files of which rows go, by table name, each with all rows of it that are then gone.
    pub(crate) delete: Vec<(String, Arc<DataFile>, WrittenDeletes)>,
    pub(crate) cursors: Vec<CursorMove>,
    pub(crate) key_runs: Vec<NewRun>,
    pub(crate) identity: IdentityChange,
    pub(crate) message: String,
    /// Found in `commit_extra_info`: tells after an unclear commit whether it happened.
    pub(crate) token: String,
    /// Rows are only laid out anew.
    pub(crate) is_compaction: bool,
}

/// What became of a commit.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The newest snapshot, with this commit in it.
    Committed(i64),
    /// Another commit came after the state that the change was made from; nothing was written.
    Stale,
}

/// Commits `change`, which was made from `state`.
pub(crate) async fn commit(database: &Database, state: &LakeState, change: &Change, now: Timestamp) -> Result<Outcome> {
    let mut transaction = database.begin().await?;
    let newest = newest_snapshot(&mut transaction).await?;
    if newest.id != state.version {
        transaction.rollback().await?;
        return Ok(Outcome::Stale);
    }
    let changes_data = !change.add.is_empty() || !change.drop.is_empty() || !change.delete.is_empty();
    let version = if changes_data { newest.id + 1 } else { newest.id };
    for cursor in &change.cursors {
        move_cursor(&mut transaction, cursor, version).await?;
    }
    if changes_data && !write_snapshot(&mut transaction, state, change, newest, now).await? {
        transaction.rollback().await?;
        return Ok(Outcome::Stale);
    }
    identity::write(&mut transaction, &change.identity).await?;
    for run in &change.key_runs {
        crate::keys::catalogue::insert(&mut transaction, run, version, now).await?;
    }
    match transaction.commit().await {
        Ok(()) => Ok(Outcome::Committed(version)),
        // The error may have come after the commit was stored.
        Err(source) => match find(database, &change.token).await {
            Ok(Some(version)) => Ok(Outcome::Committed(version)),
            Ok(None) => Err(Error::Sql(source)),
            Err(_) => Err(Error::UnknownOutcome {
                transaction: change.token.clone(),
                source,
            }),
        },
    }
}

async fn find(database: &Database, token: &str) -> Result<Option<i64>> {
    let rows = database
        .read(
            "SELECT snapshot_id FROM ducklake_snapshot_changes WHERE commit_extra_info = $1",
            vec![token.into()],
        )
        .await?;
    rows.first().map(|row| row.int(0)).transpose()
}

async fn move_cursor(transaction: &mut Tx, cursor: &CursorMove, version: i64) -> Result<()> {
    let rows = transaction
        .read("SELECT position FROM tributary_cursor WHERE name = $1", vec![cursor.name.as_str().into()])
        .await?;
    let found = rows.first().map(|row| row.text(0)).transpose()?;
    if found != cursor.expected {
        return Err(Error::CursorMoved {
            name: cursor.name.clone(),
            expected: cursor.expected.clone(),
            found,
        });
    }
    let sql = if found.is_some() {
        "UPDATE tributary_cursor SET position = $2, snapshot_id = $3 WHERE name = $1"
    } else {
        "INSERT INTO tributary_cursor(name, position, snapshot_id) VALUES ($1, $2, $3)"
    };
    transaction
        .execute(sql, vec![cursor.name.as_str().into(), cursor.to.as_str().into(), version.into()])
        .await?;
    Ok(())
}

/// The snapshot and its files. False when a file that should go is not live any more.
async fn write_snapshot(transaction: &mut Tx, state: &LakeState, change: &Change, newest: Snapshot, now: Timestamp) -> Result<bool> {
    let id = newest.id + 1;
    for (_, file) in &change.drop {
        let sql = "UPDATE ducklake_data_file SET end_snapshot = $1 WHERE data_file_id = $2 AND end_snapshot IS NULL";
        if transaction.execute(sql, vec![id.into(), file.id.into()]).await? != 1 || !end_deletes(transaction, file, id).await? {
            return Ok(false);
        }
    }
    let mut next_file_id = newest.next_file_id;
    let mut touched: BTreeMap<&str, TableChange<'_>> = BTreeMap::new();
    for (table, file) in &change.drop {
        touched.entry(table).or_default().dropped.insert(file.id);
    }
    for (table, file) in &change.add {
        touched.entry(table).or_default().added.push(file);
    }
    for (table, file, deletes) in &change.delete {
        touched.entry(table).or_default().deleted.insert(file.id, deletes);
    }
    let mut changes = Vec::new();
    for (name, table_change) in &touched {
        let table = state.table(name)?;
        insert_files(transaction, table, &table_change.added, id, &mut next_file_id).await?;
        if !insert_deletes(transaction, table, &table_change.deleted, id, &mut next_file_id).await? {
            return Ok(false);
        }
        update_table_stats(transaction, table, table_change).await?;
        let verbs: &[&str] = match (
            change.is_compaction,
            table_change.added.is_empty(),
            table_change.dropped.is_empty() && table_change.deleted.is_empty(),
        ) {
            (true, _, _) => &["compacted_table"],
            (false, false, true) => &["inserted_into_table"],
            (false, true, _) => &["deleted_from_table"],
            (false, false, false) => &["inserted_into_table", "deleted_from_table"],
        };
        changes.extend(verbs.iter().map(|verb| format!("{verb}:{}", table.id)));
    }
    insert_snapshot(
        transaction,
        Snapshot {
            id,
            at: now.max(newest.at),
            next_file_id,
            ..newest
        },
    )
    .await?;
    insert_changes(transaction, id, &changes.join(","), &change.message, Some(&change.token)).await?;
    Ok(true)
}

#[derive(Debug, Default)]
struct TableChange<'a> {
    added: Vec<&'a WrittenFile>,
    dropped: BTreeSet<i64>,
    deleted: BTreeMap<i64, &'a WrittenDeletes>,
}

/// Ends the delete file of a file that goes, or gets another one. False when it has another one meanwhile.
async fn end_deletes(transaction: &mut Tx, file: &DataFile, id: i64) -> Result<bool> {
    let sql = "UPDATE ducklake_delete_file SET end_snapshot = $1 WHERE data_file_id = $2 AND end_snapshot IS NULL";
    let ended = transaction.execute(sql, vec![id.into(), file.id.into()]).await?;
    Ok(ended == u64::from(file.deletes.is_some()))
}

/// False when a file whose rows should go is not live any more.
async fn insert_deletes(
    transaction: &mut Tx,
    table: &TableState,
    deleted: &BTreeMap<i64, &WrittenDeletes>,
    begin: i64,
    next_file_id: &mut i64,
) -> Result<bool> {
    let mut rows = Vec::with_capacity(deleted.len());
    for (data_file, deletes) in deleted {
        let Ok(at) = table.files.binary_search_by_key(data_file, |file| file.id) else {
            return Ok(false);
        };
        if !end_deletes(transaction, &table.files[at], begin).await? {
            return Ok(false);
        }
        rows.push(vec![
            (*next_file_id).into(),
            table.id.into(),
            begin.into(),
            (*data_file).into(),
            deletes.path.filename().unwrap_or_default().into(),
            true.into(),
            "parquet".into(),
            signed(deletes.rows).into(),
            signed(deletes.bytes).into(),
            signed(deletes.footer_bytes).into(),
        ]);
        *next_file_id += 1;
    }
    let head = "INSERT INTO ducklake_delete_file(delete_file_id, table_id, begin_snapshot, data_file_id, path, path_is_relative, format, \
                delete_count, file_size_bytes, footer_size) VALUES";
    transaction.insert(head, 10, rows).await?;
    Ok(true)
}

async fn insert_files(transaction: &mut Tx, table: &TableState, added: &[&WrittenFile], begin: i64, next_file_id: &mut i64) -> Result<()> {
    let row = transaction
        .read("SELECT next_row_id FROM ducklake_table_stats WHERE table_id = $1", vec![table.id.into()])
        .await?;
    let mut next_row_id = row.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
    let (mut files, mut layouts, mut stats) = (Vec::new(), Vec::new(), Vec::new());
    for file in added {
        let id = *next_file_id;
        *next_file_id += 1;
        let name = file.path.filename().unwrap_or_default();
        files.push(vec![
            id.into(),
            table.id.into(),
            begin.into(),
            name.into(),
            true.into(),
            "parquet".into(),
            signed(file.rows).into(),
            signed(file.bytes).into(),
            signed(file.footer_bytes).into(),
            next_row_id.into(),
        ]);
        next_row_id += signed(file.rows);
        let range = file.placement.range.map(|(bits, index)| (i64::from(bits), i64::from(index)));
        let index = range.map(|(_, index)| index).or(file.placement.month.map(i64::from));
        layouts.push(vec![
            id.into(),
            file.placement.layout.as_str().into(),
            i64::from(file.placement.level).into(),
            range.map(|(bits, _)| bits).into(),
            index.into(),
        ]);
        stats.extend(file_stats(table, id, file));
    }
    let head = "INSERT INTO ducklake_data_file(data_file_id, table_id, begin_snapshot, path, path_is_relative, file_format, record_count, \
                file_size_bytes, footer_size, row_id_start) VALUES";
    transaction.insert(head, 10, files).await?;
    transaction
        .insert(
            "INSERT INTO tributary_file(data_file_id, layout, level, range_bits, range_index) VALUES",
            5,
            layouts,
        )
        .await?;
    let head = "INSERT INTO ducklake_file_column_stats(data_file_id, table_id, column_id, column_size_bytes, value_count, null_count, min_value, \
                max_value, contains_nan) VALUES";
    transaction.insert(head, 9, stats).await?;
    transaction
        .execute(
            "UPDATE ducklake_table_stats SET next_row_id = $1 WHERE table_id = $2",
            vec![next_row_id.into(), table.id.into()],
        )
        .await?;
    Ok(())
}

fn file_stats(table: &TableState, id: i64, file: &WrittenFile) -> Vec<Vec<Value>> {
    let kind_of = |column: i64| table.columns.iter().find(|candidate| candidate.id == column).map(|column| column.kind);
    let row = |(column, stats): &(i64, crate::stats::ColumnStats)| {
        vec![
            id.into(),
            table.id.into(),
            (*column).into(),
            signed(stats.bytes).into(),
            signed(file.rows - stats.nulls).into(),
            signed(stats.nulls).into(),
            stats.min.as_ref().and_then(to_text).into(),
            stats.max.as_ref().and_then(to_text).into(),
            // NaN is refused before it reaches a file.
            Value::Bool((kind_of(*column) == Some(ColumnType::Float)).then_some(false)),
        ]
    };
    file.stats.iter().map(row).collect()
}

/// Statistics of the whole table: rows and bytes of its live files, and bounds of every file that an earlier snapshot may still show. DuckDB
/// leaves out by them at whatever snapshot it reads, so they never shrink.
async fn update_table_stats(transaction: &mut Tx, table: &TableState, change: &TableChange<'_>) -> Result<()> {
    let live: Vec<&Arc<DataFile>> = table.files.iter().filter(|file| !change.dropped.contains(&file.id)).collect();
    let left = |file: &Arc<DataFile>| {
        let deletes = change.deleted.get(&file.id);
        deletes.map_or_else(|| file.live_rows(), |deletes| file.rows.saturating_sub(deletes.rows))
    };
    let rows = live.iter().map(|file| left(file)).sum::<u64>() + change.added.iter().map(|file| file.rows).sum::<u64>();
    let bytes = live.iter().map(|file| file.bytes).sum::<u64>() + change.added.iter().map(|file| file.bytes).sum::<u64>();
    let sql = "UPDATE ducklake_table_stats SET record_count = $1, file_size_bytes = $2 WHERE table_id = $3";
    transaction
        .execute(sql, vec![signed(rows).into(), signed(bytes).into(), table.id.into()])
        .await?;
    let before = bounds_before(transaction, table).await?;
    transaction
        .execute("DELETE FROM ducklake_table_column_stats WHERE table_id = $1", vec![table.id.into()])
        .await?;
    let files: Vec<FileStats<'_>> = live
        .iter()
        .map(|file| (file.rows, file.stats.as_slice()))
        .chain(change.added.iter().map(|file| (file.rows, file.stats.as_slice())))
        .collect();
    let rows = table
        .columns
        .iter()
        .map(|column| merged_row(table.id, column.id, column.kind, &files, before.get(&column.id)))
        .collect();
    let head = "INSERT INTO ducklake_table_column_stats(table_id, column_id, contains_null, contains_nan, min_value, max_value) VALUES";
    transaction.insert(head, 6, rows).await
}

type FileStats<'a> = (u64, &'a [(i64, crate::stats::ColumnStats)]);

/// What was known of a column before a commit.
struct BoundsBefore {
    contains_null: bool,
    /// None where they are unknown, or there was no value yet.
    bounds: Option<(ScalarValue, ScalarValue)>,
}

/// What the catalogue says of the table's columns; nothing of a table that never had a row.
async fn bounds_before(transaction: &mut Tx, table: &TableState) -> Result<HashMap<i64, BoundsBefore>> {
    let sql = "SELECT column_id, CAST(CAST(contains_null AS INTEGER) AS BIGINT), min_value, max_value FROM ducklake_table_column_stats \
               WHERE table_id = $1";
    let mut before = HashMap::new();
    for row in transaction.read(sql, vec![table.id.into()]).await? {
        let id = row.int(0)?;
        let Some(column) = table.columns.iter().find(|column| column.id == id) else {
            continue;
        };
        let bound = |text: Option<String>| text.and_then(|text| from_text(column.kind, &text));
        let known = BoundsBefore {
            contains_null: row.int_option(1)?.unwrap_or(1) != 0,
            bounds: bound(row.text_option(2)?).zip(bound(row.text_option(3)?)),
        };
        before.insert(column.id, known);
    }
    Ok(before)
}

fn merged_row(table: i64, column: i64, kind: ColumnType, files: &[FileStats<'_>], before: Option<&BoundsBefore>) -> Vec<Value> {
    let mut contains_null = before.is_some_and(|before| before.contains_null);
    let mut bounds: Option<(&ScalarValue, &ScalarValue)> = before.and_then(|before| before.bounds.as_ref().map(|(min, max)| (min, max)));
    // Without bounds, an earlier snapshot may show a value that lies outside of those of the files that are live.
    let mut is_bounded = before.is_none_or(|before| before.bounds.is_some());
    for (rows, stats) in files {
        let Ok(at) = stats.binary_search_by_key(&column, |(column, _)| *column) else {
            contains_null |= *rows > 0;
            continue;
        };
        let stats = &stats[at].1;
        contains_null |= stats.nulls > 0;
        match (&stats.min, &stats.max) {
            (Some(min), Some(max)) => {
                bounds = Some(bounds.map_or((min, max), |(low, high)| {
                    (if min < low { min } else { low }, if max > high { max } else { high })
                }));
            }
            _ => is_bounded &= stats.nulls == *rows,
        }
    }
    let bounds = bounds.filter(|_| is_bounded);
    vec![
        table.into(),
        column.into(),
        contains_null.into(),
        Value::Bool((kind == ColumnType::Float).then_some(false)),
        bounds.and_then(|(min, _)| to_text(min)).into(),
        bounds.and_then(|(_, max)| to_text(max)).into(),
    ]
}
