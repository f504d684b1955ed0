//! "Did you mean" at the end of a message.

use types::suggest::nearest;

/// " (did you mean `x`?)", or nothing.
pub(crate) fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wanted, known)
        .map(|name| format!(" (did you mean `{name}`?)"))
        .unwrap_or_default()
}
