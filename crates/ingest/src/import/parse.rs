//! The parsing half of an import: a thread of its own that turns files into chunks of columns.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use jiff::civil::Date;
use lake::{RowBuilder, RowColumns};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use types::{RecordKind, RowId, Text, UnifiedRow};

use super::shown;
use crate::error::{Error, Result};
use crate::mapping::{FileFormat, Mapping, RowKey};
use crate::read::csv::{CsvReader, Dialect};
use crate::read::ndjson::NdjsonReader;
use crate::read::{self, Cells, ReadError, Row};
use crate::refusal::{RefusedRow, clip};
use crate::row::{Place, RowMaker, Setting};

/// Rows handed over at once: some four megabytes of columns.
pub(super) const CHUNK_ROWS: usize = 16 * 1024;
/// Rows that become columns at once. A row is about a kilobyte; so few of them stay in the cache, and so do the texts that they share.
const BLOCK_ROWS: usize = 256;
/// Bytes of refused rows handed over at once.
const CHUNK_REFUSED_BYTES: usize = 8 * 1024 * 1024;

/// Days of spend by account and level.
pub(super) type SpendDays = BTreeMap<(Option<String>, Option<String>), BTreeSet<Date>>;

/// Rows and refused rows of a stretch of a file.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) file: Text,
    pub(super) made: Option<Made>,
    pub(super) refused: Vec<RefusedRow>,
    pub(super) rows_read: u64,
    pub(super) skipped: u64,
    /// Records made, by kind.
    pub(super) records: BTreeMap<&'static str, u64>,
    /// What the spend records of the chunk restate.
    pub(super) spend: SpendDays,
    /// An empty chunk after all others: without it, a parser that panicked would look like the end of the files.
    pub(super) is_last: bool,
}

/// What becomes of the records.
#[derive(Debug)]
pub(super) enum Made {
    /// They go into the lake.
    Columns(RowColumns),
    /// They are counted only.
    Ids(Vec<RowId>),
}

/// How the records are handed over.
#[derive(Debug)]
pub(super) enum Maker {
    Columns(RowBuilder),
    Ids(Vec<RowId>),
}

impl Maker {
    fn push(&mut self, rows: &[UnifiedRow]) -> Result<()> {
        match self {
            Self::Columns(builder) => builder.push(rows)?,
            Self::Ids(ids) => ids.extend(rows.iter().map(|row| row.id)),
        }
        Ok(())
    }

    fn count(&self) -> usize {
        match self {
            Self::Columns(builder) => builder.rows(),
            Self::Ids(ids) => ids.len(),
        }
    }

    fn finish(&mut self) -> Result<Made> {
        Ok(match self {
            Self::Columns(builder) => Made::Columns(builder.finish()?),
            Self::Ids(ids) => Made::Ids(std::mem::take(ids)),
        })
    }
}

#[derive(Debug)]
pub(super) struct Parser {
    mapping: Arc<Mapping>,
    rows: RowMaker,
    maker: Maker,
    /// Rows that are not columns yet.
    block: Vec<UnifiedRow>,
    read_bytes: Arc<AtomicU64>,
    chunks: mpsc::Sender<Result<Chunk>>,
    chunk: Chunk,
    refused_bytes: usize,
}

/// Why parsing ends early.
enum Stop {
    /// The writing side has gone: there is nobody to parse for.
    Gone,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Parser {
    pub(super) fn new(setting: Setting, mapping: Mapping, maker: Maker, read_bytes: Arc<AtomicU64>, chunks: mpsc::Sender<Result<Chunk>>) -> Self {
        let mapping = Arc::new(mapping);
        let rows = RowMaker::new(Arc::new(setting), Arc::clone(&mapping));
        Self {
            mapping,
            rows,
            maker,
            block: Vec::with_capacity(BLOCK_ROWS),
            read_bytes,
            chunks,
            chunk: Chunk::default(),
            refused_bytes: 0,
        }
    }

    pub(super) fn run(&mut self, files: &[PathBuf]) {
        if let Err(Stop::Failed(error)) = self.parse_all(files) {
            // If nobody listens any more, nobody misses it.
            let _ = self.chunks.blocking_send(Err(error));
        }
    }

    fn parse_all(&mut self, files: &[PathBuf]) -> Result<(), Stop> {
        for file in files {
            self.chunk.file = shown(file).into();
            self.parse(file)?;
            self.send()?;
        }
        self.chunk.is_last = true;
        self.send()
    }

    fn parse(&mut self, file: &Path) -> Result<(), Stop> {
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
                    self.take(row, &digest)?;
                }
            }
            FileFormat::Ndjson => {
                let mut reader = NdjsonReader::new(input, &mapping.columns).map_err(refuse)?;
                while let Some(row) = reader.next().map_err(fail)? {
                    self.take(row, &digest)?;
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, row: Row<'_, impl Cells>, file_digest: &str) -> Result<(), Stop> {
        self.chunk.rows_read += 1;
        let refused = match row {
            Row::Cells { line, cells, raw } => match self.rows.make(&cells, Place { file_digest, line }, &mut self.block) {
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
        if self.block.len() >= BLOCK_ROWS {
            self.take_block()?;
        }
        if self.maker.count() >= CHUNK_ROWS || self.refused_bytes >= CHUNK_REFUSED_BYTES {
            self.send()
        } else {
            Ok(())
        }
    }

    /// Counts the rows of the block and makes columns of them.
    fn take_block(&mut self) -> Result<()> {
        for row in &self.block {
            *self.chunk.records.entry(row.record_kind.as_str()).or_default() += 1;
            if let (RecordKind::Spend, Some(date)) = (row.record_kind, row.civil_date) {
                let scope = (row.account_id.as_deref().map(str::to_owned), row.level.as_deref().map(str::to_owned));
                self.chunk.spend.entry(scope).or_default().insert(date);
            }
        }
        self.maker.push(&self.block)?;
        self.block.clear();
        Ok(())
    }

    fn send(&mut self) -> Result<(), Stop> {
        self.take_block()?;
        self.chunk.made = Some(self.maker.finish()?);
        let next = Chunk {
            file: Arc::clone(&self.chunk.file),
            ..Chunk::default()
        };
        self.refused_bytes = 0;
        self.chunks
            .blocking_send(Ok(std::mem::replace(&mut self.chunk, next)))
            .map_err(|_| Stop::Gone)
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
