//! A column that comes as keys into values, batch by batch, as codes into one list.
//!
//! Rows of derived tables repeat what stands in few other rows: they come as keys into those. Values are looked at once, however many rows
//! have them.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, DictionaryArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Int32Type};

use super::chunk::Values;
use super::ids::IdCodes;
use super::numbers::{NumberCodes, Numbers};
use crate::stats::StatsBuilder;

/// No row has had the value yet.
const UNUSED: u32 = u32::MAX;
/// The value is null.
const NULL: u32 = u32::MAX - 1;

/// The rows of `arrays` at `places`, each (array, row), and which of them are null.
pub(super) fn gather<'a>(arrays: &[&'a dyn Array], places: &[(usize, usize)], stats: &mut StatsBuilder) -> Option<(Option<NullBuffer>, Values<'a>)> {
    let parts: Vec<&'a DictionaryArray<Int32Type>> = arrays.iter().map(|array| array.as_dictionary_opt()).collect::<Option<_>>()?;
    let kind = parts.first()?.values().data_type();
    let (nulls, values) = match kind {
        DataType::Utf8 => {
            let texts = parts.iter().map(|part| part.values().as_string::<i32>()).collect::<Vec<_>>();
            let (mut list, mut lookup) = (Vec::new(), HashMap::new());
            let code = |part: usize, key: usize| {
                let text = texts[part].value(key);
                *lookup.entry(text).or_insert_with(|| {
                    list.push(text);
                    u32::try_from(list.len() - 1).expect("a row group has fewer rows than four thousand million")
                })
            };
            let (codes, nulls) = codes(&parts, places, code);
            stats.add_texts(&list);
            (nulls, Values::Coded { codes, list })
        }
        DataType::FixedSizeBinary(16) => {
            let ids = parts.iter().map(|part| part.values().as_fixed_size_binary());
            let ids = ids.map(|ids| ids.value_data().as_chunks::<16>().0).collect::<Vec<_>>();
            let mut lookup = IdCodes::default();
            let code = |part: usize, key: usize| lookup.code(ids[part][key]);
            let (codes, nulls) = codes(&parts, places, code);
            stats.add_ids(&lookup.list);
            (nulls, Values::CodedIds { codes, list: lookup.list })
        }
        kind if super::numbers::is_number(kind) => {
            let numbers = parts.iter().map(|part| Numbers::of(part.values().as_ref())).collect::<Vec<_>>();
            let mut lookup = NumberCodes::new();
            let code = |part: usize, key: usize| lookup.code(numbers[part].bits(key));
            let (codes, nulls) = codes(&parts, places, code);
            let is_float = *kind == DataType::Float64;
            stats.add_numbers(&lookup.list);
            (
                nulls,
                Values::CodedNumbers {
                    codes,
                    list: lookup.list,
                    is_float,
                },
            )
        }
        _ => return None,
    };
    stats.add_nulls(nulls.as_ref().map_or(0, NullBuffer::null_count));
    Some((nulls, values))
}

/// The code of every row that has a value; `code` gives that of a value, and is asked once for each.
fn codes(
    parts: &[&DictionaryArray<Int32Type>],
    places: &[(usize, usize)],
    mut code: impl FnMut(usize, usize) -> u32,
) -> (Vec<u32>, Option<NullBuffer>) {
    let mut known: Vec<Vec<u32>> = parts.iter().map(|part| vec![UNUSED; part.values().len()]).collect();
    let mut codes = Vec::with_capacity(places.len());
    let mut valid: Option<Vec<bool>> = None;
    for (done, (part, row)) in places.iter().enumerate() {
        let keys = parts[*part].keys();
        let key = if keys.is_null(*row) {
            None
        } else {
            usize::try_from(keys.value(*row)).ok()
        };
        let found = key.map_or(NULL, |key| {
            let known = &mut known[*part][key];
            if *known == UNUSED {
                *known = if parts[*part].values().is_null(key) { NULL } else { code(*part, key) };
            }
            *known
        });
        if found == NULL {
            valid.get_or_insert_with(|| vec![true; done]).push(false);
        } else {
            codes.push(found);
            if let Some(valid) = &mut valid {
                valid.push(true);
            }
        }
    }
    (codes, valid.map(NullBuffer::from))
}
