//! Numerics: how much is still to come.
//!
//! What has arrived so far, by age, goes into [`ChainLadder::fit`]; out come the share that has usually arrived at each age and projections
//! with standard errors. All as floats: these are estimates, and exact money stays with whoever asks.
//!
//! What cannot be estimated is an error that says what is missing, never a NaN.
//!
//! This crate deliberately knows no clock, no I/O, no randomness, no tenant and none of our other crates.

pub mod chain_ladder;

pub use chain_ladder::{ChainLadder, Projection};
