//! The embedded query engine: answers the plans of `semantic` over one organisation's lake, and computes credit.
//!
//! A plan (`semantic::Plan`: one SELECT, bound parameters, credit relations) → a session that knows only that organisation's tables at
//! one snapshot → DataFusion → cells. A relation of credits is a table whose scan is the attribution operator: it reads journey rows
//! ordered by customer and time, keeps one customer in hand, and emits the credit columns that the plan asks for. Answers are kept by
//! (organisation, snapshot, plan), so a kept answer is the same as a fresh one.
//!
//! This crate deliberately knows no metric, no permission and no metadata database: the reporting currency is asked of
//! [`ReportingCurrencies`], and SQL text comes from `semantic` only.

mod admission;
mod answer;
mod cache;
mod cells;
mod credits;
mod currency;
mod engine;
mod error;
mod functions;
mod limits;
mod neighbours;
mod params;
mod session;
mod spend;
mod sums;
#[cfg(test)]
mod testing;
mod totals;
mod workers;
mod yielding;

pub use currency::{KnownCurrencies, ReportingCurrencies};
pub use engine::Engine;
pub use limits::Limits;
