//! Credit: which touch earned how much of which conversion.
//!
//! Rows of one customer, ordered by (time, kind, sequence), go in; for every conversion the eligible touches are found (window, closed or
//! rolling journeys), every model's weights are computed over the same slice, and the money is allotted in whole minor units by largest
//! remainder. Definitions and edge cases: the doc comments here, after the field's published ones.
//!
//! This crate deliberately knows no clock, no I/O, no tenant, no Arrow and no engine: slices in, slices out.

pub mod settings;

pub use settings::{CustomWeights, Journey, Model, Settings};
