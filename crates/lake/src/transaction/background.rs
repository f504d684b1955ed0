//! Files are written while the caller brings the next rows: one at a time, so that at most one full buffer is in memory beside those that
//! fill.

use tokio::task::JoinHandle;

use super::buffer::Full;
use super::staging::Staging;
use crate::Result;

/// What is staged, and the write that is under way.
#[derive(Debug)]
pub(super) enum Background {
    Idle(Staging),
    Writing(JoinHandle<Result<Staging>>),
}

impl Background {
    /// Begins to write `full`, after what is under way. An error of that comes here, or from a later call.
    pub(super) async fn write(self, full: Vec<Full>) -> Result<Self> {
        if full.is_empty() {
            return Ok(self);
        }
        let mut staging = self.finish().await?;
        Ok(Self::Writing(tokio::task::spawn_blocking(move || {
            for full in full {
                staging.write(full)?;
            }
            Ok(staging)
        })))
    }

    /// What is staged, once nothing is under way. Dropped before that, the write ends by itself and removes its files.
    pub(super) async fn finish(self) -> Result<Staging> {
        match self {
            Self::Idle(staging) => Ok(staging),
            Self::Writing(task) => task.await?,
        }
    }

    /// What is staged, all of it durable.
    pub(super) async fn finish_durable(self) -> Result<Staging> {
        let mut staging = self.finish().await?;
        tokio::task::spawn_blocking(move || staging.wait_for_sync().map(|()| staging)).await?
    }
}
