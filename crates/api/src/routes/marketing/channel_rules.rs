//! Channel rules: read, changed, looked back at, and tried out.

pub(crate) mod history;
pub(crate) mod save;
pub(crate) mod show;
pub(crate) mod test;
