//! Memory for the bytes of column chunks, used again and again: fresh memory would have to be cleared by the system each time.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Buffers kept for the next one who asks; each is as large as what was read into it.
const KEPT_MAX: usize = 16;

/// The buffers of one scan.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffers(Arc<Mutex<Vec<Vec<u8>>>>);

impl Buffers {
    /// Reads `ranges` of a local file. Blocking.
    pub(crate) fn read(&self, path: &Path, ranges: &[Range<u64>]) -> io::Result<Vec<Bytes>> {
        let file = File::open(path)?;
        let length = |range: &Range<u64>| usize::try_from(range.end - range.start).map_err(io::Error::other);
        let total = ranges.iter().map(length).sum::<io::Result<usize>>()?;
        let mut buffer = self.take(total);
        let mut at = 0;
        for range in ranges {
            let end = at + length(range)?;
            file.read_exact_at(&mut buffer.bytes[at..end], range.start)?;
            at = end;
        }
        let mut rest = Bytes::from_owner(buffer).slice(..total);
        ranges.iter().map(|range| Ok(rest.split_to(length(range)?))).collect()
    }

    /// A buffer of at least `length` bytes, with whatever is in it.
    fn take(&self, length: usize) -> Buffer {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        if bytes.len() < length {
            // A little more than needed: row groups differ by little.
            bytes = vec![0; length + length / 8];
        }
        Buffer { bytes, home: self.clone() }
    }
}

/// Goes home when nobody points into it any more.
struct Buffer {
    bytes: Vec<u8>,
    home: Buffers,
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut kept = self.home.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT_MAX {
            kept.push(std::mem::take(&mut self.bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_only_when_nobody_points_into_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "abcdefghij").unwrap();
        let buffers = Buffers::default();
        let try_read = |ranges: &[(u64, u64)]| {
            let ranges = ranges.iter().map(|(start, end)| *start..*end).collect::<Vec<_>>();
            buffers.read(&path, &ranges)
        };
        let read = |ranges: &[(u64, u64)]| try_read(ranges).unwrap();
        let first = read(&[(0, 3), (8, 10)]);
        assert_eq!(first, ["abc", "ij"]);
        let second = read(&[(2, 7)]);
        assert_eq!((first, second), (vec![Bytes::from("abc"), Bytes::from("ij")], vec![Bytes::from("cdefg")]));
        assert_eq!(read(&[(4, 6)]), ["ef"]);
        assert_eq!(buffers.0.lock().unwrap().len(), 2);
        assert!(try_read(&[(5, 11)]).is_err());
    }
}
