//! A column of codes of many batches, as codes into one list.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, DictionaryArray, StringArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Int32Type;

/// Rows taken at a time.
const SLICE_ROWS: usize = 1_024;
/// No row has had the text yet.
const UNUSED: u32 = u32::MAX;

/// Texts of rows as codes into a list that has each text once, in the order in which they come.
#[derive(Debug, Default)]
pub(super) struct Coded<'a> {
    /// Of the rows that have a text.
    pub(super) codes: Vec<u32>,
    pub(super) list: Vec<&'a str>,
    pub(super) nulls: Option<NullBuffer>,
}

/// The codes and the texts of one batch.
struct Part<'a> {
    codes: &'a [i32],
    nulls: Option<&'a NullBuffer>,
    texts: &'a StringArray,
    /// The code in the whole of each text.
    known: Vec<u32>,
}

impl<'a> Coded<'a> {
    /// The texts of `arrays` at `places`, each (array, row). The lists of the arrays may hold a text many times.
    pub(super) fn gather(arrays: &[&'a dyn Array], places: &[(usize, usize)]) -> Self {
        let mut parts: Vec<Part<'a>> = arrays.iter().map(|array| Part::of(array.as_dictionary())).collect();
        if let Some(text) = only_text(&parts) {
            return Self {
                codes: vec![0; places.len()],
                list: vec![text],
                nulls: None,
            };
        }
        let mut coded = Self {
            codes: Vec::with_capacity(places.len()),
            ..Self::default()
        };
        let mut lookup: HashMap<&'a str, u32> = HashMap::new();
        let codes: Vec<&[i32]> = parts.iter().map(|part| part.codes).collect();
        let mut taken = Vec::with_capacity(SLICE_ROWS);
        for places in places.chunks(SLICE_ROWS) {
            // Rows lie all over the batches: taken by themselves, many are on their way from memory at once.
            taken.clear();
            taken.extend(places.iter().map(|(part, row)| codes[*part][*row]));
            for ((part, row), code) in places.iter().zip(&taken) {
                let part = &mut parts[*part];
                if part.nulls.is_some_and(|nulls| nulls.is_null(*row)) {
                    continue;
                }
                let code = usize::try_from(*code).expect("codes are not negative");
                let known = &mut part.known[code];
                if *known == UNUSED {
                    let text = part.texts.value(code);
                    *known = *lookup.entry(text).or_insert_with(|| {
                        coded.list.push(text);
                        u32::try_from(coded.list.len() - 1).expect("a row group has fewer rows than four thousand million")
                    });
                }
                coded.codes.push(*known);
            }
        }
        if coded.codes.len() < places.len() {
            let is_valid = |(part, row): &(usize, usize)| parts[*part].nulls.is_none_or(|nulls| nulls.is_valid(*row));
            coded.nulls = Some(places.iter().map(is_valid).collect());
        }
        coded
    }
}

impl<'a> Part<'a> {
    fn of(array: &'a DictionaryArray<Int32Type>) -> Self {
        let texts = array.values().as_string();
        Self {
            codes: array.keys().values(),
            nulls: array.keys().nulls(),
            texts,
            known: vec![UNUSED; texts.len()],
        }
    }
}

/// The text that every row has, where all have the same, as the name of their source.
fn only_text<'a>(parts: &[Part<'a>]) -> Option<&'a str> {
    let has_one = |part: &Part<'a>| part.nulls.is_none() && part.texts.len() == 1;
    let text = parts.first().filter(|part| has_one(part))?.texts.value(0);
    parts.iter().all(|part| has_one(part) && part.texts.value(0) == text).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_several_batches_are_gathered_and_only_taken_texts_are_listed() {
        let first: DictionaryArray<Int32Type> = [Some("a"), None, Some("b")].into_iter().collect();
        let second: DictionaryArray<Int32Type> = [Some("b"), Some("c")].into_iter().collect();
        let empty: DictionaryArray<Int32Type> = [None::<&str>, None].into_iter().collect();
        let coded = Coded::gather(&[&first, &empty, &second], &[(2, 1), (0, 1), (0, 0), (1, 1), (2, 1)]);
        assert_eq!((coded.codes, coded.list), (vec![0, 1, 0], vec!["c", "a"]));
        let nulls: Vec<bool> = coded.nulls.unwrap().iter().collect();
        assert_eq!(nulls, [true, false, true, false, true]);
        let both = Coded::gather(&[&first, &second], &[(0, 2), (1, 0)]);
        assert_eq!((both.codes, both.list, both.nulls), (vec![0, 0], vec!["b"], None));
        let one: DictionaryArray<Int32Type> = [Some("a"), Some("a")].into_iter().collect();
        let same = Coded::gather(&[&one, &one], &[(0, 1), (1, 0), (1, 1)]);
        assert_eq!((same.codes, same.list, same.nulls), (vec![0, 0, 0], vec!["a"], None));
    }
}
