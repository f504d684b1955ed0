//! How the key of a row is made: what tells the same row sent twice from two rows that look alike.

/// The recipe of `source_row_key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RowKey {
    /// Digest of the file's content and the line: for rows that have no key of their own. The same file imported twice is recognised; a
    /// row that reappears in another file is not.
    Line,
    /// Text and columns in turn, from a template such as `{customer_id}|{time}`.
    Template(Vec<Part>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    /// Index among the mapping's columns.
    Column(usize),
}

impl RowKey {
    /// `line`, or a template; `{{` and `}}` stand for braces. `column` gives the index of a column that the template names.
    pub(super) fn parse(text: &str, mut column: impl FnMut(&str) -> usize) -> Result<Self, String> {
        if text == "line" {
            return Ok(Self::Line);
        }
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
            } else if brace == "}" {
                return Err(format!(
                    "`{text}` has a `}}` without a `{{`: write `}}}}` for a brace that stands for itself"
                ));
            } else {
                let Some((name, after)) = rest.split_once('}') else {
                    return Err(format!("`{text}` has a `{{` without a `}}`: write the column as `{{name}}`"));
                };
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Column(column(name.trim())));
                rest = after;
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        if parts.iter().any(|part| matches!(part, Part::Column(_))) {
            Ok(Self::Template(parts))
        } else {
            Err(format!(
                "`{text}` names no column, so all rows would have one key: write a template such as `{{order_id}}`, or `line`"
            ))
        }
    }
}
