//! One column chunk of ids or texts, read as codes into its dictionary.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, FixedSizeBinaryArray, StringArray, UInt32Array, new_null_array};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, UInt32Type};
use bytes::{Buf, Bytes};
use parquet::basic::Encoding;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;

use super::bits::Ranked;
use super::pages::{Pages, Validity};

/// Arrow's type for codes into values of `values`.
pub(crate) fn coded(values: DataType) -> DataType {
    DataType::Dictionary(Box::new(DataType::UInt32), Box::new(values))
}

/// Whether all of a chunk's values are codes.
pub(super) fn is_coded(chunk: &ColumnChunkMetaData) -> bool {
    chunk.dictionary_page_offset().is_some()
        && chunk
            .page_encoding_stats_mask()
            .is_some_and(|mask| mask.is_only(Encoding::RLE_DICTIONARY))
}

/// A column chunk whose values are all codes. They are unpacked all at once: that is quicker than to choose among packed ones.
pub(super) struct CodedColumn {
    values: ArrayRef,
    /// Of all rows that have one.
    codes: Vec<u32>,
    /// Which rows have one; None for all.
    valid: Option<Ranked>,
}

impl CodedColumn {
    /// `bytes` is the whole chunk, `values` the type of its values: `FixedSizeBinary(16)` or `Utf8`.
    pub(super) fn open(bytes: Bytes, chunk: &ColumnChunkMetaData, rows: usize, values: &DataType) -> Result<Self> {
        let (dictionary, mut pages) = Pages::open(bytes, chunk, rows)?;
        let Some((dictionary, count)) = dictionary else {
            return Err(ParquetError::General(format!("column {} has no dictionary", chunk.column_path())));
        };
        let (mut codes, mut validity, mut at) = (Vec::with_capacity(rows), Validity::default(), 0);
        while at < rows {
            let page = pages.next()?;
            page.codes()?.read(page.values_count, &mut codes)?;
            validity.append(at, &page)?;
            at += page.rows;
        }
        Ok(Self {
            values: values_of(dictionary, count, values)?,
            codes,
            valid: validity.finish(),
        })
    }

    pub(super) fn values(&self) -> &ArrayRef {
        &self.values
    }

    /// The code of every row; None where some have none.
    pub(super) fn codes(&self) -> Option<&[u32]> {
        self.valid.is_none().then_some(&self.codes)
    }

    /// The rows of `ranges` as a dictionary array; all arrays of a chunk share their values.
    pub(super) fn take(&self, ranges: &[Range<usize>]) -> Result<ArrayRef> {
        let (codes, nulls) = match &self.valid {
            Some(valid) => {
                let (codes, nulls) = valid.take(ranges, |at| self.codes[at]);
                (codes, Some(nulls))
            }
            None => {
                let mut codes = Vec::with_capacity(ranges.iter().map(ExactSizeIterator::len).sum());
                ranges.iter().for_each(|range| codes.extend_from_slice(&self.codes[range.clone()]));
                (codes, None)
            }
        };
        let rows = codes.len();
        if nulls.as_ref().is_some_and(|nulls| nulls.null_count() == rows) {
            return Ok(new_null_array(&coded(self.values.data_type().clone()), rows));
        }
        let keys = UInt32Array::try_new(ScalarBuffer::from(codes), nulls)?;
        Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, ArrayRef::clone(&self.values))?))
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
