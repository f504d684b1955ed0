//! Ids derived from texts that come again.

use types::quick_hash::quick_hash;

/// Places for texts: a power of two, few enough that they stay in the cache. A column of few values fits whole; a column of keys costs no
/// more than these.
const PLACES: usize = 1 << 11;
/// Longer texts are not remembered.
const TEXT_BYTES_MAX: usize = 39;

/// A bounded memory of short texts and the id derived from each. Every text has one place, given by its hash, and the newest text has it:
/// that is enough where values repeat, and cheap where they do not. Texts that fall together cost time, never correctness.
#[derive(Debug)]
pub(super) struct Derived<V> {
    /// None before the first text.
    places: Vec<Option<Known<V>>>,
}

#[derive(Clone, Debug)]
struct Known<V> {
    /// Compared first: it tells nearly all texts apart.
    hash: u64,
    length: u8,
    text: [u8; TEXT_BYTES_MAX],
    id: V,
}

impl<V> Default for Derived<V> {
    fn default() -> Self {
        Self { places: Vec::new() }
    }
}

impl<V: Copy> Derived<V> {
    /// The id of `text`; `derive` gives it where it is not remembered.
    pub(super) fn get(&mut self, text: &str, derive: impl FnOnce(&str) -> V) -> V {
        let bytes = text.as_bytes();
        let Some(length) = u8::try_from(bytes.len()).ok().filter(|length| usize::from(*length) <= TEXT_BYTES_MAX) else {
            return derive(text);
        };
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        // The upper bits are the best mixed.
        let hash = quick_hash(bytes);
        let place = &mut self.places[usize::try_from(hash >> 48).unwrap_or(0) % PLACES];
        match place {
            Some(known) if known.hash == hash && known.length == length && known.text[..bytes.len()] == *bytes => known.id,
            Some(_) | None => {
                let id = derive(text);
                let mut text = [0; TEXT_BYTES_MAX];
                text[..bytes.len()].copy_from_slice(bytes);
                *place = Some(Known { hash, length, text, id });
                id
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_its_own_id_however_many_come_and_however_long_they_are() {
        let mut derived = Derived::default();
        for round in 0..2 {
            for number in 0..10_000_usize {
                let text = "x".repeat(number % 60) + &number.to_string();
                assert_eq!(
                    derived.get(&text, |text| text.len() * 100_000 + number),
                    text.len() * 100_000 + number,
                    "{round}"
                );
            }
        }
    }

    #[test]
    fn a_text_that_comes_again_is_not_derived_again() {
        let mut derived = Derived::default();
        assert_eq!(derived.get("a", |_| 1), 1);
        assert_eq!(derived.get("a", |_| 2), 1);
        assert_eq!(derived.get("", |_| 3), 3);
    }
}
