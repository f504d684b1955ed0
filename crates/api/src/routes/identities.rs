//! Who is one customer, and why.

pub(crate) mod body;
pub(super) mod merge;
pub(super) mod show;
pub(super) mod unmerge;
