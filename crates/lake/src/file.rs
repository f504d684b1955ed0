//! One Parquet file of the lake, as the catalogue describes it.

use std::sync::Arc;

use object_store::path::Path;

use crate::deletes::Deletes;
use crate::stats::ColumnStats;

/// Which rows a file holds and how they are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// Touches, conversions, orders, refunds, stages: sorted by customer, time, sequence.
    Journey,
    /// The other rows of `unified_marketing_data`: sorted by source, campaign, time, sequence.
    Fact,
    /// A derived table, sorted as the table says.
    Table,
}

impl Layout {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Journey => "journey",
            Self::Fact => "fact",
            Self::Table => "table",
        }
    }
}

/// A data file. Files never change; compaction and replacement make new ones.
#[derive(Clone, Debug)]
pub struct DataFile {
    pub id: i64,
    /// Below the lake's root.
    pub path: Path,
    pub bytes: u64,
    /// Rows in the file, whether they are still there or not: see [`DataFile::live_rows`].
    pub rows: u64,
    pub layout: Layout,
    /// 0 as appended (any customer, any month), 1 compacted.
    pub level: u8,
    /// Compacted journey files: (n, k) holds the customers whose leading n bits are k; customers that are null lie in range 0.
    pub customer_range: Option<(u8, u16)>,
    /// Compacted fact files: the month of `recorded_at` in UTC, as year · 12 + month − 1.
    pub month: Option<u16>,
    /// Of all rows in the file: bounds hold for those that are left, counts do not.
    pub(crate) stats: Vec<(i64, ColumnStats)>,
    /// The rows that are there no more; only derived tables have any.
    pub(crate) deletes: Option<Arc<Deletes>>,
}

impl DataFile {
    /// Rows that are left of it.
    pub fn live_rows(&self) -> u64 {
        self.rows - self.deletes.as_ref().map_or(0, |deletes| deletes.rows.min(self.rows))
    }

    /// Number of the delete file that it has at its snapshot.
    pub(crate) fn deletes_id(&self) -> Option<i64> {
        self.deletes.as_ref().map(|deletes| deletes.id)
    }

    /// Statistics of the column with this id; None when the file is older than the column.
    pub fn stats_of(&self, column_id: i64) -> Option<&ColumnStats> {
        self.stats
            .binary_search_by_key(&column_id, |(column, _)| *column)
            .ok()
            .map(|at| &self.stats[at].1)
    }
}
