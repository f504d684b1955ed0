//! Texts that repeat, as codes into a list of texts.

use arrow::array::{Array, ArrayBuilder, DictionaryArray, Int32Builder, StringBuilder};
use arrow::datatypes::Int32Type;
use types::quick_hash::quick_hash;

/// Places for texts: a power of two, a few kilobytes a column.
const PLACES: usize = 1 << 10;
/// Texts that can have a number.
const NAMED: usize = 16;

/// Builds a column of codes. Each text has one place, given by its hash, and the newest text has it: a text that lost its place is listed
/// once more, so the list may hold a text twice. That costs a few bytes, and no row costs more than a look at its place.
#[derive(Debug)]
pub(super) struct CodedBuilder {
    codes: Int32Builder,
    texts: StringBuilder,
    places: Box<[Place]>,
    /// The codes of texts with a number; -1 where the text has not come yet.
    named: [i32; NAMED],
}

/// A text of a column of codes.
pub(super) trait Repeating {
    fn text(&self) -> &str;

    /// The number of a text that is one of few, always the same in one column: its code is not looked up.
    fn number(&self) -> Option<usize> {
        None
    }
}

impl<T: AsRef<str> + ?Sized> Repeating for &T {
    fn text(&self) -> &str {
        (*self).as_ref()
    }
}

/// One of few texts, with its number.
pub(super) struct Named(pub(super) usize, pub(super) &'static str);

impl Repeating for Named {
    fn text(&self) -> &str {
        self.1
    }

    fn number(&self) -> Option<usize> {
        Some(self.0)
    }
}

/// A hash, and the code of its text; -1 where there is none.
#[derive(Clone, Copy, Debug)]
struct Place {
    hash: u32,
    code: i32,
}

impl CodedBuilder {
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self {
            codes: Int32Builder::with_capacity(rows),
            texts: StringBuilder::new(),
            places: vec![Place { hash: 0, code: -1 }; PLACES].into(),
            named: [-1; NAMED],
        }
    }

    pub(super) fn append_value(&mut self, text: impl Repeating) {
        let code = match text.number().and_then(|number| self.named.get(number)) {
            Some(code) if *code >= 0 => *code,
            Some(_) | None => self.code(text.text()),
        };
        if let Some(named) = text.number().and_then(|number| self.named.get_mut(number)) {
            *named = code;
        }
        self.codes.append_value(code);
    }

    pub(super) fn append_nulls(&mut self, count: usize) {
        self.codes.append_nulls(count);
    }

    fn code(&mut self, text: &str) -> i32 {
        let hash = quick_hash(text.as_bytes()) >> 32;
        let hash = u32::try_from(hash).unwrap_or(u32::MAX);
        let place = &mut self.places[hash as usize % PLACES];
        if place.hash == hash
            && let Ok(code) = usize::try_from(place.code)
            && let [start, end] = self.texts.offsets_slice()[code..code + 2]
            && let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end))
            && self.texts.values_slice()[start..end] == *text.as_bytes()
        {
            return place.code;
        }
        let code = i32::try_from(self.texts.len()).expect("a batch has fewer rows than two thousand million");
        self.texts.append_value(text);
        *place = Place { hash, code };
        code
    }

    pub(super) fn finish(mut self) -> DictionaryArray<Int32Type> {
        DictionaryArray::new(self.codes.finish(), std::sync::Arc::new(self.texts.finish()) as std::sync::Arc<dyn Array>)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_whether_they_repeat_or_not() {
        let texts: Vec<Option<String>> = (0..5_000)
            .map(|number| match number % 7 {
                0 => None,
                1 => Some(String::new()),
                2 => Some(format!("a text of its own {number}")),
                other => Some(format!("text {other}")),
            })
            .collect();
        let mut builder = CodedBuilder::with_capacity(10);
        builder.append_nulls(2);
        for text in &texts {
            match text {
                Some(text) => builder.append_value(text),
                None => builder.append_nulls(1),
            }
        }
        let coded = builder.finish();
        let typed = coded.downcast_dict::<arrow::array::StringArray>().unwrap();
        let found: Vec<Option<&str>> = typed.into_iter().collect();
        let expected: Vec<Option<&str>> = [None, None].into_iter().chain(texts.iter().map(Option::as_deref)).collect();
        assert_eq!(found, expected);
        assert!(
            coded.values().len() < 1_000,
            "texts that repeat are listed again only when they lost their place"
        );
    }
}
