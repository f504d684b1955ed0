//! Derived tables: what each touch earned, and each customer's journey in brief; and before that, who is one customer.
//!
//! [`stitch::stitch`] brings the rows of a person under one customer, as far as new rows and people's decisions say so.
//!
//! [`run`] pins one snapshot of the lake. The engine's attribution operator streams that snapshot's credits, which are written out in
//! long form as `revenue_attribution`; the journey rows stream by a second time, customer by customer, and become
//! `customer_journey_tracking`. Both tables are replaced in one commit, which also moves the cursor `derived` to the version that was
//! read. Nothing is held but a batch, the customer in hand, and the costs by campaign and day.
//!
//! This crate deliberately knows no model, no SQL of its own beyond one sum of spend, and no schedule: who runs it decides when.

mod affected;
mod briefs;
mod cursor;
mod error;
mod expand;
mod journey_rows;
mod journey_table;
mod run;
mod spend;
pub mod stitch;
mod touch_costs;
mod touches;

pub use error::{Error, Result};
pub use run::{Report, run, run_whole};

#[cfg(test)]
mod tests;
