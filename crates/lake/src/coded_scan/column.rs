//! One column chunk of ids or texts, read as codes into its dictionary.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, FixedSizeBinaryArray, StringArray, UInt32Array, new_null_array};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, UInt32Type};
use bytes::{Buf, Bytes};
use parquet::basic::Encoding;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;

use super::hybrid::Hybrid;
use super::pages::{Levels, Pages, Validity};

/// Arrow's type for codes into values of `values`.
pub(super) fn coded(values: DataType) -> DataType {
    DataType::Dictionary(Box::new(DataType::UInt32), Box::new(values))
}

/// Whether all of a chunk's values are codes.
pub(super) fn is_coded(chunk: &ColumnChunkMetaData) -> bool {
    chunk.dictionary_page_offset().is_some()
        && chunk
            .page_encoding_stats_mask()
            .is_some_and(|mask| mask.is_only(Encoding::RLE_DICTIONARY))
}

/// A column chunk whose values are all codes.
pub(super) struct CodedColumn {
    pages: Pages,
    values: ArrayRef,
    page: Option<Page>,
    /// Rows read or gone over so far.
    at: usize,
}

/// What is left of a data page.
struct Page {
    rows: usize,
    levels: Levels,
    codes: Hybrid,
}

impl CodedColumn {
    /// `bytes` is the whole chunk, `values` the type of its values: `FixedSizeBinary(16)` or `Utf8`.
    pub(super) fn open(bytes: Bytes, chunk: &ColumnChunkMetaData, rows: usize, values: &DataType) -> Result<Self> {
        let (dictionary, pages) = Pages::open(bytes, chunk, rows)?;
        let Some((dictionary, count)) = dictionary else {
            return Err(ParquetError::General(format!("column {} has no dictionary", chunk.column_path())));
        };
        Ok(Self {
            pages,
            values: values_of(dictionary, count, values)?,
            page: None,
            at: 0,
        })
    }

    pub(super) fn values(&self) -> &ArrayRef {
        &self.values
    }

    /// The codes of all rows from the first one on; 0 for null.
    pub(super) fn all(&mut self, rows: usize) -> Result<(Vec<u32>, Option<NullBuffer>)> {
        let (mut codes, mut validity) = (Vec::with_capacity(rows), Validity::default());
        self.read(rows, &mut codes, &mut validity)?;
        Ok((codes, validity.finish()))
    }

    /// The rows of `ranges`, which lie behind those read so far.
    pub(super) fn take(&mut self, ranges: &[Range<usize>]) -> Result<ArrayRef> {
        let rows = ranges.iter().map(ExactSizeIterator::len).sum();
        let (mut codes, mut validity) = (Vec::with_capacity(rows), Validity::default());
        for range in ranges {
            self.skip(range.start - self.at)?;
            self.read(range.len(), &mut codes, &mut validity)?;
        }
        self.array(codes, validity.finish())
    }

    /// Codes as a dictionary array; all arrays of a chunk share their values.
    pub(super) fn array(&self, codes: Vec<u32>, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        if nulls.as_ref().is_some_and(|nulls| nulls.null_count() == codes.len()) {
            return Ok(new_null_array(&coded(self.values.data_type().clone()), codes.len()));
        }
        let keys = UInt32Array::try_new(ScalarBuffer::from(codes), nulls)?;
        Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, ArrayRef::clone(&self.values))?))
    }

    fn read(&mut self, mut rows: usize, codes: &mut Vec<u32>, validity: &mut Validity) -> Result<()> {
        self.at += rows;
        while rows > 0 {
            let page = self.page()?;
            let (is_value, count) = page.levels.next(page.rows.min(rows))?;
            validity.append(codes.len(), count, is_value);
            if is_value {
                page.codes.read(count, codes)?;
            } else {
                codes.resize(codes.len() + count, 0);
            }
            page.rows -= count;
            rows -= count;
        }
        Ok(())
    }

    fn skip(&mut self, mut rows: usize) -> Result<()> {
        self.at += rows;
        while rows > 0 {
            let page = self.page()?;
            let count = page.rows.min(rows);
            let values = page.levels.skip(count)?;
            page.codes.skip(values)?;
            page.rows -= count;
            rows -= count;
        }
        Ok(())
    }

    /// The page with the next row.
    fn page(&mut self) -> Result<&mut Page> {
        if self.page.as_ref().is_none_or(|page| page.rows == 0) {
            let page = self.pages.next()?;
            self.page = Some(Page {
                codes: page.codes()?,
                rows: page.rows,
                levels: page.levels,
            });
        }
        Ok(self.page.as_mut().expect("there is a page"))
    }
}

fn values_of(bytes: Bytes, count: usize, kind: &DataType) -> Result<ArrayRef> {
    match kind {
        DataType::FixedSizeBinary(width) => {
            if bytes.len() != count * *width as usize {
                return Err(ParquetError::EOF("a dictionary of ids has another length than its ids".into()));
            }
            Ok(Arc::new(FixedSizeBinaryArray::try_new(*width, Buffer::from(bytes), None)?))
        }
        DataType::Utf8 => texts(bytes, count),
        other => Err(ParquetError::General(format!("values of type {other} are not read as codes"))),
    }
}

/// Plain texts: four bytes of length, then the text.
fn texts(mut bytes: Bytes, count: usize) -> Result<ArrayRef> {
    let cut_off = || ParquetError::EOF("a dictionary ends in the middle of a text".into());
    let mut text = Vec::with_capacity(bytes.len().saturating_sub(4 * count));
    let mut lengths = Vec::with_capacity(count);
    for _ in 0..count {
        let length = bytes.try_get_u32_le().map_err(|_| cut_off())? as usize;
        if bytes.len() < length {
            return Err(cut_off());
        }
        text.extend_from_slice(&bytes.split_to(length));
        lengths.push(length);
    }
    Ok(Arc::new(StringArray::try_new(OffsetBuffer::from_lengths(lengths), text.into(), None)?))
}
