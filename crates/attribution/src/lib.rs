//! Credit: which touch earned how much of which conversion.
//!
//! Rows of one customer ([`Customer`]), ordered by (time, kind, sequence), go into a [`Pass`]; for every conversion the eligible touches
//! are found (window, closed or rolling journeys), every model's weights are computed over the same slice, and the money is allotted in
//! whole minor units by largest remainder. Out come [`Credits`]: rows as columns, appended to the caller's buffers; or only their [`Money`], for callers
//! that add it up.
//!
//! One model a file. Definitions and edge cases stand in the doc comments, after the field's published ones.
//!
//! This crate deliberately knows no clock, no I/O, no tenant, no Arrow and no engine: slices in, slices out.

mod allocate;
mod classes;
mod credits;
mod custom;
mod customer;
mod duration;
mod error;
mod exp2;
pub mod explain;
mod first_touch;
mod last_non_direct;
mod last_touch;
mod linear;
mod milestones;
mod model;
mod money;
mod pass;
pub mod paths;
mod position_based;
mod refund;
pub mod settings;
mod time_decay;
mod variant;
#[cfg(test)]
mod vectors;
mod window;

pub use allocate::{Scratch, allocate};
pub use credits::{Credits, ModelCredits, NO_TOUCH, flag};
pub use customer::{Customer, Event, Kind, Milestone, NO_ORDER, NOT_COUNTED, Stage};
pub use duration::{format_duration, parse_duration};
pub use error::Error;
pub use model::Model;
pub use money::Money;
pub use pass::Pass;
pub use settings::{Counted, CustomWeights, Direct, Journey, MilestoneNames, Parts, RevenueDefinition, Settings, WindowRule};
pub use variant::{Saved, Variant};
