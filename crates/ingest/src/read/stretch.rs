//! Whole rows of a file in memory: what one thread parses while others parse what comes before and after.

use super::ROW_BYTES_MAX;

/// Bytes of a stretch; a row at its end may make it longer. Not more than a row may have: whatever ends within a stretch is no row that is
/// too long.
pub(crate) const STRETCH_BYTES: usize = ROW_BYTES_MAX;

#[derive(Debug, Default)]
pub(crate) struct Stretch {
    /// Rows as they are in the file; the last one of the file may be without its line end.
    pub(crate) bytes: Vec<u8>,
    /// Line of the first row in the file, from 1.
    pub(crate) line: u64,
    /// Its place in the (unpacked) file, from 0.
    pub(crate) offset: u64,
    /// A row behind the others that is longer than a row may be.
    pub(crate) too_long: Option<TooLong>,
}

/// The beginning of a row that is not read.
#[derive(Debug)]
pub(crate) struct TooLong {
    pub(crate) line: u64,
    pub(crate) head: Vec<u8>,
}
