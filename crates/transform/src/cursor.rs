//! What the derived tables were made from.

use std::fmt::Write;

use lake::Snapshot;
use types::tables::unified_marketing_data;

use crate::Result;

/// Cursor that holds the data version which the derived tables show.
pub(crate) const DERIVED: &str = "derived";
/// Cursor that holds [`inputs`] of that version: versions also grow by commits that change no input, such as our own.
pub(crate) const DERIVED_INPUTS: &str = "derived_inputs";

/// Grows whenever the same input gives other derived rows than before, so that upgraded servers derive again.
const REVISION: u32 = 3;

/// Beginning of [`inputs`]: what concerns every customer alike.
pub(crate) fn settings(settings_version: i64, currency: types::Currency) -> String {
    format!("revision {REVISION}, settings {settings_version}, {currency}, ")
}

/// Text that is equal for equal input: the live files of the unified stream, the settings, the currency, and this code's revision.
/// Compaction writes the same rows to other files and so counts as a change, of which then nobody turns out to be affected.
pub(crate) fn inputs(snapshot: &Snapshot, settings_version: i64, currency: types::Currency) -> Result<String> {
    let table = snapshot.table(unified_marketing_data::TABLE.name)?;
    let mut digest = Digest::default();
    for file in table.files() {
        digest.add(file.id.unsigned_abs());
    }
    let mut text = format!("{}{} files, ", settings(settings_version, currency), table.files().len());
    write!(text, "{:016x}{:016x}", digest.0, digest.1).expect("writing to a string does not fail");
    Ok(text)
}

/// A 128-bit digest of a sequence of numbers; no defence against somebody who wants a collision, and none is needed.
#[derive(Default)]
pub(crate) struct Digest(u64, u64);

impl Digest {
    pub(crate) fn add(&mut self, word: u64) {
        self.0 = mix(self.0 ^ word).wrapping_add(self.1);
        self.1 = mix(self.1.rotate_left(29) ^ self.0 ^ word.rotate_left(32));
    }

    /// The digest as an id: version 8 (made by us), with the usual variant.
    pub(crate) fn id(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.0.to_be_bytes());
        bytes[8..].copy_from_slice(&self.1.to_be_bytes());
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        bytes
    }
}

/// The finaliser of SplitMix64.
fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
