//! What can go wrong in a lake, by what the caller can do about it.

use std::path::PathBuf;

/// An error of the lake. The text names the place and, where there is one, the remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the lake has no table `{table}`")]
    NoSuchTable { table: String },
    #[error("table `{table}` has no column `{column}`; register the field first (add_column)")]
    NoSuchColumn { table: String, column: String },
    #[error("table `{table}` already has a column `{column}` of type {existing}, asked for {asked}; choose another name")]
    ColumnExists {
        table: String,
        column: String,
        existing: &'static str,
        asked: &'static str,
    },
    #[error("snapshot {version} does not exist, or was expired; the newest is {newest}")]
    NoSuchSnapshot { version: i64, newest: i64 },
    #[error("cursor `{name}` was moved by somebody else: expected {expected:?}, found {found:?}; nothing was committed")]
    CursorMoved {
        name: String,
        expected: Option<String>,
        found: Option<String>,
    },
    #[error("column `{column}` of table `{table}`: {reason}")]
    Value { table: String, column: String, reason: String },
    #[error("`{table}` is filled with append_rows, not with append_batch: its rows have keys")]
    RowsOnly { table: String },
    #[error("other commits kept coming in between; the commit was given up after {attempts} attempts and nothing was written")]
    Contention { attempts: u32 },
    #[error("the commit's outcome is unknown; look for transaction {transaction} before sending it again")]
    UnknownOutcome {
        transaction: String,
        #[source]
        source: sqlx::Error,
    },
    #[error("{path} could not be {action}; check space, permissions and the disk")]
    Io {
        path: PathBuf,
        action: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("the lake's catalogue at {place} is not readable as one of ours: {reason}")]
    Catalogue { place: String, reason: String },
    #[error("row-key file {path} is damaged: {reason}; run `tributary doctor`")]
    Keys { path: String, reason: String },
    #[error("the lake's catalogue answered with an error")]
    Sql(#[from] sqlx::Error),
    #[error("a data file could not be written or read")]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error("columnar data could not be processed")]
    Arrow(#[from] arrow::error::ArrowError),
    #[error("the lake's data could not be read")]
    DataFusion(#[from] datafusion::error::DataFusionError),
    #[error("the lake's file storage answered with an error")]
    Storage(#[from] object_store::Error),
    #[error("a background task of the lake stopped")]
    Task(#[from] tokio::task::JoinError),
}

/// Result of the lake's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, action, source }
    }
}
