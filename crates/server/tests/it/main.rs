//! Everything together, as a person meets it: the real binary, real files, real HTTP.

#![expect(clippy::unwrap_used, reason = "all of this crate is a test")]

mod accuracy;
mod bad_input;
mod channels;
mod cohorts;
mod demo_company;
mod disk_full;
mod grouped_paths;
mod http;
mod identity;
mod kaggle;
mod kill;
mod paths;
mod recent_days;
mod reconciliation;
mod tributary;
mod worlds;
