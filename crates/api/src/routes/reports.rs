//! Free questions.

pub(super) mod catalogue;
pub(super) mod query;
