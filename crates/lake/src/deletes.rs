//! Rows of a data file that are there no more: DuckLake's delete files.
//!
//! A data file never changes. When rows of it go, a small Parquet file beside it lists their positions, and readers pass them over. A data
//! file has at most one delete file at a snapshot: a later one repeats the positions of the one before.

use std::fs::File;
use std::ops::Range;
use std::path::Path as DiskPath;
use std::sync::OnceLock;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use object_store::path::Path;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection};

use crate::customers::push_range;
use crate::file::DataFile;
use crate::{Error, Result};

/// Columns of a delete file, as DuckLake (and Iceberg) name them.
pub(crate) const FILE_PATH: &str = "file_path";
pub(crate) const POSITION: &str = "pos";

/// Which rows of one data file are gone.
#[derive(Debug)]
pub struct Deletes {
    pub(crate) id: i64,
    /// Below the lake's root.
    pub(crate) path: Path,
    pub(crate) rows: u64,
    /// Read when first asked for.
    ranges: OnceLock<Vec<Range<u64>>>,
}

impl Deletes {
    pub(crate) const fn new(id: i64, path: Path, rows: u64) -> Self {
        Self {
            id,
            path,
            rows,
            ranges: OnceLock::new(),
        }
    }

    /// The rows that are gone, as ascending ranges. The file has a few kilobytes and is read at once, on the calling thread.
    pub(crate) fn ranges(&self, root: &DiskPath) -> Result<&[Range<u64>]> {
        if let Some(ranges) = self.ranges.get() {
            return Ok(ranges);
        }
        let ranges = read(&root.join(self.path.as_ref()))?;
        let found: u64 = ranges.iter().map(|range| range.end - range.start).sum();
        if found != self.rows {
            return Err(Error::Catalogue {
                place: self.path.to_string(),
                reason: format!("the file lists {found} rows, the catalogue says {}; run `tributary doctor`", self.rows),
            });
        }
        Ok(self.ranges.get_or_init(|| ranges))
    }
}

/// The rows of `file` that are left, for a reader; None for all.
pub(crate) fn rows_left(file: &DataFile, root: &DiskPath) -> Result<Option<RowSelection>> {
    let Some(deletes) = &file.deletes else { return Ok(None) };
    let mut left = Vec::new();
    let mut at = 0;
    for gone in deletes.ranges(root)? {
        left.push(position(at)..position(gone.start));
        at = gone.end;
    }
    left.push(position(at)..position(file.rows));
    left.retain(|range| !range.is_empty());
    Ok(Some(RowSelection::from_consecutive_ranges(left.into_iter(), position(file.rows))))
}

/// Both lists of ascending ranges as one.
pub(crate) fn union(left: &[Range<u64>], right: &[Range<u64>]) -> Vec<Range<u64>> {
    let mut all = left.iter().chain(right).cloned().collect::<Vec<_>>();
    all.sort_by_key(|range| range.start);
    let mut ranges = Vec::with_capacity(all.len());
    all.into_iter().for_each(|range| push_range(&mut ranges, range));
    ranges
}

fn read(path: &DiskPath) -> Result<Vec<Range<u64>>> {
    let file = File::open(path).map_err(Error::io(path, "opened"))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), [POSITION]);
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for batch in builder.with_projection(mask).build()? {
        let batch = batch?;
        let positions = batch.column(0).as_primitive_opt::<Int64Type>().ok_or_else(|| Error::Catalogue {
            place: path.display().to_string(),
            reason: format!("the delete file's column `{POSITION}` holds no positions"),
        })?;
        for position in positions.values() {
            let row = u64::try_from(*position).unwrap_or(0);
            push_range(&mut ranges, row..row + 1);
        }
    }
    Ok(ranges)
}

fn position(row: u64) -> usize {
    usize::try_from(row).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_or_overlap_become_one() {
        assert_eq!(union(&[0..2, 5..7], &[2..3, 6..9, 20..21]), [0..3, 5..9, 20..21]);
        let one = std::slice::from_ref(&(4..5)).to_vec();
        assert_eq!(union(&[], &one), one);
    }
}
