//! What one query may cost.

use std::time::Duration;

/// Bounds of one query. Beyond them the query fails alone, with a reason, and nothing else is harmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory of operators that hold rows: aggregates, joins, sorts, the customer in hand. Not a limit on the process.
    pub memory_bytes: usize,
    /// Wall-clock time, waiting for a free slot included.
    pub seconds: u64,
    /// Rows of an answer; an answer with more is cut and says so.
    pub rows_max: usize,
    /// Queries of one organisation that run at the same time.
    pub concurrent: usize,
    /// Queries of one organisation that may wait for a slot; one more is refused at once.
    pub waiting: usize,
    /// Bytes of finished answers that are kept, over all organisations.
    pub cache_bytes: usize,
    /// Threads that queries run on; also the number of partitions that a plan is split into.
    pub threads: usize,
    /// Rows of one batch.
    pub batch_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 1 << 30,
            seconds: 30,
            rows_max: 100_000,
            concurrent: 8,
            waiting: 32,
            cache_bytes: 64 << 20,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            batch_rows: 8_192,
        }
    }
}

impl Limits {
    pub(crate) const fn timeout(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}
