//! Walking over JSON text that is known to be valid. Values keep their text: a number never passes through a float.

use std::borrow::Cow;

/// Calls `member` with the key and the text of the value of each member of an object. `object` is valid JSON and begins with a brace.
pub(super) fn for_each_member<'a>(object: &'a str, mut member: impl FnMut(Cow<'a, str>, &'a str)) {
    let mut rest = object[1..].trim_start();
    while !rest.starts_with('}') {
        let (key, after) = rest.split_at(value_length(rest));
        let value = after.trim_start().strip_prefix(':').unwrap_or(after).trim_start();
        let (value, after) = value.split_at(value_length(value));
        member(unescape(key), value);
        let after = after.trim_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
        if value.is_empty() {
            return;
        }
    }
}

/// The text of a JSON string without its quotes and escapes.
pub(super) fn unescape(string: &str) -> Cow<'_, str> {
    let inner = string.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(string);
    if inner.contains('\\') {
        Cow::Owned(serde_json::from_str(string).unwrap_or_default())
    } else {
        Cow::Borrowed(inner)
    }
}

/// Length of the JSON value at the start of the text.
fn value_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                if depth == 0 {
                    return at + 1;
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
