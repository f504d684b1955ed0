//! Why a thread of an import ends before there is no more to do.

use crate::error::Error;

pub(super) enum Stop {
    /// Whoever takes what the thread makes has gone: there is nobody to work for.
    Gone,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
