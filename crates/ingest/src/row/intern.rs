//! Texts that repeat are kept once, with an id derived from them.

use std::sync::Arc;

use types::Text;

/// Places for texts: a power of two. A column of few values fits whole; a column of keys costs no more than these.
const PLACES: usize = 1 << 14;

/// A bounded memory of texts and a value derived from each. Every text has one place, given by its hash, and the newest text has it: that
/// is enough where values repeat, and cheap where they do not.
#[derive(Debug)]
pub(super) struct Interner<V> {
    last: Option<(Text, V)>,
    places: Vec<Option<(Text, V)>>,
}

impl<V> Default for Interner<V> {
    fn default() -> Self {
        Self {
            last: None,
            places: Vec::new(),
        }
    }
}

impl<V: Copy> Interner<V> {
    /// The shared text and its value. Neighbouring rows often repeat each other: the last text is tried first.
    pub(super) fn get(&mut self, text: &str, derive: impl FnOnce(&str) -> V) -> (Text, V) {
        if let Some((last, value)) = &self.last
            && **last == *text
        {
            return (Arc::clone(last), *value);
        }
        if self.places.is_empty() {
            self.places.resize_with(PLACES, || None);
        }
        let place = &mut self.places[place_of(text.as_bytes())];
        let (known, value) = match place {
            Some((known, value)) if **known == *text => (Arc::clone(known), *value),
            Some(_) | None => {
                let (new, value) = (Text::from(text), derive(text));
                *place = Some((Arc::clone(&new), value));
                (new, value)
            }
        };
        self.last = Some((Arc::clone(&known), value));
        (known, value)
    }
}

/// Eight bytes at a time, by multiplication. Texts that fall together cost time, never correctness, so nobody gains by seeking them.
fn place_of(bytes: &[u8]) -> usize {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut eight = [0; 8];
        eight[..chunk.len()].copy_from_slice(chunk);
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(eight)).wrapping_mul(FACTOR);
    }
    usize::try_from(hash >> 50).unwrap_or(0) & (PLACES - 1)
}
