//! Parquet's hybrid of run lengths and packed bits, in which dictionary codes and definition levels are written
//! (Apache Parquet format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid").

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};

/// Values are packed in groups of eight: a group takes as many bytes as a value has bits.
const GROUP: usize = 8;
/// Room for a group of 32-bit values, and for a load of eight bytes at its last one.
const PADDED_BYTES: usize = 40;

/// Values of a few bits each, read in order.
#[derive(Debug)]
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

    /// Goes over the next `count` values.
    pub(super) fn skip(&mut self, mut count: usize) -> Result<()> {
        while count > 0 {
            match &mut self.run {
                Run::Repeated { left: 0, .. } | Run::Packed { left: 0, .. } => self.next_run()?,
                Run::Repeated { left, .. } => {
                    let taken = count.min(*left);
                    *left -= taken;
                    count -= taken;
                }
                Run::Packed { done, left, .. } => {
                    let taken = count.min(*left);
                    *done += taken;
                    *left -= taken;
                    count -= taken;
                }
            }
        }
        Ok(())
    }

    /// Of values of one bit: the next one, and how many equal ones follow it, at most `max` together.
    pub(super) fn next_bits(&mut self, max: usize) -> Result<(bool, usize)> {
        loop {
            match &mut self.run {
                Run::Repeated { left: 0, .. } | Run::Packed { left: 0, .. } => self.next_run()?,
                Run::Repeated { value, left } => {
                    let taken = max.min(*left);
                    *left -= taken;
                    return Ok((*value != 0, taken));
                }
                Run::Packed { start, done, left } => {
                    let (bit, equal) = equal_bits(&self.data[*start..], *done);
                    let taken = equal.min(*left).min(max);
                    *done += taken;
                    *left -= taken;
                    return Ok((bit, taken));
                }
            }
        }
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
    out.extend((done..done + count).map(|at| {
        let bit = at * width;
        let rest = &data[(bit / 8).min(data.len())..];
        let length = rest.len().min(8);
        let mut bytes = [0; 8];
        bytes[..length].copy_from_slice(&rest[..length]);
        (u64::from_le_bytes(bytes) >> (bit % 8)) as u32 & mask(width)
    }));
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

/// The bit after the first `done` ones, and how many equal ones follow it within the same load.
fn equal_bits(data: &[u8], done: usize) -> (bool, usize) {
    let rest = &data[(done / 8).min(data.len())..];
    let length = rest.len().min(8);
    let mut bytes = [0; 8];
    bytes[..length].copy_from_slice(&rest[..length]);
    let word = u64::from_le_bytes(bytes) >> (done % 8);
    let bits = (length * 8).saturating_sub(done % 8);
    let bit = word & 1 == 1;
    let equal = if bit { word.trailing_ones() } else { word.trailing_zeros() };
    // At least one, so that a caller that was promised more bits than there are comes to an end.
    (bit, (equal as usize).min(bits).max(1))
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
    fn values_can_be_gone_over() {
        let values = (0..64).collect::<Vec<_>>();
        let mut bytes = packed(&values, 7);
        bytes.extend([10 << 1, 99]);
        let mut hybrid = Hybrid::new(bytes.into(), 7).unwrap();
        let mut out = Vec::new();
        for (skipped, read) in [(3, 2), (0, 1), (30, 9), (18, 4), (5, 2)] {
            hybrid.skip(skipped).unwrap();
            hybrid.read(read, &mut out).unwrap();
        }
        let mut expected = vec![3, 4, 5];
        expected.extend(36..45);
        expected.extend([63, 99, 99, 99, 99, 99]);
        assert_eq!(out, expected);
    }

    #[test]
    fn bits_come_in_runs() {
        let bits = [1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1].repeat(9);
        let mut bytes = packed(&bits, 1);
        bytes.extend([20 << 1, 1]);
        let mut expected = bits.iter().map(|bit| *bit == 1).collect::<Vec<_>>();
        expected.extend([true; 20]);
        for max in [1, 3, 1_000] {
            let mut hybrid = Hybrid::new(bytes.clone().into(), 1).unwrap();
            let mut found = Vec::new();
            while found.len() < expected.len() {
                let (bit, count) = hybrid.next_bits(max.min(expected.len() - found.len())).unwrap();
                found.resize(found.len() + count, bit);
            }
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_page_that_ends_too_early_is_an_error() {
        let mut bytes = packed(&[1, 2, 3, 4, 5, 6, 7, 8], 8);
        bytes.truncate(5);
        let mut hybrid = Hybrid::new(bytes.into(), 8).unwrap();
        assert!(hybrid.read(8, &mut Vec::new()).is_err());
    }
}
