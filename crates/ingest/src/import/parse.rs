//! The parsing half of an import: a thread of its own that turns files into chunks of rows.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use types::{Text, UnifiedRow};

use super::shown;
use crate::error::{Error, Result};
use crate::mapping::{FileFormat, Mapping, RowKey};
use crate::read::csv::{CsvReader, Dialect};
use crate::read::ndjson::NdjsonReader;
use crate::read::{self, Cells, ReadError, Row};
use crate::refusal::{RefusedRow, clip};
use crate::row::{Place, RowMaker, Setting};

/// Rows handed over at once: a row is about a kilobyte, so a chunk is about 16 MB.
const CHUNK_ROWS: usize = 16 * 1024;
/// Bytes of refused rows handed over at once.
const CHUNK_REFUSED_BYTES: usize = 8 * 1024 * 1024;

/// Rows and refused rows of a stretch of a file.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) file: Text,
    pub(super) rows: Vec<UnifiedRow>,
    pub(super) refused: Vec<RefusedRow>,
    pub(super) rows_read: u64,
    pub(super) skipped: u64,
    /// An empty chunk after all others: without it, a parser that panicked would look like the end of the files.
    pub(super) is_last: bool,
}

#[derive(Debug)]
pub(super) struct Parser {
    mapping: Arc<Mapping>,
    maker: RowMaker,
    read_bytes: Arc<AtomicU64>,
    chunks: mpsc::Sender<Result<Chunk>>,
    chunk: Chunk,
    refused_bytes: usize,
}

/// The writing side has gone: there is nobody to parse for.
struct Gone;

impl Parser {
    pub(super) fn new(setting: Setting, mapping: Mapping, read_bytes: Arc<AtomicU64>, chunks: mpsc::Sender<Result<Chunk>>) -> Self {
        let mapping = Arc::new(mapping);
        let maker = RowMaker::new(Arc::new(setting), Arc::clone(&mapping));
        Self {
            mapping,
            maker,
            read_bytes,
            chunks,
            chunk: Chunk::default(),
            refused_bytes: 0,
        }
    }

    pub(super) fn run(&mut self, files: &[PathBuf]) {
        for file in files {
            self.chunk.file = shown(file).into();
            match self.parse(file) {
                Ok(Ok(())) => {}
                Ok(Err(Gone)) => return,
                Err(error) => {
                    // If nobody listens any more, nobody misses it.
                    let _ = self.chunks.blocking_send(Err(error));
                    return;
                }
            }
            if self.send().is_err() {
                return;
            }
        }
        self.chunk.is_last = true;
        let _ = self.send();
    }

    fn parse(&mut self, file: &Path) -> Result<Result<(), Gone>> {
        let fail = |source| Error::File { file: shown(file), source };
        let digest = if self.mapping.records.iter().any(|record| record.row_key == RowKey::Line) {
            digest(file).map_err(fail)?
        } else {
            String::new()
        };
        let input = read::open(file, Arc::clone(&self.read_bytes)).map_err(fail)?;
        let refuse = |error| match error {
            ReadError::Io(source) => fail(source),
            ReadError::Header(reason) => Error::Header { file: shown(file), reason },
        };
        let mapping = Arc::clone(&self.mapping);
        match mapping.format.unwrap_or_else(|| format_of(file)) {
            FileFormat::Csv => {
                let dialect = Dialect {
                    delimiter: mapping.delimiter,
                    quote: mapping.quote,
                };
                let mut reader = CsvReader::new(input, dialect, &mapping.columns).map_err(refuse)?;
                while let Some(row) = reader.next().map_err(fail)? {
                    if self.take(row, &digest).is_err() {
                        return Ok(Err(Gone));
                    }
                }
            }
            FileFormat::Ndjson => {
                let mut reader = NdjsonReader::new(input, &mapping.columns).map_err(refuse)?;
                while let Some(row) = reader.next().map_err(fail)? {
                    if self.take(row, &digest).is_err() {
                        return Ok(Err(Gone));
                    }
                }
            }
        }
        Ok(Ok(()))
    }

    fn take(&mut self, row: Row<'_, impl Cells>, file_digest: &str) -> Result<(), Gone> {
        self.chunk.rows_read += 1;
        let refused = match row {
            Row::Cells { line, cells, raw } => match self.maker.make(&cells, Place { file_digest, line }, &mut self.chunk.rows) {
                Ok(0) => {
                    self.chunk.skipped += 1;
                    None
                }
                Ok(_) => None,
                Err(refusal) => Some((line, refusal, raw)),
            },
            Row::Refused { line, refusal, raw } => Some((line, refusal, raw)),
        };
        if let Some((line, refusal, raw)) = refused {
            let raw = clip(raw);
            self.refused_bytes += raw.len() + 256;
            self.chunk.refused.push(RefusedRow {
                file: Some(Arc::clone(&self.chunk.file)),
                line,
                refusal,
                raw,
            });
        }
        if self.chunk.rows.len() >= CHUNK_ROWS || self.refused_bytes >= CHUNK_REFUSED_BYTES {
            self.send()
        } else {
            Ok(())
        }
    }

    fn send(&mut self) -> Result<(), Gone> {
        let next = Chunk {
            file: Arc::clone(&self.chunk.file),
            rows: Vec::with_capacity(CHUNK_ROWS),
            ..Chunk::default()
        };
        self.refused_bytes = 0;
        self.chunks.blocking_send(Ok(std::mem::replace(&mut self.chunk, next))).map_err(|_| Gone)
    }
}

/// By the name, without `.gz`: NDJSON for `.ndjson`, `.jsonl` and `.json`, else CSV.
fn format_of(file: &Path) -> FileFormat {
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    if [".ndjson", ".jsonl", ".json"].iter().any(|ending| name.ends_with(ending)) {
        FileFormat::Ndjson
    } else {
        FileFormat::Csv
    }
}

/// The first half of the SHA-256 of the file's bytes, in hex.
fn digest(file: &Path) -> std::io::Result<String> {
    let mut input = std::fs::File::open(file)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match input.read(&mut buffer)? {
            0 => break,
            count => hash.update(&buffer[..count]),
        }
    }
    Ok(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}
