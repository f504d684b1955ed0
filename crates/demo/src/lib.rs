//! The demo company: a simulated outdoor clothing shop whose truth is known.
//!
//! A [`World`] plays eighteen months of history from a seed: exchange rates, a media plan with launches, pauses and tiring creatives, and
//! the lives of about 162,000 people. Orders come from people's own accord or are caused by touches; which share of which order each
//! channel really caused is recorded as [`Truth`], so that attribution models can be compared with it. A few people buy for companies and
//! pass the stages of a sales pipeline. Then the world is written out as
//! rows of the unified stream, chunk by chunk ([`World::chunks`]); ad platforms' rows carry the conversions that they claim.
//!
//! [`touches`] is the plain generator of the benchmarks: many journeys, no story.
//!
//! This crate deliberately knows no clock (days and instants are arguments), no I/O, no lake and no attribution model: a model must not
//! be able to learn the truth from it. Everything is computed from basic arithmetic and ChaCha8, so that a seed gives the same rows on
//! every machine.

mod calendar;
mod campaigns;
mod channel;
mod claims;
mod crm;
mod distance;
mod exchange;
mod journey_rows;
mod media;
mod people;
mod random;
mod spend;
pub mod touches;
mod truth;
mod world;

pub use channel::Channel;
pub use distance::{Comparison, Distance, Shares};
pub use truth::{Effect, OrderTruth, Truth};
pub use world::{CURRENCY, Chunks, Config, Source, World, ZONE};

/// Why a world cannot be made.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Error {
    #[error("history cannot end on {day}: choose a day between the years -9997 and 9998")]
    LastDay { day: jiff::civil::Date },
    #[error("the zone {zone} is not in the time zone database")]
    Zone { zone: &'static str },
    #[error("the scale {scale} is not between 0 and 100: 1 gives about a million rows")]
    Scale { scale: f64 },
}
