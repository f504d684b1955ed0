//! The lake's catalogue: DuckLake 1.0's tables and ours in one SQL database, so that files, statistics, cursors and row keys commit
//! together.

pub(crate) mod bootstrap;
pub(crate) mod commit;
pub(crate) mod database;
pub(crate) mod identity;
pub(crate) mod state;
mod tables;

pub(crate) use database::{Database, Row, Tx, Value};
