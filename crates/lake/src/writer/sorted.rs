//! The order of buffered rows.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::row::{RowConverter, Rows, SortField};
use object_store::path::Path;

use crate::Result;

/// Rows from which on they are first spread over buckets.
const BUCKETED_ROWS_MIN: usize = 4_096;
/// Bits of a bucket's number.
const BUCKET_BITS: u32 = 16;

/// A row with the first bytes of its key that tell rows apart: most comparisons need no more, and stay in the cache.
#[derive(Clone, Copy, Default)]
struct Entry {
    prefix: u64,
    batch: u32,
    row: u32,
}

/// The order of the rows of `batches` by the columns `sort` (ascending, nulls first), as (batch, row). Stable,
/// and quick where the input already is in order or made of ordered stretches.
pub(crate) fn order(batches: &[RecordBatch], sort: &[usize]) -> Result<Vec<(usize, usize)>> {
    let mut places = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for (at, batch) in batches.iter().enumerate() {
        places.extend((0..batch.num_rows()).map(|row| (at, row)));
    }
    let (Some(first), false) = (batches.first(), sort.is_empty() || places.is_empty()) else {
        return Ok(places);
    };
    let schema = first.schema();
    let converter = RowConverter::new(sort.iter().map(|at| SortField::new(schema.field(*at).data_type().clone())).collect())?;
    let mut keys: Vec<Rows> = Vec::with_capacity(batches.len());
    for batch in batches {
        let columns: Vec<ArrayRef> = sort.iter().map(|at| ArrayRef::clone(batch.column(*at))).collect();
        keys.push(converter.convert_columns(&columns)?);
    }
    sort_places(&mut places, |(batch, row)| keys[batch].row(row).data());
    Ok(places)
}

/// As [`order`] where the rows of each batch are in order already, and batches follow each other in some order: that of their first rows.
/// None where they overlap.
pub(crate) fn order_of_batches(batches: &[RecordBatch], sort: &[usize]) -> Result<Option<Vec<(usize, usize)>>> {
    let ends = |batch: &RecordBatch| batch.num_rows().checked_sub(1).map(|last| [batch.slice(0, 1), batch.slice(last, 1)]);
    let Some(first) = batches.first() else { return Ok(Some(Vec::new())) };
    let schema = first.schema();
    let converter = RowConverter::new(sort.iter().map(|at| SortField::new(schema.field(*at).data_type().clone())).collect())?;
    let mut spans = Vec::with_capacity(batches.len());
    for (at, batch) in batches.iter().enumerate() {
        let Some([first, last]) = ends(batch) else { continue };
        let key = |row: &RecordBatch| -> Result<Vec<u8>> {
            let columns: Vec<ArrayRef> = sort.iter().map(|at| ArrayRef::clone(row.column(*at))).collect();
            Ok(converter.convert_columns(&columns)?.row(0).data().to_vec())
        };
        spans.push((key(&first)?, key(&last)?, at));
    }
    spans.sort();
    if spans.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        return Ok(None);
    }
    let rows = |(_, _, at): &(Vec<u8>, Vec<u8>, usize)| {
        let at = *at;
        (0..batches[at].num_rows()).map(move |row| (at, row))
    };
    Ok(Some(spans.iter().flat_map(rows).collect()))
}

/// Sorts places by their keys, stably.
fn sort_places<'a>(places: &mut [(usize, usize)], key: impl Fn((usize, usize)) -> &'a [u8]) {
    let Some(first) = places.first().map(|place| key(*place)) else { return };
    let shared = places.iter().fold(first.len(), |shared, place| {
        let key = key(*place);
        first[..shared].iter().zip(key).take_while(|(left, right)| left == right).count()
    });
    let number = |number: usize| u32::try_from(number).expect("a buffer has fewer rows than four thousand million");
    let entry = |place: &(usize, usize)| Entry {
        prefix: prefix(&key(*place)[shared..]),
        batch: number(place.0),
        row: number(place.1),
    };
    let place = |entry: &Entry| (entry.batch as usize, entry.row as usize);
    let (mut entries, ends) = in_buckets(places.iter().map(entry).collect());
    let by_key = |left: &Entry, right: &Entry| left.prefix.cmp(&right.prefix).then_with(|| key(place(left)).cmp(key(place(right))));
    let mut start = 0;
    for end in ends {
        entries[start..end].sort_by(by_key);
        start = end;
    }
    for (into, entry) in places.iter_mut().zip(&entries) {
        *into = place(entry);
    }
}

/// Spreads entries over buckets by their prefix, stably, where the ids of many customers are: what is left to sort is a few rows at a time.
/// Gives the entries and where each bucket ends; one bucket where few rows, or rows that are in order already, gain nothing.
fn in_buckets(entries: Vec<Entry>) -> (Vec<Entry>, Vec<usize>) {
    if entries.len() < BUCKETED_ROWS_MIN || entries.is_sorted_by_key(|entry| entry.prefix) {
        let end = entries.len();
        return (entries, vec![end]);
    }
    let (min, max) = entries
        .iter()
        .fold((u64::MAX, 0), |(min, max), entry| (entry.prefix.min(min), entry.prefix.max(max)));
    let shift = (u64::BITS - (max - min).leading_zeros()).saturating_sub(BUCKET_BITS);
    let bucket = |entry: &Entry| usize::try_from((entry.prefix - min) >> shift).unwrap_or(usize::MAX);
    let mut ends = vec![0_usize; 1 << BUCKET_BITS];
    entries.iter().for_each(|entry| ends[bucket(entry)] += 1);
    let mut start = 0;
    for end in &mut ends {
        (*end, start) = (start, start + *end);
    }
    let mut spread = vec![Entry::default(); entries.len()];
    for entry in entries {
        let place = &mut ends[bucket(&entry)];
        spread[*place] = entry;
        *place += 1;
    }
    (spread, ends)
}

/// The first eight bytes as a number of the same order; what is missing counts as zero, so equal numbers decide nothing.
pub(crate) fn prefix(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(eight) => u64::from_be_bytes(*eight),
        None => {
            let mut eight = [0; 8];
            eight[..bytes.len()].copy_from_slice(bytes);
            u64::from_be_bytes(eight)
        }
    }
}

/// A fresh file name in `folder`, beginning with the process that writes it so that others leave it alone while the process lives.
pub(crate) fn fresh_path(folder: &str, process: &str, extension: &str) -> Path {
    Path::from(format!("{folder}/{process}-{}.{extension}", uuid::Uuid::now_v7().simple()))
}

#[cfg(test)]
mod tests;
