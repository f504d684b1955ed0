//! The Parquet files of a table, for other engines to read.

use std::path::Path;

use anyhow::Result;
use lake::{DataFile, Lake, Layout};
use serde::Serialize;

/// One live file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FileEntry {
    path: String,
    /// `journey`, `fact` or `table`.
    layout: &'static str,
    level: u8,
    rows: u64,
    bytes: u64,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Files {
    version: i64,
    files: Vec<FileEntry>,
}

/// Live files of `table` at the newest version.
pub(super) async fn files(lake: &Lake, data_dir: &Path, table: &str) -> Result<Files> {
    let snapshot = lake.snapshot().await?;
    let root = data_dir.join("lakes").join(lake.organization_id().to_string());
    let table = snapshot.table(table)?;
    let entry = |file: &DataFile| FileEntry {
        path: root.join(file.path.as_ref()).display().to_string(),
        layout: match file.layout {
            Layout::Journey => "journey",
            Layout::Fact => "fact",
            Layout::Table => "table",
        },
        level: file.level,
        rows: file.rows,
        bytes: file.bytes,
    };
    Ok(Files {
        version: snapshot.version(),
        files: table.files().iter().map(|file| entry(file)).collect(),
    })
}
