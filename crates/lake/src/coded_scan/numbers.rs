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

use super::bits::Ranked;
use super::pages::{Pages, Validity};

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
    pages: Vec<Page>,
    /// Which rows have a number; None for all.
    valid: Option<Ranked>,
    kind: DataType,
}

/// The numbers of one page, from number `first` of the chunk on.
struct Page {
    first: usize,
    numbers: Numbers,
}

enum Numbers {
    /// As they lie in the file.
    Plain(Bytes),
    Decoded(Vec<i64>),
}

impl NumberColumn {
    pub(super) fn open(bytes: Bytes, chunk: &ColumnChunkMetaData, rows: usize, kind: &DataType) -> Result<Self> {
        let (dictionary, mut reader) = Pages::open(bytes, chunk, rows)?;
        let dictionary = dictionary.map(|(bytes, _)| numbers(&bytes).collect::<Vec<_>>()).unwrap_or_default();
        let (mut pages, mut validity) = (Vec::new(), Validity::default());
        let (mut at, mut first, mut codes) = (0, 0, Vec::new());
        while at < rows {
            let page = reader.next()?;
            let numbers = if page.encoding == Encoding::PLAIN {
                Numbers::Plain(page.values.clone())
            } else {
                codes.clear();
                page.codes()?.read(page.values_count, &mut codes)?;
                let decoded = codes.iter().map(|code| dictionary.get(*code as usize).copied().ok_or_else(truncated));
                Numbers::Decoded(decoded.collect::<Result<Vec<_>>>()?)
            };
            if numbers.len() < page.values_count {
                return Err(truncated());
            }
            pages.push(Page { first, numbers });
            first += page.values_count;
            validity.append(at, &page)?;
            at += page.rows;
        }
        Ok(Self {
            pages,
            valid: validity.finish(),
            kind: kind.clone(),
        })
    }

    /// Whether two rows have the same number; only where all rows have one.
    pub(super) fn are_equal(&self, left: usize, right: usize) -> Option<bool> {
        self.valid.is_none().then(|| self.number(left) == self.number(right))
    }

    /// The rows of `ranges`.
    pub(super) fn take(&self, ranges: &[Range<usize>]) -> Result<ArrayRef> {
        if let Some(valid) = &self.valid {
            let (numbers, nulls) = valid.take(ranges, |at| self.number(at));
            return self.array(numbers, Some(nulls));
        }
        let mut out = Vec::with_capacity(ranges.iter().map(ExactSizeIterator::len).sum());
        for range in ranges {
            let mut from = range.start;
            while from < range.end {
                let at = self.page_of(from);
                let until = self.pages.get(at + 1).map_or(range.end, |next| next.first.min(range.end));
                let Page { first, numbers } = &self.pages[at];
                numbers.append(from - first..until - first, &mut out);
                from = until;
            }
        }
        self.array(out, None)
    }

    /// Number `at` of those that rows have.
    fn number(&self, at: usize) -> i64 {
        let Page { first, numbers } = &self.pages[self.page_of(at)];
        match numbers {
            Numbers::Plain(bytes) => number(&bytes.as_chunks::<BYTES>().0[at - first]),
            Numbers::Decoded(numbers) => numbers[at - first],
        }
    }

    fn page_of(&self, at: usize) -> usize {
        match self.pages.as_slice() {
            [_] => 0,
            pages => pages.partition_point(|page| page.first <= at).saturating_sub(1),
        }
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
}

impl Numbers {
    fn len(&self) -> usize {
        match self {
            Self::Plain(bytes) => bytes.len() / BYTES,
            Self::Decoded(numbers) => numbers.len(),
        }
    }

    fn append(&self, range: Range<usize>, out: &mut Vec<i64>) {
        match self {
            Self::Plain(bytes) => out.extend(bytes.as_chunks::<BYTES>().0[range].iter().map(number)),
            Self::Decoded(numbers) => out.extend_from_slice(&numbers[range]),
        }
    }
}

fn numbers(bytes: &[u8]) -> impl ExactSizeIterator<Item = i64> {
    bytes.as_chunks::<BYTES>().0.iter().map(number)
}

fn number(bytes: &[u8; BYTES]) -> i64 {
    i64::from_le_bytes(*bytes)
}

fn truncated() -> ParquetError {
    ParquetError::EOF("a page ends in the middle of its numbers".into())
}
