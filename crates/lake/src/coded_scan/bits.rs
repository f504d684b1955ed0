//! Which rows of a column chunk have values, one bit a row, and the place of each row's value among the values.

use std::ops::Range;

use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};

const WORD: usize = u64::BITS as usize;

/// Bits in the making.
#[derive(Debug, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    len: usize,
}

/// Bits with the number of set ones before each word.
#[derive(Debug)]
pub(super) struct Ranked {
    words: Vec<u64>,
    before: Vec<u32>,
}

impl Bits {
    /// Appends the low `count` bits of a word; those above them must be zero.
    pub(super) fn append_word(&mut self, word: u64, count: usize) {
        debug_assert!(count <= WORD && (count == WORD || word >> count == 0));
        let shift = self.len % WORD;
        match self.words.last_mut() {
            Some(last) if shift > 0 => {
                *last |= word << shift;
                if shift + count > WORD {
                    self.words.push(word >> (WORD - shift));
                }
            }
            _ if count > 0 => self.words.push(word),
            _ => {}
        }
        self.len += count;
    }

    /// Appends `count` equal bits.
    pub(super) fn append_run(&mut self, bit: bool, mut count: usize) {
        while count > 0 {
            let taken = count.min(WORD - self.len % WORD);
            self.append_word(if bit { low(taken) } else { 0 }, taken);
            count -= taken;
        }
    }

    pub(super) fn ranked(self) -> Ranked {
        let mut sum = 0;
        let before = self.words.iter().map(|word| {
            sum += word.count_ones();
            sum - word.count_ones()
        });
        Ranked {
            before: before.collect(),
            words: self.words,
        }
    }

    fn nulls(self) -> NullBuffer {
        NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(self.words), 0, self.len))
    }
}

impl Ranked {
    /// The values of the rows of `ranges`, the default one where a row has none. `value` is asked for values by their place among all.
    pub(super) fn take<T: Clone + Default>(&self, ranges: &[Range<usize>], value: impl Fn(usize) -> T) -> (Vec<T>, NullBuffer) {
        let rows = ranges.iter().map(ExactSizeIterator::len).sum();
        let (mut out, mut bits, mut at) = (vec![T::default(); rows], Bits::default(), 0);
        for range in ranges {
            let mut row = range.start;
            while row < range.end {
                let (word, shift) = (row / WORD, row % WORD);
                let count = (WORD - shift).min(range.end - row);
                let mut left = self.words[word] >> shift & low(count);
                bits.append_word(left, count);
                let mut rank = self.before[word] as usize + (self.words[word] & low(shift)).count_ones() as usize;
                while left != 0 {
                    out[at + left.trailing_zeros() as usize] = value(rank);
                    rank += 1;
                    left &= left - 1;
                }
                row += count;
                at += count;
            }
        }
        (out, bits.nulls())
    }
}

/// A word with the low `count` bits set.
fn low(count: usize) -> u64 {
    if count >= WORD { u64::MAX } else { (1 << count) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_the_rank_of_their_row() {
        let mut bits = Bits::default();
        bits.append_run(true, 70);
        bits.append_word(0b101, 3);
        bits.append_run(false, 60);
        bits.append_run(true, 2);
        let (values, nulls) = bits.ranked().take(&[0..1, 68..74, 132..135], |at| at + 100);
        assert_eq!(values, [100, 168, 169, 170, 0, 171, 0, 0, 172, 173]);
        let valid = nulls.iter().collect::<Vec<_>>();
        assert_eq!(valid, [true, true, true, true, false, true, false, false, true, true]);
    }
}
