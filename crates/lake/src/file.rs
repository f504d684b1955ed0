//! One Parquet file of the lake, as the catalogue describes it.

use object_store::path::Path;

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
    pub rows: u64,
    pub layout: Layout,
    /// 0 as appended (any customer, any month), 1 compacted.
    pub level: u8,
    /// Compacted journey files: (n, k) holds the customers whose leading n bits are k; customers that are null lie in range 0.
    pub customer_range: Option<(u8, u16)>,
    /// Compacted fact files: the month of `recorded_at` in UTC, as year · 12 + month − 1.
    pub month: Option<u16>,
    pub(crate) stats: Vec<(i64, ColumnStats)>,
}

impl DataFile {
    /// Statistics of the column with this id; None when the file is older than the column.
    pub fn stats_of(&self, column_id: i64) -> Option<&ColumnStats> {
        self.stats
            .binary_search_by_key(&column_id, |(column, _)| *column)
            .ok()
            .map(|at| &self.stats[at].1)
    }
}
