//! Values of one column taken out of many batches in a given order.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanBuilder, FixedSizeBinaryArray};
use arrow::buffer::NullBuffer;
use arrow::compute::interleave;
use arrow::datatypes::DataType;

use crate::Result;

/// Bytes of an id.
const ID_BYTES: usize = 16;

/// The values of `arrays` at `places`, each (array, row). Flags have a loop of their own: the general way copies them one call each.
pub(super) fn gather(arrays: &[&dyn Array], places: &[(usize, usize)]) -> Result<ArrayRef> {
    match arrays.first().map(|array| array.data_type()) {
        Some(DataType::Boolean) => Ok(flags(arrays, places)),
        _ => Ok(interleave(arrays, places)?),
    }
}

/// The ids of `arrays` at `places` that are not null, and which are; None if none is.
pub(super) fn gather_ids(arrays: &[&dyn Array], places: &[(usize, usize)], mut take: impl FnMut([u8; ID_BYTES])) -> Option<NullBuffer> {
    let arrays: Vec<&FixedSizeBinaryArray> = arrays.iter().map(|array| array.as_fixed_size_binary()).collect();
    let values: Vec<&[[u8; ID_BYTES]]> = arrays.iter().map(|array| array.value_data().as_chunks().0).collect();
    if arrays.iter().all(|array| array.null_count() == 0) {
        places.iter().for_each(|(array, row)| take(values[*array][*row]));
        return None;
    }
    let is_valid = |(array, row): &(usize, usize)| {
        let is_valid = arrays[*array].is_valid(*row);
        if is_valid {
            take(values[*array][*row]);
        }
        is_valid
    };
    Some(places.iter().map(is_valid).collect())
}

fn flags(arrays: &[&dyn Array], places: &[(usize, usize)]) -> ArrayRef {
    let arrays: Vec<_> = arrays.iter().map(|array| array.as_boolean()).collect();
    let mut taken = BooleanBuilder::with_capacity(places.len());
    for (array, row) in places {
        let array = arrays[*array];
        taken.append_option(array.is_valid(*row).then(|| array.value(*row)));
    }
    Arc::new(taken.finish())
}

#[cfg(test)]
mod tests;
