//! What a lake holds at one snapshot: tables, columns, live files and their statistics, read from the catalogue.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use arrow::datatypes::SchemaRef;
use object_store::path::Path;
use types::tables::ColumnType;

use super::bootstrap::Snapshot;
use super::{Database, Row, Tx};
use crate::deletes::Deletes;
use crate::file::{DataFile, Layout};
use crate::schema::{Column, arrow_schema, kind_of_ducklake_type};
use crate::stats::{self, ColumnStats, parse_timestamp_text};
use crate::{Error, Result};

/// Folder of the Parquet files below the lake's root.
pub(crate) const DATA_FOLDER: &str = "data";

/// A lake at one snapshot.
#[derive(Clone, Debug)]
pub(crate) struct LakeState {
    pub(crate) version: i64,
    pub(crate) tables: BTreeMap<String, Arc<TableState>>,
}

/// A table at one snapshot.
#[derive(Debug)]
pub(crate) struct TableState {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) schema: SchemaRef,
    /// In the order of their ids.
    pub(crate) files: Vec<Arc<DataFile>>,
    pub(crate) statistics: OnceLock<Arc<datafusion::common::Statistics>>,
}

impl LakeState {
    pub(crate) fn table(&self, name: &str) -> Result<&Arc<TableState>> {
        self.tables.get(name).ok_or_else(|| Error::NoSuchTable { table: name.to_owned() })
    }
}

impl TableState {
    pub(crate) fn column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns.iter().enumerate().find(|(_, column)| column.name == name)
    }

    /// Statistics of `column` in `file`, unless the file is older than the column.
    pub(crate) fn stats<'a>(&self, file: &'a DataFile, column: &str) -> Option<&'a ColumnStats> {
        file.stats_of(self.column(column)?.1.id)
    }
}

/// Files already read, by id: a file and its statistics never change, only what is deleted of it.
pub(crate) type KnownFiles<'a> = Option<&'a HashMap<i64, Arc<DataFile>>>;

/// The number of the newest snapshot.
pub(crate) async fn newest_version(database: &Database) -> Result<i64> {
    database.read("SELECT MAX(snapshot_id) FROM ducklake_snapshot", vec![]).await?[0].int(0)
}

/// The newest snapshot's row, read inside a write transaction.
pub(crate) async fn newest_snapshot(transaction: &mut Tx) -> Result<Snapshot> {
    let sql = "SELECT snapshot_id, CAST(snapshot_time AS VARCHAR), schema_version, next_catalog_id, next_file_id FROM ducklake_snapshot \
               ORDER BY snapshot_id DESC LIMIT 1";
    let row = transaction.read(sql, vec![]).await?.into_iter().next();
    let row = row.ok_or_else(|| Error::Catalogue {
        place: "ducklake_snapshot".into(),
        reason: "there is no snapshot".into(),
    })?;
    let text = row.text(1)?;
    let at = parse_timestamp_text(&text).ok_or_else(|| Error::Catalogue {
        place: "ducklake_snapshot".into(),
        reason: format!("snapshot_time `{text}` is not an instant"),
    })?;
    Ok(Snapshot {
        id: row.int(0)?,
        at,
        schema_version: row.int(2)?,
        next_catalog_id: row.int(3)?,
        next_file_id: row.int(4)?,
    })
}

pub(crate) async fn load_newest(database: &Database, known: KnownFiles<'_>) -> Result<LakeState> {
    load(database, newest_version(database).await?, known).await
}

/// Everything at `version`. The rows are versioned, so several statements see one state.
pub(crate) async fn load(database: &Database, version: i64, known: KnownFiles<'_>) -> Result<LakeState> {
    let tables = database
        .read(
            "SELECT table_id, table_name FROM ducklake_table WHERE begin_snapshot <= $1 AND (end_snapshot IS NULL OR end_snapshot > $1) \
             ORDER BY table_id",
            vec![version.into()],
        )
        .await?;
    let columns = load_columns(database, version).await?;
    let mut files = load_files(database, version, &tables, &columns, known).await?;
    let mut state = LakeState {
        version,
        tables: BTreeMap::new(),
    };
    for row in &tables {
        let (id, name) = (row.int(0)?, row.text(1)?);
        let columns = columns.get(&id).cloned().unwrap_or_default();
        let schema = arrow_schema(&columns);
        let files = files.remove(&id).unwrap_or_default();
        state.tables.insert(
            name.clone(),
            Arc::new(TableState {
                id,
                name,
                columns,
                schema,
                files,
                statistics: OnceLock::new(),
            }),
        );
    }
    Ok(state)
}

async fn load_columns(database: &Database, version: i64) -> Result<HashMap<i64, Vec<Column>>> {
    let sql = "SELECT c.table_id, c.column_id, c.column_name, c.column_type, CAST(CAST(c.nulls_allowed AS INTEGER) AS BIGINT), t.kind \
               FROM ducklake_column c LEFT JOIN tributary_column t ON t.table_id = c.table_id AND t.column_id = c.column_id \
               WHERE c.begin_snapshot <= $1 AND (c.end_snapshot IS NULL OR c.end_snapshot > $1) ORDER BY c.table_id, c.column_order";
    let mut columns: HashMap<i64, Vec<Column>> = HashMap::new();
    for row in database.read(sql, vec![version.into()]).await? {
        let kind = match row.text_option(5)?.as_deref() {
            Some("json") => ColumnType::Json,
            _ => kind_of_ducklake_type(&row.text(3)?)?,
        };
        let column = Column {
            id: row.int(1)?,
            name: row.text(2)?,
            kind,
            nullable: row.int(4)? != 0,
        };
        columns.entry(row.int(0)?).or_default().push(column);
    }
    Ok(columns)
}

async fn load_files(
    database: &Database,
    version: i64,
    tables: &[Row],
    columns: &HashMap<i64, Vec<Column>>,
    known: KnownFiles<'_>,
) -> Result<HashMap<i64, Vec<Arc<DataFile>>>> {
    let mut folders = HashMap::new();
    for row in tables {
        folders.insert(row.int(0)?, row.text(1)?);
    }
    let sql = "SELECT f.data_file_id, f.table_id, f.path, f.record_count, f.file_size_bytes, t.layout, t.level, t.range_bits, t.range_index \
               FROM ducklake_data_file f LEFT JOIN tributary_file t ON t.data_file_id = f.data_file_id \
               WHERE f.begin_snapshot <= $1 AND (f.end_snapshot IS NULL OR f.end_snapshot > $1) ORDER BY f.data_file_id";
    let rows = database.read(sql, vec![version.into()]).await?;
    let is_known = |id: i64| known.and_then(|known| known.get(&id));
    let mut first_unknown = i64::MAX;
    for row in &rows {
        let id = row.int(0)?;
        if is_known(id).is_none() {
            first_unknown = first_unknown.min(id);
        }
    }
    let mut stats = if first_unknown == i64::MAX {
        HashMap::new()
    } else {
        load_stats(database, first_unknown, columns).await?
    };
    let mut deletes = load_deletes(database, version, &folders).await?;
    let mut files: HashMap<i64, Vec<Arc<DataFile>>> = HashMap::new();
    for row in rows {
        let (id, table_id) = (row.int(0)?, row.int(1)?);
        let file = match is_known(id) {
            Some(file) => Arc::clone(file),
            None => {
                let folder = folders.get(&table_id).ok_or_else(|| Error::Catalogue {
                    place: format!("ducklake_data_file {id}"),
                    reason: format!("table {table_id} does not exist"),
                })?;
                Arc::new(data_file(&row, folder, stats.remove(&id).unwrap_or_default())?)
            }
        };
        files.entry(table_id).or_default().push(with_deletes(file, deletes.remove(&id)));
    }
    Ok(files)
}

/// The delete files at `version`, by data file.
async fn load_deletes(database: &Database, version: i64, folders: &HashMap<i64, String>) -> Result<HashMap<i64, Deletes>> {
    let sql = "SELECT delete_file_id, table_id, data_file_id, path, delete_count FROM ducklake_delete_file \
               WHERE begin_snapshot <= $1 AND (end_snapshot IS NULL OR end_snapshot > $1)";
    let mut deletes = HashMap::new();
    for row in database.read(sql, vec![version.into()]).await? {
        let Some(folder) = folders.get(&row.int(1)?) else { continue };
        let path = Path::from(format!("{DATA_FOLDER}/{folder}/{}", row.text(3)?));
        deletes.insert(row.int(2)?, Deletes::new(row.int(0)?, path, unsigned(row.int(4)?)));
    }
    Ok(deletes)
}

/// The file with the deletes of this version; as it is where it has them already.
fn with_deletes(file: Arc<DataFile>, deletes: Option<Deletes>) -> Arc<DataFile> {
    if file.deletes_id() == deletes.as_ref().map(|deletes| deletes.id) {
        return file;
    }
    let mut file = DataFile::clone(&file);
    file.deletes = deletes.map(Arc::new);
    Arc::new(file)
}

fn data_file(row: &Row, folder: &str, mut stats: Vec<(i64, ColumnStats)>) -> Result<DataFile> {
    stats.sort_by_key(|(column, _)| *column);
    let layout = match row.text_option(5)?.as_deref() {
        Some("journey") => Layout::Journey,
        Some("fact") => Layout::Fact,
        _ => Layout::Table,
    };
    let level = u8::try_from(row.int_option(6)?.unwrap_or(0)).unwrap_or(0);
    let bits = row.int_option(7)?.and_then(|bits| u8::try_from(bits).ok());
    let index = row.int_option(8)?.and_then(|index| u16::try_from(index).ok());
    Ok(DataFile {
        id: row.int(0)?,
        path: Path::from(format!("{DATA_FOLDER}/{folder}/{}", row.text(2)?)),
        rows: unsigned(row.int(3)?),
        bytes: unsigned(row.int(4)?),
        layout,
        level,
        customer_range: bits.zip(index),
        month: if layout == Layout::Fact { index } else { None },
        stats,
        deletes: None,
    })
}

async fn load_stats(database: &Database, from: i64, columns: &HashMap<i64, Vec<Column>>) -> Result<HashMap<i64, Vec<(i64, ColumnStats)>>> {
    let mut kinds = HashMap::new();
    for (table, columns) in columns {
        for column in columns {
            kinds.insert((*table, column.id), column.kind);
        }
    }
    let sql = "SELECT data_file_id, table_id, column_id, column_size_bytes, null_count, min_value, max_value FROM ducklake_file_column_stats \
               WHERE data_file_id >= $1";
    let mut stats: HashMap<i64, Vec<(i64, ColumnStats)>> = HashMap::new();
    for row in database.read(sql, vec![from.into()]).await? {
        let column = row.int(2)?;
        let Some(kind) = kinds.get(&(row.int(1)?, column)) else { continue };
        let bound = |text: Option<String>| text.and_then(|text| stats::from_text(*kind, &text));
        let found = ColumnStats {
            bytes: unsigned(row.int_option(3)?.unwrap_or(0)),
            nulls: unsigned(row.int_option(4)?.unwrap_or(0)),
            min: bound(row.text_option(5)?),
            max: bound(row.text_option(6)?),
        };
        stats.entry(row.int(0)?).or_default().push((column, found));
    }
    Ok(stats)
}

pub(crate) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
