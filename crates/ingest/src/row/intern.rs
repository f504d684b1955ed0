//! Texts that repeat are kept once, with an id derived from them.

use std::sync::Arc;

use types::Text;
use types::quick_hash::quick_hash;

/// Places for texts: a power of two, few enough that they and their texts stay in the cache. A column of few values fits whole; a column of
/// keys costs no more than these.
const PLACES: usize = 1 << 12;

/// A bounded memory of texts and a value derived from each. Every text has one place, given by its hash, and the newest text has it: that
/// is enough where values repeat, and cheap where they do not. Texts that fall together cost time, never correctness.
#[derive(Debug)]
pub(super) struct Interner<V> {
    /// Place of the text that was asked for last.
    last: usize,
    places: Vec<Option<Known<V>>>,
}

#[derive(Debug)]
struct Known<V> {
    /// Compared first, so that another text is told apart without being fetched.
    hash: u64,
    text: Text,
    value: V,
}

impl<V> Default for Interner<V> {
    fn default() -> Self {
        Self { last: 0, places: Vec::new() }
    }
}

impl<V: Copy> Interner<V> {
    /// The shared text and its value. Neighbouring rows often repeat each other: the last text is tried first.
    pub(super) fn get(&mut self, text: &str, derive: impl FnOnce(&str) -> V) -> (Text, V) {
        if let Some(Some(last)) = self.places.get(self.last)
            && *last.text == *text
        {
            return (Arc::clone(&last.text), last.value);
        }
        if self.places.is_empty() {
            self.places.resize_with(PLACES, || None);
        }
        let hash = quick_hash(text.as_bytes());
        self.last = usize::try_from(hash >> 50).unwrap_or(0) & (PLACES - 1);
        let place = &mut self.places[self.last];
        if let Some(known) = place
            && known.hash == hash
            && *known.text == *text
        {
            return (Arc::clone(&known.text), known.value);
        }
        let (text, value) = (Text::from(text), derive(text));
        *place = Some(Known {
            hash,
            text: Arc::clone(&text),
            value,
        });
        (text, value)
    }
}
