//! Questions and answers: metrics, dimensions, filters, date range and grain go in; one SQL text with bound parameters comes out, and
//! the answer is a table whose totals are computed from additive components.
//!
//! `Query` (as asked) → resolve → plan ([`Plan`]: SQL, parameters, columns) → [`QueryEngine`] → [`ResultTable`].
//!
//! This crate deliberately knows no engine, no Arrow, no I/O and no clock. User text never becomes SQL: names are looked up in the
//! catalogue, values are bound parameters.

pub mod engine;
pub mod query;
pub mod result;

pub use engine::{CreditSource, EngineError, Param, Plan, QueryEngine};
pub use query::{Filter, FilterOperator, Query, Sort};
pub use result::{Cell, Column, ColumnRole, Meta, ResultTable, Unit};
