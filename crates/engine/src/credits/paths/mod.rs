//! Relations of paths: the steps that led to each conversion, and those that led to none.
//!
//! The same pass as for credits finds the touches of every conversion (`super::stream`, `attribution::Pass`), so a path holds exactly what
//! credit would be shared among. `semantic::PathSource` → [`PathsTable`] → `PathsExec` over the journey rows of all customers → the pass,
//! whose output is [`PathRows`].

mod builders;
mod columns;
mod exec;
mod rows;
mod steps;
mod table;
mod text;

pub(crate) use rows::PathRows;
pub(crate) use table::PathsTable;

#[cfg(test)]
mod tests;
