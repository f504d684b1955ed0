//! The parsing half of an import: threads that turn stretches of files into chunks of columns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use jiff::civil::Date;
use lake::{RowBuilder, RowColumns};
use tokio::sync::mpsc::Sender;
use types::{RecordKind, RowId, Text, UnifiedRow};

use super::cut::{OpenFile, Piece, Rows};
use super::stop::Stop;
use crate::error::{Error, Result};
use crate::read::csv::{self, CsvReader};
use crate::read::ndjson::{self, NdjsonReader};
use crate::read::stretch::Stretch;
use crate::read::{Cells, NoCells, Row};
use crate::refusal::{Refusal, RefusedRow, clip};
use crate::row::{Place, RowMaker};

/// Rows handed over at once: some four megabytes of columns.
pub(super) const CHUNK_ROWS: usize = 16 * 1024;
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
    /// What follows comes from the thread whose turn is next.
    pub(super) ends_turn: bool,
    /// An empty chunk after all others: without it, a parser that panicked would look like the end of the files.
    pub(super) is_last: bool,
}

impl Chunk {
    /// Counts the records of a row.
    fn count(&mut self, records: &[UnifiedRow<&str>]) {
        if records.is_empty() {
            self.skipped += 1;
        }
        for row in records {
            *self.records.entry(row.record_kind.as_str()).or_default() += 1;
            if let (RecordKind::Spend, Some(date)) = (row.record_kind, row.civil_date) {
                let scope = (row.account_id.map(str::to_owned), row.level.map(str::to_owned));
                self.spend.entry(scope).or_default().insert(date);
            }
        }
    }
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
    Columns(Box<RowBuilder>),
    Ids(Vec<RowId>),
}

impl Maker {
    fn push(&mut self, rows: &[UnifiedRow<&str>]) -> Result<()> {
        match self {
            Self::Columns(builder) => builder.push_borrowed(rows)?,
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

/// Parses the stretches that are its turn.
#[derive(Debug)]
pub(super) struct Parser {
    rows: RowMaker,
    maker: Maker,
    chunks: Sender<Result<Chunk>>,
    chunk: Chunk,
    refused_bytes: usize,
}

impl Parser {
    pub(super) fn new(rows: RowMaker, maker: Maker, chunks: Sender<Result<Chunk>>) -> Self {
        Self {
            rows,
            maker,
            chunks,
            chunk: Chunk::default(),
            refused_bytes: 0,
        }
    }

    /// Parses what comes until there is no more, or nobody listens.
    pub(super) fn run(&mut self, pieces: &Receiver<Result<Piece>>) {
        while let Ok(piece) = pieces.recv() {
            match piece.map_err(Stop::from).and_then(|piece| self.parse(piece)) {
                Ok(()) => {}
                Err(Stop::Gone) => return,
                Err(Stop::Failed(error)) => {
                    // If nobody listens any more, nobody misses it.
                    let _ = self.chunks.blocking_send(Err(error));
                    return;
                }
            }
        }
    }

    fn parse(&mut self, piece: Piece) -> Result<(), Stop> {
        match piece {
            Piece::Stretch(file, stretch) => {
                self.chunk.file = Arc::clone(&file.name);
                self.parse_stretch(&file, stretch)?;
            }
            Piece::End => self.chunk.is_last = true,
        }
        self.chunk.ends_turn = true;
        self.send()
    }

    fn parse_stretch(&mut self, file: &OpenFile, mut stretch: Stretch) -> Result<(), Stop> {
        let fail = |source| Error::File {
            file: file.name.to_string(),
            source,
        };
        let too_long = stretch.too_long.take();
        let refusal = match &file.rows {
            Rows::Csv(layout) => {
                let mut reader = CsvReader::over(stretch, layout);
                while let Some(row) = reader.next().map_err(fail)? {
                    self.take(row, file)?;
                }
                csv::too_long
            }
            Rows::Ndjson(layout) => {
                let mut reader = NdjsonReader::over(stretch, layout);
                while let Some(row) = reader.next().map_err(fail)? {
                    self.take(row, file)?;
                }
                ndjson::too_long
            }
        };
        if let Some(row) = too_long {
            self.chunk.rows_read += 1;
            self.refuse_unread(row.line, refusal(), &row.head);
        }
        Ok(())
    }

    fn take(&mut self, row: Row<'_, impl Cells>, file: &OpenFile) -> Result<(), Stop> {
        self.chunk.rows_read += 1;
        match row {
            Row::Cells { line, cells, raw } => {
                let place = Place {
                    file_digest: &file.digest,
                    line,
                };
                match self.rows.make(&cells, place) {
                    Ok(made) => {
                        self.chunk.count(&made);
                        self.maker.push(&made)?;
                    }
                    Err(refusal) => {
                        let raw = self.rows.without_secrets(Some(&cells), raw);
                        self.refuse(line, refusal, raw.as_deref());
                    }
                }
            }
            Row::Refused { line, refusal, raw } => self.refuse_unread(line, refusal, raw),
        }
        if self.maker.count() >= CHUNK_ROWS || self.refused_bytes >= CHUNK_REFUSED_BYTES {
            self.send()
        } else {
            Ok(())
        }
    }

    /// A row of which no cell is known.
    fn refuse_unread(&mut self, line: u64, refusal: Refusal, raw: &[u8]) {
        let raw = self.rows.without_secrets(None::<&NoCells>, raw);
        self.refuse(line, refusal, raw.as_deref());
    }

    fn refuse(&mut self, line: u64, refusal: Refusal, raw: Option<&[u8]>) {
        let raw = raw.map_or_else(|| "(left out: it may hold an e-mail address or a telephone number)".to_owned(), clip);
        self.refused_bytes += raw.len() + 256;
        self.chunk.refused.push(RefusedRow {
            file: Some(Arc::clone(&self.chunk.file)),
            line,
            refusal,
            raw,
        });
    }

    fn send(&mut self) -> Result<(), Stop> {
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
