//! A customer's journey in brief: first and last touch, counts by channel, stage, value, and what it cost to win the customer.
//!
//! Rows of one customer ([`Row`]), in order of time, go one by one into a [`Tracker`], which keeps a few counters and no rows; at the
//! customer's end it gives a [`Brief`]. What a touch cost comes from [`TouchCosts`], made from all spend and all touches beforehand.
//! Who is one customer in the first place, [`identity`] says.
//!
//! A sales pipeline's stages, their order and its pace are [`stages`] and [`velocity`].
//!
//! Beside it, [`channel`] says by ordered rules to which channel a touch belongs, and why, and
//! [`campaign_match`] which spend its campaign has.
//!
//! This crate deliberately knows no credit (that is `attribution`), no I/O, no tenant, no Arrow and no clock.

pub mod acquisition;
pub mod brief;
pub mod campaign_match;
pub mod channel;
pub mod identity;
pub mod stages;
pub mod tracker;
pub mod velocity;

pub use acquisition::{CampaignNumber, CostChanges, CostDay, Level, TouchCosts, holds};
pub use brief::{Brief, JourneyData, TouchBrief};
pub use stages::{Precedence, Stages, StagesError, Wish};
pub use tracker::{Row, Tracker};
pub use velocity::Pace;

/// What cannot be summed up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the orders of one customer add up to more than ±999,999,999,999.999999: look for an order with a wrong value")]
    LifetimeValue,
    #[error("the spend of one campaign and day adds up to more than ±999,999,999,999.999999: look for a row with a wrong cost")]
    Spend,
}
