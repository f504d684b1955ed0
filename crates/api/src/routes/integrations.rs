//! Sources of data and how fresh they are.

pub(super) mod sources;
pub(super) mod sync_status;
