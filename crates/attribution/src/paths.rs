//! Models over grouped paths: how often each sequence of channels converted, for how much, and how often it did not.
//!
//! [`GroupedPaths`] (parsed from a file with [`parse`], or built) → [`attribute`]: rows of credit by channel under one [`PathModel`], and with
//! [`Resampling`] an interval for each. [`step_weights`] turns a model into shares of each path's steps, so that every order's money can be
//! allotted by [`crate::allocate`].
//!
//! Everything is exact: counts and linear algebra, no simulation. The order of the input never matters, because paths and channels are put
//! into a canonical order first. Only intervals draw random numbers, from a seed.

mod binomial;
mod bootstrap;
mod chain;
mod choose_order;
mod error;
mod estimate;
mod fitted;
mod grouped;
mod key_map;
mod leave_one_out;
mod logarithm;
mod markov;
mod model;
mod parse;
mod rake;
mod rules;
mod shares;
mod step_weights;

pub use bootstrap::Resampling;
pub use choose_order::{OrderChoice, choose_order};
pub use error::Error;
pub use estimate::{Attribution, ChannelCredit, Interval, attribute};
pub use grouped::{Builder, GroupedPaths};
pub use model::{ORDER_MAX, Order, PathModel};
pub use parse::parse;
pub use step_weights::{Margin, StepWeights, step_weights};

#[cfg(test)]
mod tests;
