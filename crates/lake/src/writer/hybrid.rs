//! Writing Parquet's hybrid of run lengths and packed bits: definition levels and dictionary codes
//! (Apache Parquet format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid").

/// Values are packed in groups of eight: a group takes as many bytes as a value has bits.
const GROUP: usize = 8;

/// Bits of the codes below `count`.
pub(super) fn width(count: usize) -> u32 {
    usize::BITS - count.saturating_sub(1).leading_zeros()
}

/// Appends `codes`, each of `width` bits: what repeats a group long or longer as runs, the rest packed.
pub(super) fn write_codes(codes: &[u32], width: u32, out: &mut Vec<u8>) {
    let (mut packed_from, mut at) = (0, 0);
    while at < codes.len() {
        let repeated = codes[at..].iter().take_while(|code| **code == codes[at]).count();
        if repeated >= GROUP {
            write_packed(&codes[packed_from..at], width, out);
            write_header(repeated << 1, out);
            let bytes = codes[at].to_le_bytes();
            out.extend_from_slice(&bytes[..width.div_ceil(8) as usize]);
            at += repeated;
            packed_from = at;
        } else {
            // A run of packed values has whole groups: all but the last one of a page begin at a multiple of eight.
            at = (at + GROUP).min(codes.len());
        }
    }
    write_packed(&codes[packed_from..], width, out);
}

/// Appends definition levels of one bit: of `count` rows that all have a value, or none of which has.
pub(super) fn write_equal_levels(count: usize, is_value: bool, out: &mut Vec<u8>) {
    write_header(count << 1, out);
    out.push(u8::from(is_value));
}

/// Appends definition levels of one bit, a bit a row.
pub(super) fn write_levels(levels: impl ExactSizeIterator<Item = bool>, out: &mut Vec<u8>) {
    write_header(levels.len().div_ceil(GROUP) << 1 | 1, out);
    let (mut byte, mut filled) = (0_u8, 0);
    for level in levels {
        byte |= u8::from(level) << filled;
        filled += 1;
        if filled == 8 {
            out.push(byte);
            (byte, filled) = (0, 0);
        }
    }
    if filled > 0 {
        out.push(byte);
    }
}

fn write_packed(codes: &[u32], width: u32, out: &mut Vec<u8>) {
    if codes.is_empty() {
        return;
    }
    let groups = codes.len().div_ceil(GROUP);
    write_header(groups << 1 | 1, out);
    let end = out.len() + groups * width as usize;
    let (mut bits, mut filled) = (0_u64, 0);
    for code in codes {
        bits |= u64::from(*code) << filled;
        filled += width;
        if filled >= 32 {
            out.extend_from_slice(&bits.to_le_bytes()[..4]);
            bits >>= 32;
            filled -= 32;
        }
    }
    out.extend_from_slice(&bits.to_le_bytes()[..filled.div_ceil(8) as usize]);
    // The last group is filled up.
    out.resize(end, 0);
}

/// Unsigned LEB128.
fn write_header(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7F).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or(0));
}
