//! Making the catalogue, and bringing an older one up to the tables of this version.

use jiff::Timestamp;
use types::tables::{self, ColumnType};
use uuid::Uuid;

use super::state::{self, LakeState};
use super::tables::DEFINITIONS;
use super::{Database, Tx, Value};
use crate::schema::{NewColumn, ducklake_type};
use crate::stats::timestamp_text;
use crate::{Error, Result};

/// Version of the DuckLake format that we write.
const FORMAT_VERSION: &str = "1.0";
const SCHEMA_ID: i64 = 0;

/// Creates whatever is missing: tables of the catalogue, snapshot 0, the lake's tables and their columns. `data_path` is where the
/// Parquet files are now (the data directory may have been moved).
pub(crate) async fn ensure(database: &Database, data_path: &str, now: Timestamp) -> Result<()> {
    let mut transaction = database.begin().await?;
    for definition in DEFINITIONS {
        transaction.define(definition).await?;
    }
    if transaction
        .read("SELECT snapshot_id FROM ducklake_snapshot LIMIT 1", vec![])
        .await?
        .is_empty()
    {
        first_snapshot(&mut transaction, data_path, now).await?;
    }
    check_format(&mut transaction, data_path).await?;
    transaction.commit().await?;
    ensure_tables(database, now).await
}

async fn first_snapshot(transaction: &mut Tx, data_path: &str, now: Timestamp) -> Result<()> {
    for (key, value) in [
        ("version", FORMAT_VERSION),
        ("created_by", "Tributary"),
        ("data_path", data_path),
        ("encrypted", "false"),
    ] {
        transaction
            .execute(
                "INSERT INTO ducklake_metadata(key, value) VALUES ($1, $2)",
                vec![key.into(), value.into()],
            )
            .await?;
    }
    insert_snapshot(
        transaction,
        Snapshot {
            id: 0,
            at: now,
            schema_version: 0,
            next_catalog_id: 1,
            next_file_id: 0,
        },
    )
    .await?;
    insert_changes(transaction, 0, "created_schema:\"main\"", "Create the lake", None).await?;
    let sql = "INSERT INTO ducklake_schema(schema_id, schema_uuid, begin_snapshot, schema_name, path, path_is_relative) \
               VALUES ($1, $2::uuid, 0, 'main', '', $3)";
    transaction
        .execute(sql, vec![SCHEMA_ID.into(), Uuid::new_v4().to_string().into(), true.into()])
        .await?;
    Ok(())
}

async fn check_format(transaction: &mut Tx, data_path: &str) -> Result<()> {
    let rows = transaction
        .read("SELECT key, value FROM ducklake_metadata WHERE scope IS NULL", vec![])
        .await?;
    for row in rows {
        let (key, value) = (row.text(0)?, row.text(1)?);
        if key == "version" && value != FORMAT_VERSION {
            let reason = format!("format version {value}, this program reads {FORMAT_VERSION}; was it opened for writing by another program?");
            return Err(Error::Catalogue {
                place: "ducklake_metadata".into(),
                reason,
            });
        }
        if key == "data_path" && value != data_path {
            transaction
                .execute("UPDATE ducklake_metadata SET value = $1 WHERE key = 'data_path'", vec![data_path.into()])
                .await?;
        }
    }
    Ok(())
}

/// The columns of one row of `ducklake_snapshot`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Snapshot {
    pub(crate) id: i64,
    pub(crate) at: Timestamp,
    pub(crate) schema_version: i64,
    pub(crate) next_catalog_id: i64,
    pub(crate) next_file_id: i64,
}

pub(crate) async fn insert_snapshot(transaction: &mut Tx, snapshot: Snapshot) -> Result<()> {
    let sql = "INSERT INTO ducklake_snapshot(snapshot_id, snapshot_time, schema_version, next_catalog_id, next_file_id) \
               VALUES ($1, $2::timestamptz, $3, $4, $5)";
    let Snapshot {
        id,
        at,
        schema_version,
        next_catalog_id,
        next_file_id,
    } = snapshot;
    let values = vec![
        id.into(),
        timestamp_text(at).into(),
        schema_version.into(),
        next_catalog_id.into(),
        next_file_id.into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

pub(crate) async fn insert_changes(transaction: &mut Tx, id: i64, changes: &str, message: &str, token: Option<&str>) -> Result<()> {
    let sql = "INSERT INTO ducklake_snapshot_changes(snapshot_id, changes_made, author, commit_message, commit_extra_info) \
               VALUES ($1, $2, 'Tributary', $3, $4)";
    transaction
        .execute(
            sql,
            vec![id.into(), changes.into(), message.into(), Value::Text(token.map(str::to_owned))],
        )
        .await?;
    Ok(())
}

/// Creates the tables and columns of `types::tables::ALL` that the lake does not have yet, in one snapshot.
async fn ensure_tables(database: &Database, now: Timestamp) -> Result<()> {
    loop {
        let state = state::load_newest(database, None).await?;
        let missing_tables: Vec<&tables::Table> = tables::ALL
            .iter()
            .filter(|table| !state.tables.contains_key(table.name))
            .copied()
            .collect();
        let mut missing_columns = Vec::new();
        for table in tables::ALL {
            let Some(existing) = state.tables.get(table.name) else { continue };
            for column in table
                .columns
                .iter()
                .filter(|column| !existing.columns.iter().any(|have| have.name == column.name))
            {
                missing_columns.push((
                    table.name.to_owned(),
                    NewColumn {
                        name: column.name.to_owned(),
                        kind: column.kind,
                    },
                ));
            }
        }
        if missing_tables.is_empty() && missing_columns.is_empty() {
            return Ok(());
        }
        if alter(database, &state, &missing_tables, &missing_columns, now).await? {
            return Ok(());
        }
    }
}

/// One snapshot that creates tables and adds columns. False when another commit came first.
pub(crate) async fn alter(
    database: &Database,
    state: &LakeState,
    new_tables: &[&tables::Table],
    new_columns: &[(String, NewColumn)],
    now: Timestamp,
) -> Result<bool> {
    let mut transaction = database.begin().await?;
    let newest = state::newest_snapshot(&mut transaction).await?;
    if newest.id != state.version {
        transaction.rollback().await?;
        return Ok(false);
    }
    let id = newest.id + 1;
    let schema_version = newest.schema_version + 1;
    let mut next_catalog_id = newest.next_catalog_id;
    let mut changes = Vec::new();
    for table in new_tables {
        create_table(&mut transaction, table, id, &mut next_catalog_id, schema_version).await?;
        changes.push(format!("created_table:\"main\".\"{}\"", table.name));
    }
    for (table, column) in new_columns {
        let existing = state.table(table)?;
        let sql = "SELECT COALESCE(MAX(column_id), 0), COALESCE(MAX(column_order), 0) FROM ducklake_column WHERE table_id = $1";
        let row = transaction.read(sql, vec![existing.id.into()]).await?;
        let (last_id, last_order) = (row[0].int(0)?, row[0].int(1)?);
        let rows = vec![column_row(last_id + 1, id, existing.id, last_order + 1, &column.name, column.kind, true)];
        insert_columns(&mut transaction, rows, vec![(existing.id, last_id + 1, column.kind)]).await?;
        let change = format!("altered_table:{}", existing.id);
        if !changes.contains(&change) {
            insert_schema_version(&mut transaction, id, schema_version, existing.id).await?;
            changes.push(change);
        }
    }
    let snapshot = Snapshot {
        id,
        at: now,
        schema_version,
        next_catalog_id,
        next_file_id: newest.next_file_id,
    };
    insert_snapshot(&mut transaction, snapshot).await?;
    insert_changes(&mut transaction, id, &changes.join(","), "Change the schema", None).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn create_table(transaction: &mut Tx, table: &tables::Table, begin: i64, next_catalog_id: &mut i64, schema_version: i64) -> Result<()> {
    let table_id = take(next_catalog_id);
    let sql = "INSERT INTO ducklake_table(table_id, table_uuid, begin_snapshot, schema_id, table_name, path, path_is_relative) \
               VALUES ($1, $2::uuid, $3, $4, $5, $6, $7)";
    let path = format!("{}/", table.name);
    let uuid = Uuid::new_v4().to_string();
    let values = vec![
        table_id.into(),
        uuid.into(),
        begin.into(),
        SCHEMA_ID.into(),
        table.name.into(),
        path.into(),
        true.into(),
    ];
    transaction.execute(sql, values).await?;
    let mut rows = Vec::new();
    let mut kinds = Vec::new();
    for (at, column) in (1_i64..).zip(table.columns) {
        rows.push(column_row(at, begin, table_id, at, column.name, column.kind, column.nullable));
        kinds.push((table_id, at, column.kind));
    }
    insert_columns(transaction, rows, kinds).await?;
    let sql = "INSERT INTO ducklake_table_stats(table_id, record_count, next_row_id, file_size_bytes) VALUES ($1, 0, 0, 0)";
    transaction.execute(sql, vec![table_id.into()]).await?;
    if !table.sort.is_empty() {
        let sort_id = take(next_catalog_id);
        let sql = "INSERT INTO ducklake_sort_info(sort_id, table_id, begin_snapshot) VALUES ($1, $2, $3)";
        transaction.execute(sql, vec![sort_id.into(), table_id.into(), begin.into()]).await?;
        for (at, name) in (0_i64..).zip(table.sort) {
            let sql = "INSERT INTO ducklake_sort_expression(sort_id, table_id, sort_key_index, expression, dialect, sort_direction, null_order) \
                       VALUES ($1, $2, $3, $4, 'duckdb', 'ASC', 'NULLS_FIRST')";
            transaction
                .execute(sql, vec![sort_id.into(), table_id.into(), at.into(), (*name).into()])
                .await?;
        }
    }
    insert_schema_version(transaction, begin, schema_version, table_id).await
}

async fn insert_schema_version(transaction: &mut Tx, begin: i64, schema_version: i64, table_id: i64) -> Result<()> {
    let sql = "INSERT INTO ducklake_schema_versions(begin_snapshot, schema_version, table_id) VALUES ($1, $2, $3)";
    transaction
        .execute(sql, vec![begin.into(), schema_version.into(), table_id.into()])
        .await?;
    Ok(())
}

fn column_row(id: i64, begin: i64, table_id: i64, order: i64, name: &str, kind: ColumnType, nullable: bool) -> Vec<Value> {
    let fixed = ["NULL", "literal", "duckdb"].map(Value::from);
    let mut row = vec![
        id.into(),
        begin.into(),
        table_id.into(),
        order.into(),
        name.into(),
        ducklake_type(kind).into(),
        nullable.into(),
    ];
    row.extend(fixed);
    row
}

async fn insert_columns(transaction: &mut Tx, rows: Vec<Vec<Value>>, kinds: Vec<(i64, i64, ColumnType)>) -> Result<()> {
    let head = "INSERT INTO ducklake_column(column_id, begin_snapshot, table_id, column_order, column_name, column_type, nulls_allowed, \
                default_value, default_value_type, default_value_dialect) VALUES";
    transaction.insert(head, 10, rows).await?;
    let kinds = kinds
        .into_iter()
        .map(|(table, column, kind)| vec![table.into(), column.into(), kind.as_str().into()])
        .collect();
    transaction
        .insert("INSERT INTO tributary_column(table_id, column_id, kind) VALUES", 3, kinds)
        .await
}

fn take(counter: &mut i64) -> i64 {
    let id = *counter;
    *counter += 1;
    id
}
