//! Questions and answers: metrics, dimensions, filters, date range and grain go in; one SQL text with bound parameters comes out, and
//! the answer is a table whose totals are computed from additive components.
//!
//! [`Query`] (as asked) → [`plan()`]: a list of named passes over a draft → [`Plan`] (SQL, parameters) → [`QueryEngine`] → rows →
//! [`Prepared::finish`]: formulas, order, limit → [`ResultTable`]. Metrics are data (`catalog/metrics/`): leaves that are aggregated from the
//! rows of one fact, and formulas over them. The pages' other questions have a file each.
//!
//! This crate deliberately knows no engine, no Arrow, no I/O and no clock. User text never becomes SQL: names are looked up in the
//! catalogue, values are bound parameters.

pub mod acquired;
pub mod acquisition;
pub mod asset_roi;
pub mod attribution_table;
pub mod campaign_audit;
pub mod campaign_performance;
pub mod catalogue;
pub mod channel_effect;
pub mod cohorts;
pub mod completion;
pub mod coverage;
pub mod customer_value;
pub mod customers;
pub mod data_driven;
mod decimal;
pub mod engine;
mod finish;
pub mod funnel;
pub mod identity;
pub mod journey;
mod longest_window;
pub mod order_shares;
pub mod paths;
pub mod pipeline;
pub mod plan;
mod problem;
pub mod query;
pub mod reconciliation;
pub mod result;
pub mod retention;
mod row;
pub mod settings_history;
pub mod spend;
pub mod stability;
mod value;

pub use catalogue::{Catalogue, Dimension, Fact, Metric, catalogue};
pub use decimal::Decimal;
pub use engine::{CreditSource, EngineError, Param, PathSource, PathStep, Plan, QueryEngine, RowOrder};
pub use plan::{Organization, Prepared, plan};
pub use problem::{Problem, ProblemCode, QueryError};
pub use query::{Filter, FilterOperator, Query, Sort};
pub use result::{Cell, Column, ColumnRole, Meta, ResultTable, Unit};
