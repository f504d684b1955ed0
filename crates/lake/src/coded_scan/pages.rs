//! The data pages of one column chunk, as far as levels and values are apart.

use std::io::Read;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use super::bits::{Bits, Ranked};
use super::hybrid::Hybrid;

/// The pages of a chunk whose bytes are in memory.
pub(super) struct Pages {
    reader: SerializedPageReader<Chunk>,
    is_nullable: bool,
    /// Read while looking for a dictionary.
    first: Option<Page>,
}

/// A data page: its levels, and the bytes of its values.
pub(super) struct DataPage {
    pub(super) rows: usize,
    /// Rows that have a value.
    pub(super) values_count: usize,
    pub(super) levels: Levels,
    pub(super) encoding: Encoding,
    pub(super) values: Bytes,
}

/// Which rows of a page have values: one bit a row. None where all have.
pub(super) struct Levels(Option<Hybrid>);

/// Which rows of a chunk have values; nothing is kept as long as all have.
#[derive(Default)]
pub(super) struct Validity(Option<Bits>);

impl Pages {
    /// The chunk's dictionary, with the number of its values, and its data pages.
    pub(super) fn open(bytes: Bytes, chunk: &ColumnChunkMetaData, rows: usize) -> Result<(Option<(Bytes, usize)>, Self)> {
        let (start, _) = chunk.byte_range();
        let mut reader = SerializedPageReader::new(Arc::new(Chunk { start, bytes }), chunk, rows, None)?;
        let (dictionary, first) = match reader.get_next_page()? {
            Some(Page::DictionaryPage { buf, num_values, .. }) => (Some((buf, num_values as usize)), None),
            other => (None, other),
        };
        let is_nullable = chunk.column_descr().max_def_level() > 0;
        Ok((dictionary, Self { reader, is_nullable, first }))
    }

    pub(super) fn next(&mut self) -> Result<DataPage> {
        loop {
            let page = self.first.take().map_or_else(|| self.reader.get_next_page(), |page| Ok(Some(page)))?;
            let page = page.ok_or_else(|| ParquetError::EOF("a column chunk has fewer rows than its row group".into()))?;
            let Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } = page
            else {
                return Err(ParquetError::NYI("pages of Parquet's version 1".into()));
            };
            if num_values == 0 {
                continue;
            }
            let start = rep_levels_byte_len as usize;
            let end = start + def_levels_byte_len as usize;
            if end > buf.len() {
                return Err(ParquetError::EOF("a page ends in the middle of its levels".into()));
            }
            let has_levels = self.is_nullable && num_nulls > 0;
            return Ok(DataPage {
                rows: num_values as usize,
                values_count: num_values.saturating_sub(num_nulls) as usize,
                levels: Levels(has_levels.then(|| Hybrid::new(buf.slice(start..end), 1)).transpose()?),
                encoding,
                values: buf.slice(end..),
            });
        }
    }
}

impl DataPage {
    /// Codes into the dictionary: a byte for their width, then the codes. A page without any value has neither.
    pub(super) fn codes(&self) -> Result<Hybrid> {
        let width = self.values.first().copied().unwrap_or(0);
        Hybrid::new(self.values.slice(self.values.len().min(1)..), width)
    }
}

impl Levels {
    pub(super) fn are_all_values(&self) -> bool {
        self.0.is_none()
    }
}

impl Validity {
    /// Notes the rows of the next page, before which there were `rows`. Its levels must tell as many values as it has.
    pub(super) fn append(&mut self, rows: usize, page: &DataPage) -> Result<()> {
        let Some(levels) = &page.levels.0 else {
            if let Some(bits) = &mut self.0 {
                bits.append_run(true, page.rows);
            }
            return Ok(());
        };
        let bits = self.0.get_or_insert_with(|| {
            let mut bits = Bits::default();
            bits.append_run(true, rows);
            bits
        });
        if levels.clone().append_bits(page.rows, bits)? != page.values_count {
            return Err(ParquetError::General("a page has another number of values than its levels tell".into()));
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Option<Ranked> {
        self.0.map(Bits::ranked)
    }
}

/// A column chunk's bytes, addressed by their place in the file.
struct Chunk {
    start: u64,
    bytes: Bytes,
}

impl Chunk {
    fn from(&self, start: u64) -> Result<Bytes> {
        let at = start.checked_sub(self.start).and_then(|at| usize::try_from(at).ok());
        let at = at.filter(|at| *at <= self.bytes.len());
        Ok(self.bytes.slice(at.ok_or_else(outside)?..))
    }
}

impl Length for Chunk {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Chunk {
    type T = Reader;

    fn get_read(&self, start: u64) -> Result<Reader> {
        Ok(Reader(self.from(start)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.from(start)?;
        if bytes.len() < length {
            return Err(outside());
        }
        Ok(bytes.slice(..length))
    }
}

fn outside() -> ParquetError {
    ParquetError::EOF("a page lies outside of its column chunk".into())
}

/// Reads a chunk's bytes from the front.
pub(super) struct Reader(Bytes);

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = buffer.len().min(self.0.len());
        self.0.split_to(length).copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}
