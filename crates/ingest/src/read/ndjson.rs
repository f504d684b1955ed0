//! NDJSON: one JSON object a line. A column is a member's name, or a path such as `customer.id` into nested objects.

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

use serde::de::IgnoredAny;

use super::json::{for_each_member, unescape};
use super::lines::Window;
use super::stretch::{STRETCH_BYTES, Stretch, TooLong};
use super::{COLUMNS_MAX, Cells, ROW_BYTES_MAX, Row};
use crate::refusal::{Fault, Refusal};

/// Which member fills which column of the mapping.
#[derive(Debug)]
pub(crate) struct NdjsonLayout {
    slots: HashMap<String, usize>,
    /// Paths of which some column is inside.
    parents: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct NdjsonReader<R> {
    window: Window<R>,
    layout: Arc<NdjsonLayout>,
    cells: Vec<Option<String>>,
    rest: String,
    head: Vec<u8>,
}

/// How the next line was found.
enum Line {
    End,
    /// Bytes with the line end, and whether there is one.
    Found {
        length: usize,
        newlines: u64,
    },
    TooLong,
}

impl NdjsonLayout {
    pub(crate) fn new(columns: &[String]) -> Self {
        Self {
            slots: columns.iter().enumerate().map(|(slot, column)| (column.clone(), slot)).collect(),
            parents: columns
                .iter()
                .flat_map(|column| column.match_indices('.').map(|(at, _)| column[..at].to_owned()))
                .collect(),
        }
    }
}

impl NdjsonReader<io::Empty> {
    /// The rows of a stretch of a file.
    pub(crate) fn over(stretch: Stretch, layout: &Arc<NdjsonLayout>) -> Self {
        Self::with(Window::over(stretch), Arc::clone(layout))
    }
}

impl<R: Read> NdjsonReader<R> {
    pub(crate) fn new(input: R, layout: &Arc<NdjsonLayout>) -> io::Result<Self> {
        Ok(Self::with(Window::new(input)?, Arc::clone(layout)))
    }

    fn with(window: Window<R>, layout: Arc<NdjsonLayout>) -> Self {
        Self {
            window,
            cells: vec![None; layout.slots.len()],
            layout,
            rest: String::new(),
            head: Vec::new(),
        }
    }

    /// The next rows, unparsed; None at the end of the file.
    pub(crate) fn cut(&mut self) -> io::Result<Option<Stretch>> {
        self.window.fill_to(STRETCH_BYTES)?;
        if let Some(stretch) = self.window.cut_lines() {
            return Ok(Some(stretch));
        }
        let mut stretch = self.window.stretch();
        match self.split()? {
            Line::End => return Ok(None),
            Line::Found { length, newlines } => {
                self.window.cut(length, newlines);
                stretch.bytes.extend_from_slice(self.window.before(length));
            }
            Line::TooLong => {
                let line = self.skip_too_long()?;
                let head = std::mem::take(&mut self.head);
                stretch.too_long = Some(TooLong { line, head });
            }
        }
        Ok(Some(stretch))
    }

    /// Finds the end of the next line.
    fn split(&mut self) -> io::Result<Line> {
        loop {
            let bytes = self.window.bytes();
            let (length, newlines) = match bytes.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, 1),
                None if bytes.len() > ROW_BYTES_MAX => return Ok(Line::TooLong),
                None => {
                    let length = bytes.len();
                    if self.window.fill()? {
                        continue;
                    }
                    if length == 0 {
                        return Ok(Line::End);
                    }
                    (length, 0)
                }
            };
            return Ok(if length > ROW_BYTES_MAX {
                Line::TooLong
            } else {
                Line::Found { length, newlines }
            });
        }
    }

    /// Skips a line that is too long; gives its number, and its beginning in `head`.
    fn skip_too_long(&mut self) -> io::Result<u64> {
        let line = self.window.line;
        self.head.clear();
        self.head.extend_from_slice(&self.window.bytes()[..64 * 1024]);
        self.window.skip_line()?;
        Ok(line)
    }

    /// The next row; None at the end of the file. Blank lines are no rows.
    pub(crate) fn next(&mut self) -> io::Result<Option<Row<'_, NdjsonCells<'_>>>> {
        let (length, newlines) = loop {
            match self.split()? {
                Line::End => return Ok(None),
                Line::TooLong => {
                    let line = self.skip_too_long()?;
                    return Ok(Some(Row::Refused {
                        line,
                        refusal: too_long(),
                        raw: &self.head,
                    }));
                }
                Line::Found { length, newlines } if self.window.bytes()[..length].trim_ascii().is_empty() => self.window.cut(length, newlines),
                Line::Found { length, newlines } => break (length, newlines),
            }
        };
        let (line, offset) = (self.window.line, self.window.offset);
        self.window.cut(length, newlines);
        let raw = self.window.before(length);
        let text = match std::str::from_utf8(raw) {
            Ok(text) => text.trim(),
            Err(error) => {
                let byte = offset + error.valid_up_to() as u64;
                let refusal = Fault::new("encoding", format!("byte {byte} of the file is not UTF-8: save the file as UTF-8")).into();
                return Ok(Some(Row::Refused { line, refusal, raw }));
            }
        };
        if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
            let reason = format!("the line is not JSON ({error}): write one whole object a line");
            return Ok(Some(Row::Refused {
                line,
                refusal: Fault::new("bad_json", reason).into(),
                raw: text.as_bytes(),
            }));
        }
        if !text.starts_with('{') {
            return Ok(Some(Row::Refused {
                line,
                refusal: Fault::new("bad_json", "the line is not a JSON object: write {…}").into(),
                raw: text.as_bytes(),
            }));
        }
        self.cells.fill(None);
        self.rest.clear();
        let mut finder = Finder {
            slots: &self.layout.slots,
            parents: &self.layout.parents,
            cells: &mut self.cells,
            rest: &mut self.rest,
            members: 0,
        };
        finder.walk(text, "");
        if finder.members > COLUMNS_MAX {
            let reason = format!("the object has {} members, more than {COLUMNS_MAX}: nest or drop some", finder.members);
            return Ok(Some(Row::Refused {
                line,
                refusal: Fault::new("cell_count", reason).into(),
                raw: text.as_bytes(),
            }));
        }
        Ok(Some(Row::Cells {
            line,
            cells: NdjsonCells {
                cells: &self.cells,
                rest: &self.rest,
            },
            raw: text.as_bytes(),
        }))
    }
}

/// Why a line that is longer than a row may be is refused.
pub(crate) fn too_long() -> Refusal {
    let reason = format!("the line is longer than {ROW_BYTES_MAX} bytes: write one object a line and shorten it");
    Fault::new("row_too_long", reason).into()
}

struct Finder<'a> {
    slots: &'a HashMap<String, usize>,
    parents: &'a [String],
    cells: &'a mut [Option<String>],
    rest: &'a mut String,
    members: usize,
}

impl Finder<'_> {
    fn walk(&mut self, object: &str, prefix: &str) {
        for_each_member(object, |key, value| {
            self.members += 1;
            let path = if prefix.is_empty() {
                key.into_owned()
            } else {
                format!("{prefix}.{key}")
            };
            if let Some(slot) = self.slots.get(&path) {
                let text = if value.starts_with('"') { unescape(value) } else { value.into() };
                let text = text.trim();
                self.cells[*slot] = (!text.is_empty() && value != "null").then(|| text.to_owned());
            } else if value.starts_with('{') && self.parents.contains(&path) {
                self.walk(value, &path);
            } else if value != "null" {
                self.rest.push(if self.rest.is_empty() { '{' } else { ',' });
                self.rest.push_str(&serde_json::Value::from(path).to_string());
                self.rest.push(':');
                self.rest.push_str(value);
            }
        });
    }
}

/// The cells of an NDJSON row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NdjsonCells<'a> {
    cells: &'a [Option<String>],
    rest: &'a str,
}

impl Cells for NdjsonCells<'_> {
    fn cell(&self, column: usize) -> Option<&str> {
        self.cells[column].as_deref()
    }

    fn write_rest(&self, out: &mut String) {
        if !self.rest.is_empty() {
            out.push_str(self.rest);
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests;
