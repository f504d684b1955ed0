//! Parquet's hybrid of run lengths and packed bits, in which dictionary codes and definition levels are written
//! (Apache Parquet format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid").

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};

use super::bits::Bits;

/// Values are packed in groups of eight: a group takes as many bytes as a value has bits.
const GROUP: usize = 8;
/// Room for a group of 32-bit values, and for a load of eight bytes at its last one.
const PADDED_BYTES: usize = 40;

/// Values of a few bits each, read in order.
#[derive(Clone, Debug)]
pub(super) struct Hybrid {
    data: Bytes,
    /// Where the next run's header is.
    at: usize,
    width: u8,
    run: Run,
}

#[derive(Clone, Copy, Debug)]
enum Run {
    Repeated {
        value: u32,
        left: usize,
    },
    /// Groups from byte `start` on, of which `done` values are read.
    Packed {
        start: usize,
        done: usize,
        left: usize,
    },
}

/// A run as it lies in the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    Repeated(u32),
    /// Values from byte `start` on; see [`packed_at`].
    Packed {
        start: usize,
    },
}

impl Hybrid {
    /// Values of `width` bits.
    pub(super) fn new(data: Bytes, width: u8) -> Result<Self> {
        if width > 32 {
            return Err(ParquetError::General(format!("values of {width} bits are not codes")));
        }
        Ok(Self {
            data,
            at: 0,
            width,
            run: Run::Repeated { value: 0, left: 0 },
        })
    }

    /// Appends the next `count` values to `out`.
    pub(super) fn read(&mut self, mut count: usize, out: &mut Vec<u32>) -> Result<()> {
        while count > 0 {
            let taken = match &mut self.run {
                Run::Repeated { left: 0, .. } | Run::Packed { left: 0, .. } => {
                    self.next_run()?;
                    continue;
                }
                Run::Repeated { value, left } => {
                    let taken = count.min(*left);
                    out.resize(out.len() + taken, *value);
                    *left -= taken;
                    taken
                }
                Run::Packed { start, done, left } => {
                    let taken = count.min(*left);
                    unpack(&self.data[*start..], self.width, *done, taken, out);
                    *done += taken;
                    *left -= taken;
                    taken
                }
            };
            count -= taken;
        }
        Ok(())
    }

    /// Width of a value in bits.
    pub(super) fn width(&self) -> u8 {
        self.width
    }

    /// The bytes that [`Stretch::Packed`] points into.
    pub(super) fn data(&self) -> &Bytes {
        &self.data
    }

    /// Goes over the next run, at most `max` values of it, and tells what and how many they are. For values that were not read singly:
    /// a packed run must be at its beginning.
    pub(super) fn stretch(&mut self, max: usize) -> Result<(Stretch, usize)> {
        loop {
            match &mut self.run {
                Run::Repeated { left: 0, .. } | Run::Packed { left: 0, .. } => self.next_run()?,
                Run::Repeated { value, left } => {
                    let taken = max.min(*left);
                    *left -= taken;
                    return Ok((Stretch::Repeated(*value), taken));
                }
                Run::Packed { start, done, left } => {
                    debug_assert_eq!(*done, 0, "the run was read from");
                    let (start, taken) = (*start, max.min(*left));
                    *left = 0;
                    return Ok((Stretch::Packed { start }, taken));
                }
            }
        }
    }

    /// Of values of one bit: appends the next `count` ones to `bits`, and tells how many of them are set.
    pub(super) fn append_bits(&mut self, mut count: usize, bits: &mut Bits) -> Result<usize> {
        let mut ones = 0;
        while count > 0 {
            let (stretch, taken) = self.stretch(count)?;
            match stretch {
                Stretch::Repeated(value) => {
                    bits.append_run(value != 0, taken);
                    ones += if value == 0 { 0 } else { taken };
                }
                Stretch::Packed { start } => {
                    for at in (0..taken).step_by(64) {
                        let length = (taken - at).min(64);
                        let word = word_at(&self.data, start + at / 8) << (64 - length) >> (64 - length);
                        bits.append_word(word, length);
                        ones += word.count_ones() as usize;
                    }
                }
            }
            count -= taken;
        }
        Ok(ones)
    }

    fn next_run(&mut self) -> Result<()> {
        let header = self.varint()?;
        let count = usize::try_from(header >> 1).map_err(|_| truncated())?;
        if header & 1 == 0 {
            let bytes = usize::from(self.width).div_ceil(8);
            let end = self.at + bytes;
            let mut value = [0; 4];
            value[..bytes].copy_from_slice(self.data.get(self.at..end).ok_or_else(truncated)?);
            self.at = end;
            self.run = Run::Repeated {
                value: u32::from_le_bytes(value),
                left: count,
            };
        } else {
            // The last group may be cut off where the page ends.
            let bytes = count.checked_mul(usize::from(self.width)).ok_or_else(truncated)?;
            let available = self.data.len() - self.at;
            let left = if bytes <= available {
                count.checked_mul(GROUP).ok_or_else(truncated)?
            } else {
                available * 8 / usize::from(self.width)
            };
            let start = self.at;
            self.run = Run::Packed { start, done: 0, left };
            self.at += bytes.min(available);
        }
        Ok(())
    }

    /// An unsigned LEB128 number.
    fn varint(&mut self) -> Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.data.get(self.at).ok_or_else(truncated)?;
            self.at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(truncated())
    }
}

/// Appends `count` values after the first `done` ones of `data`, which the caller knows to hold them.
fn unpack(data: &[u8], width: u8, mut done: usize, mut count: usize, out: &mut Vec<u32>) {
    let bytes = usize::from(width);
    // Up to the next whole group, whole groups, and the rest of a last one.
    let head = count.min(done.next_multiple_of(GROUP) - done);
    singles(data, bytes, done, head, out);
    done += head;
    count -= head;
    let start = (done / GROUP * bytes).min(data.len());
    let whole = (data.len() - start).checked_div(bytes).unwrap_or(0).min(count / GROUP);
    groups(&data[start..start + whole * bytes], width, out);
    singles(data, bytes, done + whole * GROUP, count - whole * GROUP, out);
}

fn singles(data: &[u8], width: usize, done: usize, count: usize, out: &mut Vec<u32>) {
    out.extend((done..done + count).map(|at| packed_at(data, width, at)));
}

/// Value number `at` of packed values; zero bits where the data ends.
pub(super) fn packed_at(data: &[u8], width: usize, at: usize) -> u32 {
    let bit = at * width;
    (word_at(data, bit / 8) >> (bit % 8)) as u32 & mask(width)
}

/// Eight bytes from `start` on; zeros where the data ends.
pub(super) fn word_at(data: &[u8], start: usize) -> u64 {
    if let Some(bytes) = data.get(start..start + 8).and_then(|bytes| bytes.as_array::<8>()) {
        return u64::from_le_bytes(*bytes);
    }
    let rest = &data[start.min(data.len())..];
    let mut bytes = [0; 8];
    bytes[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(bytes)
}

/// Whole groups: a loop without a branch for every width.
fn groups(data: &[u8], width: u8, out: &mut Vec<u32>) {
    macro_rules! by_width {
        ($($width:literal)*) => {
            match width {
                $($width => groups_of::<$width>(data, out),)*
                _ => {}
            }
        };
    }
    by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32);
}

fn groups_of<const WIDTH: usize>(data: &[u8], out: &mut Vec<u32>) {
    out.reserve(data.len() / WIDTH * GROUP);
    for group in data.chunks_exact(WIDTH) {
        let mut padded = [0; PADDED_BYTES];
        padded[..WIDTH].copy_from_slice(group);
        let values: [u32; GROUP] = std::array::from_fn(|at| {
            let bit = at * WIDTH;
            let bytes = padded[bit / 8..bit / 8 + 8].try_into().expect("eight bytes");
            (u64::from_le_bytes(bytes) >> (bit % 8)) as u32 & mask(WIDTH)
        });
        out.extend_from_slice(&values);
    }
}

fn mask(width: usize) -> u32 {
    ((1_u64 << width) - 1) as u32
}

fn truncated() -> ParquetError {
    ParquetError::EOF("a page ends in the middle of its codes".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packs values in groups of eight, as a bit-packed run.
    fn packed(values: &[u32], width: u8) -> Vec<u8> {
        let groups = values.len().div_ceil(8);
        let mut bytes = vec![0; groups * usize::from(width)];
        for (at, value) in values.iter().enumerate() {
            for bit in 0..usize::from(width) {
                if value >> bit & 1 == 1 {
                    let place = at * usize::from(width) + bit;
                    bytes[place / 8] |= 1 << (place % 8);
                }
            }
        }
        bytes.insert(0, (groups << 1 | 1) as u8);
        bytes
    }

    fn read(bytes: Vec<u8>, width: u8, counts: &[usize]) -> Vec<u32> {
        let mut hybrid = Hybrid::new(bytes.into(), width).unwrap();
        let mut out = Vec::new();
        counts.iter().for_each(|count| hybrid.read(*count, &mut out).unwrap());
        out
    }

    #[test]
    fn packed_values_of_every_width_come_out_as_they_went_in() {
        for width in 1..=32_u8 {
            let largest = u32::MAX >> (32 - width);
            let values = (0..40_u32).map(|at| at.wrapping_mul(0x9e37_79b9) & largest).collect::<Vec<_>>();
            assert_eq!(read(packed(&values, width), width, &[40]), values, "width {width}");
            assert_eq!(read(packed(&values, width), width, &[1, 2, 13, 24]), values, "width {width}");
        }
    }

    #[test]
    fn runs_and_packed_values_follow_each_other() {
        // Five times 300 (two bytes), then eight packed values, then three times 7.
        let mut bytes = vec![5 << 1, 44, 1];
        bytes.extend(packed(&[1, 2, 3, 4, 5, 6, 7, 511], 9));
        bytes.extend([3 << 1, 7, 0]);
        assert_eq!(read(bytes, 9, &[4, 3, 9]), [300, 300, 300, 300, 300, 1, 2, 3, 4, 5, 6, 7, 511, 7, 7, 7]);
    }

    #[test]
    fn the_only_value_of_a_dictionary_takes_no_bits() {
        assert_eq!(read(vec![200, 1], 0, &[100]), vec![0; 100]);
    }

    #[test]
    fn bits_come_as_they_were_packed() {
        let bits = [1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1].repeat(9);
        let mut bytes = packed(&bits, 1);
        bytes.extend([20 << 1, 1]);
        let (mut out, expected) = (Bits::default(), bits.iter().copied().chain([1; 20]).collect::<Vec<_>>());
        let ones = Hybrid::new(bytes.into(), 1).unwrap().append_bits(expected.len(), &mut out).unwrap();
        assert_eq!(ones, expected.iter().sum::<u32>() as usize);
        let (values, _) = out.ranked().take(&[0..expected.len()], |_| 1_u32);
        assert_eq!(values, expected);
    }

    #[test]
    fn stretches_tell_where_packed_values_lie() {
        let mut bytes = vec![5 << 1, 44, 1];
        bytes.extend(packed(&[1, 2, 3, 4, 5, 6, 7, 511], 9));
        let mut hybrid = Hybrid::new(bytes.into(), 9).unwrap();
        assert_eq!(hybrid.stretch(3).unwrap(), (Stretch::Repeated(300), 3));
        assert_eq!(hybrid.stretch(100).unwrap(), (Stretch::Repeated(300), 2));
        assert_eq!(hybrid.stretch(7).unwrap(), (Stretch::Packed { start: 4 }, 7));
        assert_eq!(packed_at(&hybrid.data()[4..], 9, 7), 511);
    }

    #[test]
    fn a_page_that_ends_too_early_is_an_error() {
        let mut bytes = packed(&[1, 2, 3, 4, 5, 6, 7, 8], 8);
        bytes.truncate(5);
        let mut hybrid = Hybrid::new(bytes.into(), 8).unwrap();
        assert!(hybrid.read(8, &mut Vec::new()).is_err());
    }
}
