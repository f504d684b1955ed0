//! Why a row was refused, and where.

use types::Text;

/// What is wrong with one value: a code for machines; reason and remedy for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

impl Fault {
    pub(crate) fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }

    pub(crate) fn at(self, column: impl Into<String>) -> Refusal {
        Refusal {
            column: Some(column.into()),
            fault: self,
        }
    }
}

/// A fault and the column that has it; None when the row as a whole is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) column: Option<String>,
    pub(crate) fault: Fault,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self { column: None, fault }
    }
}

/// A refused row with its place, as the quarantine keeps it.
#[derive(Clone, Debug)]
pub(crate) struct RefusedRow {
    pub(crate) file: Option<Text>,
    /// Line in the file, from 1, or position in the batch, from 0.
    pub(crate) line: u64,
    pub(crate) refusal: Refusal,
    /// The row as it came; see [`clip`].
    pub(crate) raw: String,
}

/// Most bytes of a refused row that are kept.
const RAW_BYTES_MAX: usize = 64 * 1024;

/// The row as text, without what cannot be shown, cut to what the quarantine keeps.
pub(crate) fn clip(raw: &[u8]) -> String {
    let cut = &raw[..raw.len().min(RAW_BYTES_MAX)];
    let mut text = String::from_utf8_lossy(cut).into_owned();
    // A replaced byte takes three: cut again, at a character.
    let mut end = text.len().min(RAW_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}
