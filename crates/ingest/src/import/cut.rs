//! The reading half of an import: one thread cuts files into stretches of whole rows and deals them to the threads that parse, in turn.

use std::io::{Read, Result as IoResult};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::SyncSender;

use sha2::{Digest, Sha256};
use types::Text;

use super::shown;
use super::stop::Stop;
use crate::error::{Error, Result};
use crate::mapping::{FileFormat, Mapping, RowKey};
use crate::read::csv::{CsvLayout, CsvReader, Dialect};
use crate::read::ndjson::{NdjsonLayout, NdjsonReader};
use crate::read::stretch::Stretch;
use crate::read::{self, ReadError};

/// What a thread parses in one turn.
#[derive(Debug)]
pub(super) enum Piece {
    Stretch(Arc<OpenFile>, Stretch),
    /// There is no more.
    End,
}

/// What is known of a file before its rows.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) name: Text,
    /// Of its content, for row keys by line; else empty.
    pub(super) digest: String,
    pub(super) rows: Rows,
}

/// How its rows are written.
#[derive(Debug)]
pub(super) enum Rows {
    Csv(Arc<CsvLayout>),
    Ndjson(Arc<NdjsonLayout>),
}

/// Cuts files.
#[derive(Debug)]
pub(super) struct Cutter {
    mapping: Arc<Mapping>,
    read_bytes: Arc<AtomicU64>,
    parsers: Vec<SyncSender<Result<Piece>>>,
    /// Whose turn it is.
    turn: usize,
}

impl Cutter {
    pub(super) fn new(mapping: Arc<Mapping>, read_bytes: Arc<AtomicU64>, parsers: Vec<SyncSender<Result<Piece>>>) -> Self {
        Self {
            mapping,
            read_bytes,
            parsers,
            turn: 0,
        }
    }

    pub(super) fn run(&mut self, files: &[PathBuf]) {
        if let Err(Stop::Failed(error)) = self.cut_all(files) {
            // If nobody listens any more, nobody misses it.
            let _ = self.deal(Err(error));
        }
    }

    fn cut_all(&mut self, files: &[PathBuf]) -> Result<(), Stop> {
        files.iter().try_for_each(|file| self.cut(file))?;
        self.deal(Ok(Piece::End))
    }

    fn cut(&mut self, file: &Path) -> Result<(), Stop> {
        let fail = |source| Error::File { file: shown(file), source };
        let digest = if self.mapping.records.iter().any(|record| record.row_key == RowKey::Line) {
            digest(file).map_err(fail)?
        } else {
            String::new()
        };
        let open = |rows| {
            Arc::new(OpenFile {
                name: shown(file).into(),
                digest,
                rows,
            })
        };
        let input = read::open(file, Arc::clone(&self.read_bytes)).map_err(fail)?;
        let mapping = Arc::clone(&self.mapping);
        match mapping.format.unwrap_or_else(|| format_of(file)) {
            FileFormat::Csv => {
                let dialect = Dialect {
                    delimiter: mapping.delimiter,
                    quote: mapping.quote,
                };
                let mut reader = CsvReader::new(input, dialect, &mapping.columns).map_err(|error| match error {
                    ReadError::Io(source) => fail(source),
                    ReadError::Header(reason) => Error::Header { file: shown(file), reason },
                })?;
                let open = open(Rows::Csv(Arc::clone(reader.layout())));
                while let Some(stretch) = reader.cut().map_err(fail)? {
                    self.deal(Ok(Piece::Stretch(Arc::clone(&open), stretch)))?;
                }
            }
            FileFormat::Ndjson => {
                let layout = Arc::new(NdjsonLayout::new(&mapping.columns));
                let mut reader = NdjsonReader::new(input, &layout).map_err(fail)?;
                let open = open(Rows::Ndjson(layout));
                while let Some(stretch) = reader.cut().map_err(fail)? {
                    self.deal(Ok(Piece::Stretch(Arc::clone(&open), stretch)))?;
                }
            }
        }
        Ok(())
    }

    /// Gives a piece to the parser whose turn it is. Whoever takes the chunks goes round in the same order, so they keep the order of rows.
    fn deal(&mut self, piece: Result<Piece>) -> Result<(), Stop> {
        self.parsers[self.turn].send(piece).map_err(|_| Stop::Gone)?;
        self.turn = (self.turn + 1) % self.parsers.len();
        Ok(())
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
fn digest(file: &Path) -> IoResult<String> {
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
