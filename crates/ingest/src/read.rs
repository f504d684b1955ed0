//! Reading a file row by row in bounded memory. A row is a slice of cells in the order of the mapping's columns; a row that cannot be read
//! is told with its place, and reading goes on behind it.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use crate::refusal::Refusal;

pub(crate) mod csv;
mod json;
pub(crate) mod lines;
pub(crate) mod ndjson;
pub(crate) mod stretch;

/// Longest row that is read, in bytes.
pub(crate) const ROW_BYTES_MAX: usize = 1024 * 1024;
/// Most columns of a file.
pub(crate) const COLUMNS_MAX: usize = 2_000;

/// The cells of one row.
pub(crate) trait Cells {
    /// The trimmed text of a column of the mapping; None when it is empty.
    fn cell(&self, column: usize) -> Option<&str>;

    /// Appends the columns that the mapping does not read as a JSON object; nothing if there are none.
    fn write_rest(&self, out: &mut String);
}

/// A row that could not be split into cells.
#[derive(Debug)]
pub(crate) enum NoCells {}

impl Cells for NoCells {
    fn cell(&self, _: usize) -> Option<&str> {
        match *self {}
    }

    fn write_rest(&self, _: &mut String) {
        match *self {}
    }
}

/// A row of the file: its cells, or why it cannot be read.
#[derive(Debug)]
pub(crate) enum Row<'a, C> {
    Cells { line: u64, cells: C, raw: &'a [u8] },
    Refused { line: u64, refusal: Refusal, raw: &'a [u8] },
}

/// Why a file as a whole cannot be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    Io(io::Error),
    /// The header does not fit the mapping.
    Header(String),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Opens a file, unpacking it if its name ends in `.gz`. Bytes read from disk are counted for the progress line.
pub(crate) fn open(path: &Path, read_bytes: Arc<AtomicU64>) -> io::Result<Box<dyn Read + Send>> {
    let counted = Counted {
        inner: File::open(path)?,
        read_bytes,
    };
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz")) {
        Ok(Box::new(MultiGzDecoder::new(BufReader::with_capacity(256 * 1024, counted))))
    } else {
        Ok(Box::new(counted))
    }
}

struct Counted {
    inner: File,
    read_bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read_bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
