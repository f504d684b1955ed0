//! One column chunk of 64-bit numbers: instants, amounts, counts.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Int64Array, TimestampMicrosecondArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, TimeUnit};
use bytes::Bytes;
use parquet::basic::{Encoding, Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;

use super::hybrid::Hybrid;
use super::pages::{Levels, Pages, Validity};

const BYTES: usize = size_of::<i64>();

/// Whether the chunk's values are plain numbers or codes into a dictionary of them, and `kind` is made of such numbers.
pub(super) fn is_numbers(chunk: &ColumnChunkMetaData, kind: &DataType) -> bool {
    let is_kind = matches!(
        kind,
        DataType::Int64 | DataType::Decimal128(..) | DataType::Timestamp(TimeUnit::Microsecond, _)
    );
    let is_known = |mask: &parquet::basic::EncodingMask| {
        mask.encodings()
            .all(|encoding| matches!(encoding, Encoding::PLAIN | Encoding::RLE_DICTIONARY))
    };
    is_kind && chunk.column_type() == Type::INT64 && chunk.page_encoding_stats_mask().is_some_and(is_known)
}

/// A column chunk of numbers.
pub(super) struct NumberColumn {
    pages: Pages,
    dictionary: Vec<i64>,
    page: Option<Page>,
    kind: DataType,
    at: usize,
    /// Kept between calls for its memory.
    codes: Vec<u32>,
}

/// What is left of a data page.
struct Page {
    rows: usize,
    levels: Levels,
    values: Values,
}

enum Values {
    Plain { bytes: Bytes, at: usize },
    Coded(Hybrid),
}

impl NumberColumn {
    pub(super) fn open(bytes: Bytes, chunk: &ColumnChunkMetaData, rows: usize, kind: &DataType) -> Result<Self> {
        let (dictionary, pages) = Pages::open(bytes, chunk, rows)?;
        let dictionary = dictionary.map(|(bytes, _)| numbers(&bytes).collect()).unwrap_or_default();
        Ok(Self {
            pages,
            dictionary,
            page: None,
            kind: kind.clone(),
            at: 0,
            codes: Vec::new(),
        })
    }

    /// The rows of `ranges`, which lie behind those read so far.
    pub(super) fn take(&mut self, ranges: &[Range<usize>]) -> Result<ArrayRef> {
        let rows = ranges.iter().map(ExactSizeIterator::len).sum();
        let (mut numbers, mut validity) = (Vec::with_capacity(rows), Validity::default());
        for range in ranges {
            self.skip(range.start - self.at)?;
            self.read(range.len(), &mut numbers, &mut validity)?;
        }
        self.array(numbers, validity.finish())
    }

    fn array(&self, numbers: Vec<i64>, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        Ok(match &self.kind {
            DataType::Timestamp(_, zone) => {
                let instants = TimestampMicrosecondArray::try_new(ScalarBuffer::from(numbers), nulls)?;
                Arc::new(instants.with_timezone_opt(zone.clone()))
            }
            DataType::Decimal128(precision, scale) => {
                let decimals = numbers.into_iter().map(i128::from).collect::<Vec<_>>();
                let decimals = Decimal128Array::try_new(ScalarBuffer::from(decimals), nulls)?;
                Arc::new(decimals.with_precision_and_scale(*precision, *scale)?)
            }
            _ => Arc::new(Int64Array::try_new(ScalarBuffer::from(numbers), nulls)?),
        })
    }

    fn read(&mut self, mut rows: usize, out: &mut Vec<i64>, validity: &mut Validity) -> Result<()> {
        self.at += rows;
        while rows > 0 {
            Self::turn(&mut self.page, &mut self.pages)?;
            let page = self.page.as_mut().expect("there is a page");
            let (is_value, count) = page.levels.next(page.rows.min(rows))?;
            validity.append(out.len(), count, is_value);
            match &mut page.values {
                _ if !is_value => out.resize(out.len() + count, 0),
                Values::Plain { bytes, at } => {
                    let end = *at + count * BYTES;
                    out.extend(numbers(bytes.get(*at..end).ok_or_else(truncated)?));
                    *at = end;
                }
                Values::Coded(codes) => {
                    self.codes.clear();
                    codes.read(count, &mut self.codes)?;
                    for code in &self.codes {
                        out.push(*self.dictionary.get(*code as usize).ok_or_else(truncated)?);
                    }
                }
            }
            page.rows -= count;
            rows -= count;
        }
        Ok(())
    }

    fn skip(&mut self, mut rows: usize) -> Result<()> {
        self.at += rows;
        while rows > 0 {
            Self::turn(&mut self.page, &mut self.pages)?;
            let page = self.page.as_mut().expect("there is a page");
            let count = page.rows.min(rows);
            let values = page.levels.skip(count)?;
            match &mut page.values {
                Values::Plain { at, .. } => *at += values * BYTES,
                Values::Coded(codes) => codes.skip(values)?,
            }
            page.rows -= count;
            rows -= count;
        }
        Ok(())
    }

    /// Turns to the page with the next row.
    fn turn(current: &mut Option<Page>, pages: &mut Pages) -> Result<()> {
        if current.as_ref().is_none_or(|page| page.rows == 0) {
            let page = pages.next()?;
            let values = match page.encoding {
                Encoding::PLAIN => Values::Plain {
                    bytes: page.values.clone(),
                    at: 0,
                },
                _ => Values::Coded(page.codes()?),
            };
            *current = Some(Page {
                rows: page.rows,
                levels: page.levels,
                values,
            });
        }
        Ok(())
    }
}

fn numbers(bytes: &[u8]) -> impl ExactSizeIterator<Item = i64> {
    bytes.as_chunks::<BYTES>().0.iter().map(|bytes| i64::from_le_bytes(*bytes))
}

fn truncated() -> ParquetError {
    ParquetError::EOF("a page ends in the middle of its numbers".into())
}
