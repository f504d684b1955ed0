//! A column chunk encoded by ourselves: dictionary codes and plain ids, which the general encoder hashes and copies one by one.

use std::ops::Range;

use arrow::buffer::NullBuffer;
use bytes::Bytes;
use parquet::basic::{BoundaryOrder, Compression, Encoding};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::file::metadata::{ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder};
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::hybrid::{width, write_codes, write_equal_levels, write_levels};
use crate::Result;

/// Rows of a page.
const PAGE_ROWS: usize = 16_384;
/// Longer bounds are left out of the statistics.
const BOUND_BYTES_MAX: usize = 64;
/// Bytes of an id.
const ID_BYTES: usize = 16;

/// The values of a chunk, without its nulls.
#[derive(Debug)]
pub(super) enum Values<'a> {
    /// Codes into a list of distinct texts, each of which some row has.
    Coded {
        codes: Vec<u32>,
        list: Vec<&'a str>,
    },
    /// The same of ids.
    CodedIds {
        codes: Vec<u32>,
        list: Vec<[u8; ID_BYTES]>,
    },
    /// The same of numbers of eight bytes; doubles by their bits.
    CodedNumbers {
        codes: Vec<u32>,
        list: Vec<i64>,
        is_float: bool,
    },
    /// Such numbers one after the other.
    Numbers {
        numbers: Vec<i64>,
        is_float: bool,
    },
    /// Ids one after the other.
    Ids(Vec<[u8; ID_BYTES]>),
    Nothing,
}

/// Which column of the file it is, and what the file says about its pages.
#[derive(Debug)]
pub(super) struct Description {
    pub(super) column: ColumnDescPtr,
    /// Whether the bounds of each page are told.
    pub(super) has_page_bounds: bool,
}

/// A chunk as it stands in the file, uncompressed, and what the footer says about it.
#[derive(Debug)]
pub(super) struct EncodedChunk {
    pub(super) bytes: Bytes,
    pub(super) close: ColumnCloseResult,
}

/// Encodes a chunk of `rows` rows. `nulls` says which of them have no value; None: all have one, or with [`Values::Nothing`] none.
pub(super) fn encode_chunk(description: &Description, rows: usize, nulls: Option<&NullBuffer>, values: &Values<'_>) -> Result<EncodedChunk> {
    let column = &description.column;
    let is_nullable = column.max_def_level() > 0;
    let mut sink = TrackedWrite::new(Vec::with_capacity(values.bytes(rows)));
    let mut pages = SerializedPageWriter::new(&mut sink);
    let mut sizes = Sizes::default();
    let mut dictionary_offset = None;
    if let Some((bytes, count)) = values.dictionary() {
        let length = bytes.len();
        let page = Page::DictionaryPage {
            buf: bytes.into(),
            num_values: u32::try_from(count).unwrap_or(u32::MAX),
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        let spec = pages.write_page(CompressedPage::new(page, length))?;
        dictionary_offset = Some(signed(spec.offset));
        sizes.add(spec.uncompressed_size, spec.bytes_written);
    }
    let (mut offsets, mut bounds) = (OffsetIndexBuilder::new(), ColumnIndexBuilder::new(column.physical_type()));
    let (mut first_offset, mut done, mut null_count) = (None, 0, 0);
    for from in (0..rows).step_by(PAGE_ROWS) {
        let count = PAGE_ROWS.min(rows - from);
        let page_nulls = match (nulls, values) {
            (_, Values::Nothing) => count,
            (Some(nulls), _) => nulls.slice(from, count).null_count(),
            (None, _) => 0,
        };
        let mut body = Vec::with_capacity(values.bytes(count) + count / 8);
        if is_nullable {
            match nulls {
                Some(nulls) if page_nulls > 0 && page_nulls < count => write_levels(nulls.slice(from, count).iter(), &mut body),
                Some(_) | None => write_equal_levels(count, page_nulls == 0, &mut body),
            }
        }
        let levels = body.len();
        let range = done..done + count - page_nulls;
        values.write(range.clone(), &mut body);
        let length = body.len();
        let page = Page::DataPageV2 {
            buf: body.into(),
            num_values: number(count),
            encoding: values.encoding(),
            num_nulls: number(page_nulls),
            num_rows: number(count),
            def_levels_byte_len: number(levels),
            rep_levels_byte_len: 0,
            is_compressed: false,
            statistics: None,
        };
        let spec = pages.write_page(CompressedPage::new(page, length))?;
        first_offset.get_or_insert(signed(spec.offset));
        sizes.add(spec.uncompressed_size, spec.bytes_written);
        offsets.append_row_count(signed(count as u64));
        offsets.append_offset_and_size(signed(spec.offset), i32::try_from(spec.compressed_size).unwrap_or(i32::MAX));
        if description.has_page_bounds {
            let (min, max) = values.page_bounds(range.clone()).unwrap_or_default();
            bounds.append(range.is_empty(), min, max, signed(page_nulls as u64));
        }
        done = range.end;
        null_count += page_nulls as u64;
    }
    bounds.set_boundary_order(BoundaryOrder::UNORDERED);
    let encodings = match dictionary_offset {
        Some(_) => vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY],
        None => vec![Encoding::PLAIN, Encoding::RLE],
    };
    let metadata = ColumnChunkMetaData::builder(ColumnDescPtr::clone(column))
        .set_compression(Compression::UNCOMPRESSED)
        .set_encodings(encodings)
        .set_num_values(signed(rows as u64))
        .set_total_compressed_size(signed(sizes.written))
        .set_total_uncompressed_size(signed(sizes.uncompressed))
        .set_data_page_offset(first_offset.unwrap_or(0))
        .set_dictionary_page_offset(dictionary_offset)
        .set_statistics(values.statistics(null_count))
        .build()?;
    let close = ColumnCloseResult {
        bytes_written: sizes.written,
        rows_written: rows as u64,
        metadata,
        bloom_filter: None,
        column_index: description.has_page_bounds.then(|| bounds.build()).transpose()?,
        offset_index: Some(offsets.build()),
    };
    let bytes = Bytes::from(sink.into_inner()?);
    Ok(EncodedChunk { bytes, close })
}

#[derive(Default)]
struct Sizes {
    uncompressed: u64,
    written: u64,
}

impl Sizes {
    fn add(&mut self, uncompressed: usize, written: u64) {
        self.uncompressed += uncompressed as u64;
        self.written += written;
    }
}

impl Values<'_> {
    /// The dictionary in plain encoding, and how many values it has.
    fn dictionary(&self) -> Option<(Vec<u8>, usize)> {
        match self {
            Self::Coded { list, .. } => {
                let mut bytes = Vec::new();
                for value in list {
                    bytes.extend_from_slice(&number(value.len()).to_le_bytes());
                    bytes.extend_from_slice(value.as_bytes());
                }
                Some((bytes, list.len()))
            }
            Self::CodedIds { list, .. } => Some((list.as_flattened().to_vec(), list.len())),
            Self::CodedNumbers { list, .. } => Some((list.iter().flat_map(|number| number.to_le_bytes()).collect(), list.len())),
            Self::Ids(_) | Self::Numbers { .. } | Self::Nothing => None,
        }
    }

    /// About so many bytes for so many rows.
    fn bytes(&self, rows: usize) -> usize {
        match self {
            Self::Coded { list, .. } => rows * width(list.len()) as usize / 8 + 64,
            Self::CodedIds { list, .. } => rows * width(list.len()) as usize / 8 + 64,
            Self::CodedNumbers { list, .. } => rows * width(list.len()) as usize / 8 + 64,
            Self::Numbers { .. } => rows * 9,
            Self::Ids(_) => rows * (ID_BYTES + 1),
            Self::Nothing => 0,
        }
    }

    fn encoding(&self) -> Encoding {
        match self {
            Self::Coded { .. } | Self::CodedIds { .. } | Self::CodedNumbers { .. } => Encoding::RLE_DICTIONARY,
            Self::Ids(_) | Self::Numbers { .. } | Self::Nothing => Encoding::PLAIN,
        }
    }

    /// Appends some of the values.
    fn write(&self, range: Range<usize>, out: &mut Vec<u8>) {
        let (codes, count) = match self {
            Self::Coded { codes, list } => (codes, list.len()),
            Self::CodedIds { codes, list } => (codes, list.len()),
            Self::CodedNumbers { codes, list, .. } => (codes, list.len()),
            Self::Ids(ids) => return out.extend_from_slice(ids[range].as_flattened()),
            Self::Numbers { numbers, .. } => return numbers[range].iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes())),
            Self::Nothing => return,
        };
        let width = width(count);
        out.push(u8::try_from(width).unwrap_or(32));
        write_codes(&codes[range], width, out);
    }

    fn statistics(&self, null_count: u64) -> Statistics {
        let nulls = Some(null_count);
        let id = |id: &[u8; ID_BYTES]| FixedLenByteArray::from(id.to_vec());
        match self {
            Self::Coded { list, .. } => {
                let bound = |text: Option<&&str>| text.filter(|text| text.len() <= BOUND_BYTES_MAX).map(|text| ByteArray::from(*text));
                let (min, max) = match (bound(list.iter().min()), bound(list.iter().max())) {
                    (Some(min), Some(max)) => (Some(min), Some(max)),
                    _ => (None, None),
                };
                Statistics::byte_array(min, max, None, nulls, false)
            }
            Self::CodedIds { list, .. } => Statistics::fixed_len_byte_array(list.iter().min().map(id), list.iter().max().map(id), None, nulls, false),
            Self::CodedNumbers { list, is_float, .. } => number_statistics(list, *is_float, nulls),
            Self::Numbers { numbers, is_float } => number_statistics(numbers, *is_float, nulls),
            Self::Ids(_) => Statistics::fixed_len_byte_array(None, None, None, nulls, false),
            // Without bounds, the type of statistics says nothing.
            Self::Nothing => Statistics::byte_array(None, None, None, nulls, false),
        }
    }

    /// The least and the greatest of some ids; None where there are none, or of other values.
    fn page_bounds(&self, range: Range<usize>) -> Option<(Vec<u8>, Vec<u8>)> {
        match self {
            Self::CodedIds { codes, list } => {
                // A customer's rows are together.
                let runs = || codes[range.clone()].chunk_by(|left, right| left == right);
                let ids = || runs().map(|run| &list[run[0] as usize]);
                Some((ids().min()?.to_vec(), ids().max()?.to_vec()))
            }
            Self::Coded { codes, list } => {
                let texts = || codes[range.clone()].iter().map(|code| list[*code as usize].as_bytes());
                Some((texts().min()?.to_vec(), texts().max()?.to_vec()))
            }
            Self::Ids(ids) => Some((ids[range.clone()].iter().min()?.to_vec(), ids[range].iter().max()?.to_vec())),
            Self::CodedNumbers { .. } | Self::Numbers { .. } | Self::Nothing => None,
        }
    }
}

fn number_statistics(numbers: &[i64], is_float: bool, nulls: Option<u64>) -> Statistics {
    if !is_float {
        return Statistics::int64(numbers.iter().min().copied(), numbers.iter().max().copied(), None, nulls, false);
    }
    let floats = || numbers.iter().map(|bits| f64::from_ne_bytes(bits.to_ne_bytes()));
    // As the format asks: the least zero is negative, the greatest is not.
    let least = floats().reduce(f64::min).map(|least| if least == 0.0 { -0.0 } else { least });
    let greatest = floats().reduce(f64::max).map(|greatest| if greatest == 0.0 { 0.0 } else { greatest });
    Statistics::double(least, greatest, None, nulls, false)
}

fn number(number: usize) -> u32 {
    u32::try_from(number).expect("a page is smaller than four gigabytes")
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).expect("a chunk is smaller than eight exabytes")
}

#[cfg(test)]
mod tests;
