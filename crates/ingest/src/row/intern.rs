//! Texts that repeat are kept once, with an id derived from them.

use std::collections::HashMap;
use std::sync::Arc;

use types::Text;

/// Most texts that are remembered: a column of keys would otherwise keep the whole file.
const REMEMBERED_MAX: usize = 100_000;

/// A bounded memory of texts and a value derived from each.
#[derive(Debug, Default)]
pub(super) struct Interner<V> {
    last: Option<(Text, V)>,
    known: HashMap<Text, V>,
}

impl<V: Copy> Interner<V> {
    /// The shared text and its value. Neighbouring rows often repeat each other: the last text is tried first.
    pub(super) fn get(&mut self, text: &str, derive: impl FnOnce(&str) -> V) -> (Text, V) {
        if let Some((last, value)) = &self.last
            && **last == *text
        {
            return (Arc::clone(last), *value);
        }
        let found = match self.known.get_key_value(text) {
            Some((known, value)) => (Arc::clone(known), *value),
            None => {
                if self.known.len() >= REMEMBERED_MAX {
                    self.known.clear();
                }
                let entry = (Text::from(text), derive(text));
                self.known.insert(Arc::clone(&entry.0), entry.1);
                entry
            }
        };
        self.last = Some((Arc::clone(&found.0), found.1));
        found
    }
}
