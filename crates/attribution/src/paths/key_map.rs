//! Numbers for keys in the order in which they are first seen.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Our keys are packed integers of our own making: one multiplication spreads them well enough, and nobody can choose them.
#[derive(Debug, Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
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
