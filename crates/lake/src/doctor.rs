//! Looking whether what the catalogue says is true.

mod contents;

use std::collections::HashMap;

use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStoreExt};

use crate::Result;
use crate::catalogue::state::{DATA_FOLDER, unsigned};
use crate::garbage;
use crate::keys::{Run, catalogue};
use crate::lake::{Inner, Lake};
use crate::rows::UNIFIED;
use crate::snapshot::Snapshot;

/// How much is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The catalogue, and each file's presence, size and number of rows.
    Quick,
    /// Every value of every live file besides.
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is wrong; space can be won.
    Note,
    /// Something is odd, but no figure is wrong.
    Warning,
    /// Data is missing or false.
    Error,
}

/// One thing that the doctor found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub severity: Severity,
    pub place: String,
    pub problem: String,
    pub remedy: String,
}

impl Finding {
    fn new(severity: Severity, place: impl Into<String>, problem: impl Into<String>, remedy: &str) -> Self {
        Self {
            severity,
            place: place.into(),
            problem: problem.into(),
            remedy: remedy.to_owned(),
        }
    }
}

const RESTORE: &str = "restore the file from a backup; until then read an earlier snapshot that does not need it";

impl Lake {
    /// Checks the whole lake and tells what is wrong with it; an empty list means that nothing was found. Changes nothing.
    pub async fn doctor(&self, depth: Depth) -> Result<Vec<Finding>> {
        let inner = &self.inner;
        let snapshot = self.snapshot().await?;
        let mut findings = catalogue_findings(inner).await?;
        findings.extend(file_findings(inner).await?);
        findings.extend(statistics_findings(inner, &snapshot).await?);
        findings.extend(key_findings(inner).await?);
        let orphans = garbage::orphans(inner).await?;
        if !orphans.is_empty() {
            let bytes: u64 = orphans.iter().map(|file: &ObjectMeta| file.size).sum();
            let problem = format!(
                "{} files ({bytes} bytes) belong to no commit, such as those of an import that was killed",
                orphans.len()
            );
            findings.push(Finding::new(
                Severity::Note,
                "data and keys",
                problem,
                "none needed: garbage collection removes them after its grace time",
            ));
        }
        if depth == Depth::Full {
            findings.extend(contents::findings(inner, &snapshot).await?);
        }
        Ok(findings)
    }
}

async fn catalogue_findings(inner: &Inner) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    if inner.database.is_sqlite() {
        for row in inner.database.read("PRAGMA integrity_check", vec![]).await? {
            let text = row.text(0)?;
            if text != "ok" {
                findings.push(Finding::new(
                    Severity::Error,
                    "catalog.sqlite",
                    text,
                    "restore the catalogue from a backup",
                ));
            }
        }
    }
    let sql = "SELECT s.snapshot_id, s.next_file_id, (SELECT COALESCE(MAX(data_file_id), -1) FROM ducklake_data_file) FROM ducklake_snapshot s \
               ORDER BY s.snapshot_id DESC LIMIT 1";
    for row in inner.database.read(sql, vec![]).await? {
        if row.int(1)? <= row.int(2)? {
            let problem = format!("next_file_id {} was given away already", row.int(1)?);
            findings.push(Finding::new(
                Severity::Error,
                format!("snapshot {}", row.int(0)?),
                problem,
                "restore the catalogue from a backup",
            ));
        }
    }
    let sql = "SELECT f.data_file_id FROM ducklake_data_file f LEFT JOIN tributary_file t ON t.data_file_id = f.data_file_id WHERE t.layout IS NULL";
    for row in inner.database.read(sql, vec![]).await? {
        let problem = "it was written by another program: its order and statistics are not vouched for";
        findings.push(Finding::new(
            Severity::Warning,
            format!("file {}", row.int(0)?),
            problem,
            "attach the lake to other programs READ_ONLY",
        ));
    }
    Ok(findings)
}

/// Every file of every snapshot, delete files with them: is it there, as large as it was, with as many rows?
async fn file_findings(inner: &Inner) -> Result<Vec<Finding>> {
    let sql = "SELECT t.table_name, f.path, f.file_size_bytes, f.record_count FROM ducklake_data_file f \
               JOIN ducklake_table t ON t.table_id = f.table_id \
               UNION ALL SELECT t.table_name, d.path, d.file_size_bytes, d.delete_count FROM ducklake_delete_file d \
               JOIN ducklake_table t ON t.table_id = d.table_id";
    let mut findings = Vec::new();
    for row in inner.database.read(sql, vec![]).await? {
        let path = Path::from(format!("{DATA_FOLDER}/{}/{}", row.text(0)?, row.text(1)?));
        let (bytes, rows) = (unsigned(row.int(2)?), unsigned(row.int(3)?));
        let problem = match inner.store.head(&path).await {
            Err(object_store::Error::NotFound { .. }) => Some("the file is missing".to_owned()),
            Err(error) => Some(format!("the file cannot be reached: {error}")),
            Ok(found) if found.size != bytes => Some(format!("the file has {} bytes, the catalogue says {bytes}", found.size)),
            Ok(_) => match crate::read::row_count(inner, &path, bytes).await {
                Ok(found) if found == rows => None,
                Ok(found) => Some(format!("the file holds {found} rows, the catalogue says {rows}")),
                Err(error) => Some(format!("the file's footer cannot be read: {error}")),
            },
        };
        findings.extend(problem.map(|problem| Finding::new(Severity::Error, path.to_string(), problem, RESTORE)));
    }
    Ok(findings)
}

async fn statistics_findings(inner: &Inner, snapshot: &Snapshot) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut counted: HashMap<i64, u64> = HashMap::new();
    for row in inner
        .database
        .read("SELECT table_id, record_count FROM ducklake_table_stats", vec![])
        .await?
    {
        counted.insert(row.int(0)?, unsigned(row.int(1)?));
    }
    for table in snapshot.view.state.tables.values() {
        let rows: u64 = table.files.iter().map(|file| file.live_rows()).sum();
        let said = counted.get(&table.id).copied().unwrap_or(0);
        if rows != said {
            let problem = format!("the statistics say {said} rows, the files hold {rows}");
            findings.push(Finding::new(
                Severity::Warning,
                &table.name,
                problem,
                "none needed: the next commit to the table counts anew",
            ));
        }
    }
    let sql = "SELECT s.data_file_id, s.column_id FROM ducklake_file_column_stats s JOIN ducklake_data_file f ON f.data_file_id = s.data_file_id \
               WHERE s.value_count + s.null_count <> f.record_count";
    for row in inner.database.read(sql, vec![]).await? {
        let place = format!("file {}, column {}", row.int(0)?, row.int(1)?);
        findings.push(Finding::new(
            Severity::Error,
            place,
            "values and nulls do not add up to the rows",
            "restore the catalogue from a backup",
        ));
    }
    Ok(findings)
}

async fn key_findings(inner: &Inner) -> Result<Vec<Finding>> {
    const REMEDY: &str = "restore the file from a backup; without it rows that are sent again are taken for new";
    let mut findings = Vec::new();
    for run in catalogue::live(&inner.database, inner.clock.now()).await? {
        match Run::open(&inner.root().join(&run.path)) {
            Ok(found) if found.count() == run.count => {}
            Ok(found) => {
                let problem = format!("the file holds {} row keys, the catalogue says {}", found.count(), run.count);
                findings.push(Finding::new(Severity::Error, run.path, problem, REMEDY));
            }
            Err(error) => findings.push(Finding::new(Severity::Error, run.path, error.to_string(), REMEDY)),
        }
    }
    Ok(findings)
}

/// The table that holds keyed rows.
fn is_keyed(table: &str) -> bool {
    table == UNIFIED
}
