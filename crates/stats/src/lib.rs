//! Numerics: what customers will still buy, and how much of recent days is still to come.
//!
//! Counts and times of purchases go into [`BgNbd::fit`], mean values into [`GammaGamma::fit`]; the two fitted models together
//! ([`CustomerValue`]) say what a customer will be worth over a horizon. Times are in any one unit, money in any one unit, both as floats:
//! these are estimates, and exact money stays with whoever asks.
//!
//! What has arrived so far, by age, goes into [`ChainLadder::fit`]; out come the share that has usually arrived at each age and projections
//! with standard errors.
//!
//! What cannot be estimated is an error that says what is missing, never a NaN.
//!
//! This crate deliberately knows no clock, no I/O, no randomness, no tenant and none of our other crates.

mod bg_nbd;
pub mod chain_ladder;
mod customer_value;
mod error;
mod gamma_gamma;
mod maximum;
mod special;

pub use bg_nbd::{BgNbd, Purchases};
pub use chain_ladder::{ChainLadder, Projection};
pub use customer_value::CustomerValue;
pub use error::Error;
pub use gamma_gamma::{GammaGamma, Spending};

#[cfg(test)]
mod cdnow;
