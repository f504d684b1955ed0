//! The threads that read and parse, seen from the task that writes.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::sync_channel;

use tokio::sync::mpsc::{Receiver, channel};

use super::cut::Cutter;
use super::parse::{Chunk, Maker, Parser};
use super::shown;
use crate::error::{Error, Result};
use crate::mapping::Mapping;
use crate::row::{RowMaker, Setting};

/// Threads that parse; more would wait for the one that reads, and for the lake.
const PARSERS_MAX: usize = 4;

/// How many threads are to parse.
pub(super) fn parsers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(PARSERS_MAX)
}

/// The chunks of all files, in the order of their rows. Dropped, the threads end by themselves.
#[derive(Debug)]
pub(super) struct Chunks {
    parsers: Vec<Receiver<Result<Chunk>>>,
    /// Whose turn it is.
    turn: usize,
}

impl Chunks {
    /// Begins to read and parse `files`, with a parser for each of `makers`. Bytes read from disk are added to `read_bytes`.
    pub(super) fn of(setting: Setting, mapping: Mapping, makers: Vec<Maker>, files: Vec<PathBuf>, read_bytes: Arc<AtomicU64>) -> Result<Self> {
        let (setting, mapping) = (Arc::new(setting), Arc::new(mapping));
        let first = files.first().map(|file| shown(file)).unwrap_or_default();
        let start = |name: &str, work: Box<dyn FnOnce() + Send>| {
            let started = std::thread::Builder::new().name(name.to_owned()).spawn(work);
            started.map(|_| ()).map_err(|source| Error::File { file: first.clone(), source })
        };
        let (mut pieces, mut parsers) = (Vec::new(), Vec::new());
        for maker in makers {
            // One stretch waits while one is parsed, and one chunk waits to be written: nobody stands still, and memory stays bounded.
            let (stretches, taken) = sync_channel(1);
            let (sender, chunks) = channel(1);
            let mut parser = Parser::new(RowMaker::new(Arc::clone(&setting), Arc::clone(&mapping)), maker, sender);
            start("import-parse", Box::new(move || parser.run(&taken)))?;
            pieces.push(stretches);
            parsers.push(chunks);
        }
        let mut cutter = Cutter::new(mapping, read_bytes, pieces);
        start("import-read", Box::new(move || cutter.run(&files)))?;
        Ok(Self { parsers, turn: 0 })
    }

    /// The next chunk; the last one says so.
    pub(super) async fn next(&mut self) -> Result<Chunk> {
        let chunk = self.parsers[self.turn].recv().await.ok_or(Error::Stopped)??;
        if chunk.ends_turn {
            self.turn = (self.turn + 1) % self.parsers.len();
        }
        Ok(chunk)
    }
}
