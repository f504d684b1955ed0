//! A sorted run of 16-byte row keys in a file.
//!
//! Layout: 8 bytes magic, 8 bytes count (little-endian), the keys in ascending order, then the leading 8 bytes of every 256th key. A reader
//! keeps only those fences (3 MB for 100 M keys) and reads a block of 4 KiB for a key that it looks for.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::writer::durable;
use crate::{Error, Result};

/// A row key: the row's id as a number, so that numbers and bytes have the same order.
pub(crate) type Key = u128;

const MAGIC: &[u8; 8] = b"TRIBKEY1";
const HEADER_BYTES: u64 = 16;
const KEY_BYTES: usize = 16;
const BLOCK_KEYS: usize = 256;
/// Blocks read at once when keys are looked for in most blocks anyway.
const SPAN_BLOCKS: usize = 32;

/// An open run.
#[derive(Debug)]
pub(crate) struct Run {
    file: File,
    path: PathBuf,
    count: u64,
    fences: Vec<u64>,
}

impl Run {
    /// Writes `keys`, which ascend, to the new file `path`. Not yet durable: see [`Run::sync`].
    pub(crate) fn write(path: &Path, keys: impl Iterator<Item = Result<Key>>) -> Result<Self> {
        if let Some(folder) = path.parent() {
            durable::create_folders(folder)?;
        }
        let failed = || Error::io(path, "written");
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(Error::io(path, "created"))?;
        let mut out = BufWriter::with_capacity(1 << 18, file);
        out.write_all(MAGIC).and_then(|()| out.write_all(&[0; 8])).map_err(failed())?;
        let (mut count, mut fences) = (0_u64, Vec::new());
        let mut block = Vec::with_capacity(BLOCK_KEYS * KEY_BYTES);
        for key in keys {
            let bytes = key?.to_be_bytes();
            if block.is_empty() {
                fences.push(prefix(&bytes));
            }
            block.extend_from_slice(&bytes);
            count += 1;
            if block.len() == BLOCK_KEYS * KEY_BYTES {
                out.write_all(&block).map_err(failed())?;
                block.clear();
            }
        }
        out.write_all(&block).map_err(failed())?;
        for fence in &fences {
            out.write_all(&fence.to_be_bytes()).map_err(failed())?;
        }
        let file = out.into_inner().map_err(|error| Error::io(path, "written")(error.into_error()))?;
        file.write_all_at(&count.to_le_bytes(), 8).map_err(failed())?;
        Ok(Self {
            file,
            path: path.to_owned(),
            count,
            fences,
        })
    }

    /// Makes the file survive a power loss.
    pub(crate) fn sync(&self) -> Result<()> {
        self.file.sync_all().map_err(Error::io(&self.path, "synced to the disk"))?;
        self.path.parent().map_or(Ok(()), durable::sync_folder)
    }

    pub(crate) fn open(path: &Path) -> Result<Self> {
        let damaged = |reason: &str| Error::Keys {
            path: path.display().to_string(),
            reason: reason.to_owned(),
        };
        let file = File::open(path).map_err(Error::io(path, "opened"))?;
        let mut header = [0_u8; HEADER_BYTES as usize];
        file.read_exact_at(&mut header, 0).map_err(Error::io(path, "read"))?;
        let (magic, count) = header.split_at(8);
        if magic != MAGIC {
            return Err(damaged("it does not begin like a file of row keys"));
        }
        let count = u64::from_le_bytes(count.try_into().expect("eight bytes"));
        let blocks = count.div_ceil(BLOCK_KEYS as u64);
        let expected = HEADER_BYTES + count * KEY_BYTES as u64 + blocks * 8;
        if file.metadata().map_err(Error::io(path, "measured"))?.len() != expected {
            return Err(damaged("its length does not fit its number of keys"));
        }
        let mut bytes = vec![0_u8; usize::try_from(blocks * 8).map_err(|_| damaged("it is too large"))?];
        file.read_exact_at(&mut bytes, HEADER_BYTES + count * KEY_BYTES as u64)
            .map_err(Error::io(path, "read"))?;
        let fences = bytes.chunks_exact(8).map(prefix).collect();
        Ok(Self {
            file,
            path: path.to_owned(),
            count,
            fences,
        })
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Calls `hit` with the position of every key of `keys` (ascending) that the run holds. Reads only the blocks that can hold one.
    pub(crate) fn find(&self, keys: &[Key], hit: impl FnMut(usize)) -> Result<()> {
        if keys.len() * 4 >= self.fences.len() {
            self.find_many(keys, hit)
        } else {
            self.find_few(keys, hit)
        }
    }

    /// Keys that lie in most blocks: both sides are gone through once, side by side.
    fn find_many(&self, keys: &[Key], mut hit: impl FnMut(usize)) -> Result<()> {
        let mut window = Window::default();
        let mut at = 0;
        for block in (0..self.fences.len()).step_by(SPAN_BLOCKS) {
            let Some(key) = keys.get(at) else { return Ok(()) };
            let next = self.fences.get(block + SPAN_BLOCKS);
            if next.is_some_and(|next| *next < prefix(&key.to_be_bytes())) {
                continue;
            }
            window.load(self, block, SPAN_BLOCKS)?;
            let mut held = window.keys.iter().copied().peekable();
            while let Some(key) = keys.get(at) {
                while held.next_if(|held| held < key).is_some() {}
                match held.peek() {
                    Some(held) if held == key => hit(at),
                    Some(_) => {}
                    None => break,
                }
                at += 1;
            }
        }
        Ok(())
    }

    /// Few keys: each is looked for in the block that can hold it.
    fn find_few(&self, keys: &[Key], mut hit: impl FnMut(usize)) -> Result<()> {
        let mut window = Window::default();
        for (at, key) in keys.iter().enumerate() {
            let first = prefix(&key.to_be_bytes());
            // Blocks that begin with the same prefix, and the one before them, can hold the key.
            let last = self.fences.partition_point(|fence| *fence <= first);
            let start = self.fences[..last].partition_point(|fence| *fence < first).saturating_sub(1);
            for block in start..last {
                if !window.holds(block) {
                    window.load(self, block, 1)?;
                }
                if window.block(block).binary_search(key).is_ok() {
                    hit(at);
                    break;
                }
            }
        }
        Ok(())
    }

    /// All keys in ascending order.
    pub(crate) fn keys(&self) -> Result<impl Iterator<Item = Result<Key>> + use<>> {
        let mut file = File::open(&self.path).map_err(Error::io(&self.path, "opened"))?;
        let mut header = [0_u8; HEADER_BYTES as usize];
        file.read_exact(&mut header).map_err(Error::io(&self.path, "read"))?;
        let mut reader = BufReader::with_capacity(1 << 18, file);
        let path = self.path.clone();
        Ok((0..self.count).map(move |_| {
            let mut bytes = [0_u8; KEY_BYTES];
            reader.read_exact(&mut bytes).map_err(Error::io(&path, "read"))?;
            Ok(Key::from_be_bytes(bytes))
        }))
    }
}

/// The keys of some consecutive blocks.
#[derive(Debug, Default)]
struct Window {
    first: usize,
    keys: Vec<Key>,
}

impl Window {
    fn holds(&self, block: usize) -> bool {
        block >= self.first && (block - self.first) * BLOCK_KEYS < self.keys.len()
    }

    fn block(&self, block: usize) -> &[Key] {
        let from = (block - self.first) * BLOCK_KEYS;
        &self.keys[from..(from + BLOCK_KEYS).min(self.keys.len())]
    }

    fn load(&mut self, run: &Run, block: usize, span: usize) -> Result<()> {
        let from = block * BLOCK_KEYS;
        let left = usize::try_from(run.count).unwrap_or(usize::MAX) - from;
        let mut bytes = vec![0_u8; (span * BLOCK_KEYS).min(left) * KEY_BYTES];
        let offset = HEADER_BYTES + (from * KEY_BYTES) as u64;
        run.file.read_exact_at(&mut bytes, offset).map_err(Error::io(&run.path, "read"))?;
        self.first = block;
        self.keys.clear();
        self.keys.extend(
            bytes
                .chunks_exact(KEY_BYTES)
                .map(|bytes| Key::from_be_bytes(bytes.try_into().expect("sixteen bytes"))),
        );
        Ok(())
    }
}

/// The keys of several runs in ascending order, each once.
pub(crate) fn merge(runs: &[std::sync::Arc<Run>]) -> Result<impl Iterator<Item = Result<Key>>> {
    let mut inputs = Vec::new();
    for run in runs {
        inputs.push(run.keys()?.peekable());
    }
    let mut previous = None;
    Ok(std::iter::from_fn(move || {
        loop {
            let mut least: Option<(Key, usize)> = None;
            for (at, input) in inputs.iter_mut().enumerate() {
                match input.peek() {
                    Some(Ok(key)) if least.is_none_or(|(smallest, _)| *key < smallest) => least = Some((*key, at)),
                    Some(Err(_)) => return input.next(),
                    Some(Ok(_)) | None => {}
                }
            }
            let (key, at) = least?;
            inputs[at].next();
            if previous != Some(key) {
                previous = Some(key);
                return Some(Ok(key));
            }
        }
    }))
}

fn prefix(bytes: &[u8]) -> u64 {
    u64::from_be_bytes(bytes[..8].try_into().expect("at least eight bytes"))
}

/// Removes a run's file; one that is gone already is fine.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests;
