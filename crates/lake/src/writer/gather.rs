//! Values of one column taken out of many batches in a given order.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanBuilder, FixedSizeBinaryArray};
use arrow::buffer::{Buffer, NullBuffer};
use arrow::compute::interleave;
use arrow::datatypes::DataType;

use crate::Result;

/// Bytes of an id.
const ID_BYTES: usize = 16;

/// The values of `arrays` at `places`, each (array, row). Ids and flags have loops of their own: the general way copies them one call each.
pub(super) fn gather(arrays: &[&dyn Array], places: &[(usize, usize)]) -> Result<ArrayRef> {
    match arrays.first().map(|array| array.data_type()) {
        Some(DataType::FixedSizeBinary(16)) => ids(arrays, places),
        Some(DataType::Boolean) => Ok(flags(arrays, places)),
        _ => Ok(interleave(arrays, places)?),
    }
}

fn ids(arrays: &[&dyn Array], places: &[(usize, usize)]) -> Result<ArrayRef> {
    let arrays: Vec<&FixedSizeBinaryArray> = arrays.iter().map(|array| array.as_fixed_size_binary()).collect();
    let values: Vec<&[[u8; ID_BYTES]]> = arrays.iter().map(|array| array.value_data().as_chunks().0).collect();
    let taken: Vec<[u8; ID_BYTES]> = places.iter().map(|(array, row)| values[*array][*row]).collect();
    let nulls = arrays.iter().any(|array| array.null_count() > 0).then(|| {
        let is_valid = places.iter().map(|(array, row)| arrays[*array].is_valid(*row));
        NullBuffer::from_iter(is_valid)
    });
    let bytes = Buffer::from(taken.as_flattened());
    Ok(Arc::new(FixedSizeBinaryArray::try_new(16, bytes, nulls)?))
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
