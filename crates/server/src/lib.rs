//! The binary `tributary`: command line, wiring of the parts, background work, the embedded web app.
//!
//! A command opens an [`installation::Installation`] (the data directory with metadata, lakes and engine), calls one function of the crate
//! whose business it is, and prints the answer as text or JSON. `serve` puts API, collector and web app behind one listener and keeps
//! derived tables and files in order in the background.
//!
//! This crate deliberately knows no formula, no SQL and no file format: it decides nothing about data, it only connects.

mod bench;
mod cli;
mod clock;
mod commands;
mod identities;
mod imports;
mod installation;
mod jobs;
mod login;
mod output;
mod reference;
mod serving;
mod telemetry;
mod web;

pub use cli::run;
