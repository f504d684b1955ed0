//! One lake per organisation: Parquet files and a transactional SQL catalogue, our subset of DuckLake 1.0.
//!
//! Rows come in through a [`Transaction`]: they are buffered, checked against the row keys of the last 400 days, sorted and written to
//! Parquet with our own writer, which syncs file and folder; then one SQL transaction makes files, statistics, row keys and cursors
//! visible as a new [`Snapshot`]. A snapshot is read through [`TableSnapshot::provider`] (a plain scan, pruned by our statistics) or
//! [`TableSnapshot::journey_scan`] (sorted, a partition a customer range), and is held against expiry while it is read. Compaction lays
//! rows out anew, expiry forgets old snapshots, garbage collection removes files that nobody names any more, and the doctor looks whether
//! all of it is true.
//!
//! This crate deliberately knows no metric, no model, no import and no person: whoever holds an organisation's id may read its lake, so
//! callers decide that first. It knows no wall clock either; time is a [`types::Clock`].

mod buffers;
mod catalogue;
mod changes;
mod coded_scan;
mod compaction;
mod customers;
mod deletes;
mod doctor;
mod error;
mod expiry;
mod file;
mod garbage;
mod identity;
mod journey_scan;
mod keys;
mod lake;
mod lakes;
mod lease;
mod merge;
mod proof;
mod provider;
mod read;
mod rows;
mod scan;
mod schema;
mod snapshot;
mod stats;
mod transaction;
mod whole_files;
mod writer;

pub use catalogue::identity::{StoredDecision, StoredLink, StoredMember};
pub use changes::Changes;
pub use compaction::CompactionReport;
pub use customers::CustomerSet;
pub use deletes::Deletes;
pub use doctor::{Depth, Finding, Severity};
pub use error::{Error, Result};
pub use expiry::ExpiryReport;
pub use file::{DataFile, Layout};
pub use garbage::GarbageReport;
pub use journey_scan::Pass;
pub use lake::Lake;
pub use lakes::{Catalogue, Lakes};
pub use rows::{RowBuilder, RowColumns, rows_to_batch};
pub use schema::{Column, NewColumn};
pub use snapshot::{Plan, Snapshot, TableSnapshot};
pub use stats::ColumnStats;
pub use transaction::{Assign, Commit, Reassignment, SpendScope, Transaction};
pub use whole_files::WholeFiles;

#[cfg(test)]
mod tests;
