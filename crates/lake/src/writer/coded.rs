//! A column of codes of many batches, as codes into one list.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, Int32Array};
use arrow::buffer::NullBuffer;
use arrow::compute::{concat, filter};
use arrow::datatypes::Int32Type;

use crate::Result;

/// The lists of all batches one after the other. A text may be in it many times: the encoder tells texts apart, not we.
pub(super) struct Coded<'a> {
    arrays: Vec<&'a DictionaryArray<Int32Type>>,
    /// Where the list of each array begins.
    starts: Vec<i32>,
    texts: ArrayRef,
    /// Which texts were taken.
    is_used: Vec<bool>,
    pub(super) nulls: usize,
}

impl<'a> Coded<'a> {
    pub(super) fn new(arrays: &[&'a dyn Array]) -> Result<Self> {
        let arrays: Vec<&DictionaryArray<Int32Type>> = arrays.iter().map(|array| array.as_dictionary()).collect();
        let lists: Vec<&dyn Array> = arrays.iter().map(|array| array.values().as_ref()).collect();
        let texts = concat(&lists)?;
        let mut starts = Vec::with_capacity(lists.len());
        let mut start = 0_i32;
        for list in lists {
            starts.push(start);
            start += i32::try_from(list.len()).expect("a buffer has fewer rows than two thousand million");
        }
        Ok(Self {
            arrays,
            starts,
            is_used: vec![false; texts.len()],
            texts,
            nulls: 0,
        })
    }

    /// The values at `places`, each (array, row).
    pub(super) fn gather(&mut self, places: &[(usize, usize)]) -> Result<ArrayRef> {
        let keys: Vec<&[i32]> = self.arrays.iter().map(|array| array.keys().values().as_ref()).collect();
        let has_nulls = self.arrays.iter().any(|array| array.null_count() > 0);
        let validity: Option<Vec<bool>> = has_nulls.then(|| places.iter().map(|(array, row)| self.arrays[*array].is_valid(*row)).collect());
        let codes: Vec<i32> = places.iter().map(|(array, row)| self.starts[*array] + keys[*array][*row]).collect();
        for (at, code) in codes.iter().enumerate() {
            if validity.as_ref().is_none_or(|valid| valid[at])
                && let Some(used) = usize::try_from(*code).ok().and_then(|code| self.is_used.get_mut(code))
            {
                *used = true;
            }
        }
        let nulls = validity.map(NullBuffer::from);
        self.nulls += nulls.as_ref().map_or(0, NullBuffer::null_count);
        let codes = Int32Array::try_new(codes.into(), nulls)?;
        Ok(Arc::new(DictionaryArray::try_new(codes, Arc::clone(&self.texts))?))
    }

    /// The texts that were taken, some perhaps many times.
    pub(super) fn used(&self) -> Result<ArrayRef> {
        Ok(filter(&self.texts, &BooleanArray::from(self.is_used.clone()))?)
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use super::*;

    fn texts(array: &ArrayRef) -> Vec<Option<String>> {
        let array = array.as_dictionary::<Int32Type>();
        let typed = array.downcast_dict::<StringArray>().unwrap();
        typed.into_iter().map(|text| text.map(str::to_owned)).collect()
    }

    #[test]
    fn codes_of_several_batches_are_gathered_and_only_taken_texts_count_as_used() {
        let first: DictionaryArray<Int32Type> = [Some("a"), None, Some("b")].into_iter().collect();
        let second: DictionaryArray<Int32Type> = [Some("b"), Some("c")].into_iter().collect();
        let empty: DictionaryArray<Int32Type> = [None::<&str>, None].into_iter().collect();
        let mut coded = Coded::new(&[&first, &empty, &second]).unwrap();
        let taken = coded.gather(&[(2, 1), (0, 1), (0, 0), (1, 1), (2, 1)]).unwrap();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(texts(&taken), [some("c"), None, some("a"), None, some("c")]);
        assert_eq!(coded.nulls, 2);
        assert_eq!(coded.used().unwrap().as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["a", "c"]);
    }
}
