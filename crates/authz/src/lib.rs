//! Who may do what: [`OrgContext`] (organisation and actor, the first argument of every call that touches data), [`Role`], [`Action`]
//! and the permission table of the specification as one total, pure function, [`decide`].
//!
//! A context is made in two places only: from a verified credential (a session, a write key) by the API, and for the server's own
//! jobs and the command line, which act as the system on one named organisation.
//!
//! This crate deliberately knows no HTTP, no database and no session: it is given facts and answers yes or no.

pub mod action;
pub mod context;
pub mod decide;
pub mod role;

pub use action::Action;
pub use context::{Actor, OrgContext};
pub use decide::{Decision, Facts, decide};
pub use role::Role;
