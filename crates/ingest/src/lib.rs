//! The rim of Tributary: files and events come in here, are checked, and go into the lake once.
//!
//! A file import goes: [`Mapping`] (which column fills which field) → a thread cuts the file into stretches of rows → others make records
//! of them, chunk by chunk → a lake transaction takes the chunks, drops duplicates by row key, and commits all files of the import at
//! once. An event goes: [`Collector`] → checked → write-ahead log, synced → acknowledged → a committer turns the log into lake rows at most
//! once a second and moves the log's cursor in the same commit. What is refused goes to the table `quarantine` with place, reason and
//! remedy. A touch without a channel gets it from the organisation's channel rules on its way.
//!
//! This crate deliberately knows no query, no attribution and no user: who may import is decided before it is called, and a collector's
//! write key says only which organisation an event belongs to.

mod channels;
mod collector;
mod error;
mod field;
mod import;
mod instant;
mod mapping;
mod quarantine;
mod read;
mod refusal;
mod row;
mod suggest;
mod wal;

pub use collector::{Collector, hash_write_key};
pub use error::{Error, Result};
pub use import::{ImportRequest, ImportSummary, Progress, import};
pub use mapping::{Mapping, MappingError};
pub use wal::WalError;
