//! Numbers for keys in the order in which they are first seen.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// One multiplication for eight bytes: keys are packed integers and names of channels, looked up for every step of every path. Nobody gains
/// by choosing them badly, as it is his own file.
#[derive(Debug, Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.write_u64(word.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
        let rest = words
            .remainder()
            .iter()
            .fold(bytes.len() as u64, |word, byte| word << 8 | u64::from(*byte));
        self.write_u64(rest);
    }

    fn write_u8(&mut self, byte: u8) {
        self.0 ^= u64::from(byte);
    }

    fn write_u64(&mut self, key: u64) {
        let mixed = (self.0 ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// Keys and their numbers, from 0.
#[derive(Debug, Default)]
pub(super) struct KeyMap {
    numbers: HashMap<u64, u32, BuildHasherDefault<Spread>>,
    pub(super) keys: Vec<u64>,
}

impl KeyMap {
    pub(super) fn number(&mut self, key: u64) -> u32 {
        let next = self.keys.len() as u32;
        *self.numbers.entry(key).or_insert_with(|| {
            self.keys.push(key);
            next
        })
    }
}
