//! What can go wrong at the rim, by what the caller can do about it.

use std::io;

use crate::mapping::MappingError;
use crate::wal::WalError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Mapping(#[from] MappingError),
    #[error("`{key}` cannot be the key of a source: use lower-case letters, digits, `_` and `-`, beginning with a letter, at most 64 characters")]
    SourceKey { key: String },
    #[error("there is nothing to import: name at least one file")]
    NoFiles,
    #[error("{file} cannot be read: check that it exists, that it may be read, and that it is not cut off")]
    File {
        file: String,
        #[source]
        source: io::Error,
    },
    /// The file as a whole does not fit the mapping; nothing was imported.
    #[error("{file}:1: {reason}")]
    Header { file: String, reason: String },
    #[error(transparent)]
    Zone(#[from] types::date_range::Error),
    #[error(transparent)]
    Wal(#[from] WalError),
    #[error("an event in the write-ahead log is not one that Tributary wrote: {reason}")]
    StoredEvent { reason: String },
    #[error(transparent)]
    Lake(#[from] lake::Error),
    #[error(transparent)]
    Metastore(#[from] metastore::Error),
    #[error("version {version} of the channel rules cannot be read: save them again with `tributary channels set`")]
    ChannelRules {
        version: i64,
        #[source]
        source: serde_json::Error,
    },
    #[error("refused rows cannot be made into a batch")]
    Arrow(#[from] arrow::error::ArrowError),
    #[error("a thread of the import stopped: this is a defect, please report it")]
    Stopped,
}

/// A source's key is part of file names, row ids and reports: it is kept plain.
pub(crate) fn check_source_key(key: &str) -> bool {
    let mut bytes = key.bytes();
    key.len() <= 64
        && bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'))
}
