//! A hash for memories of a fixed size.

/// Eight bytes at a time, by multiplication; the upper bits are the best mixed. Only for memories where texts that fall together cost time
/// but never grow a list: anybody can find such texts.
pub fn quick_hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = bytes.len() as u64;
    let mut take = |eight: u64| hash = (hash.rotate_left(23) ^ eight).wrapping_mul(FACTOR);
    let (eights, _) = bytes.as_chunks::<8>();
    eights.iter().for_each(|eight| take(u64::from_le_bytes(*eight)));
    // What is left is read with some bytes before it, or twice: a copy of a few bytes would cost more than all the rest.
    match (bytes.last_chunk::<8>(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(_), _, _) if bytes.len().is_multiple_of(8) => {}
        (Some(last), _, _) => take(u64::from_le_bytes(*last)),
        (None, Some(first), Some(last)) => take(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))),
        (None, _, _) => take(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))),
    }
    hash
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::quick_hash;

    #[test]
    fn texts_that_differ_in_one_byte_have_different_hashes() {
        for length in 1..40 {
            let text = vec![b'x'; length];
            let mut hashes = BTreeSet::from([quick_hash(&text)]);
            for at in 0..length {
                let mut other = text.clone();
                other[at] = b'y';
                hashes.insert(quick_hash(&other));
            }
            assert_eq!(hashes.len(), length + 1, "{length}");
        }
    }
}
