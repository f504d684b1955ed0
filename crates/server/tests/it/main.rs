//! Everything together, as a person meets it: the real binary, real files, real HTTP.

#![expect(clippy::unwrap_used, reason = "all of this crate is a test")]

mod bad_input;
mod demo_company;
mod disk_full;
mod http;
mod identity;
mod kaggle;
mod kill;
mod tributary;
mod worlds;
