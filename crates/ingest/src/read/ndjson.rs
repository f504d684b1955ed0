//! NDJSON: one JSON object a line. A column is a member's name, or a path such as `customer.id` into nested objects.

use std::collections::HashMap;
use std::io::{self, Read};

use serde::de::IgnoredAny;

use super::json::{for_each_member, unescape};
use super::lines::Window;
use super::{COLUMNS_MAX, Cells, ROW_BYTES_MAX, ReadError, Row};
use crate::refusal::Fault;

#[derive(Debug)]
pub(crate) struct NdjsonReader<R> {
    window: Window<R>,
    slots: HashMap<String, usize>,
    /// Paths of which some column is inside.
    parents: Vec<String>,
    cells: Vec<Option<String>>,
    rest: String,
    head: Vec<u8>,
}

impl<R: Read> NdjsonReader<R> {
    pub(crate) fn new(input: R, columns: &[String]) -> Result<Self, ReadError> {
        let slots = columns.iter().enumerate().map(|(slot, column)| (column.clone(), slot)).collect();
        let parents = columns
            .iter()
            .flat_map(|column| column.match_indices('.').map(|(at, _)| column[..at].to_owned()))
            .collect();
        Ok(Self {
            window: Window::new(input)?,
            slots,
            parents,
            cells: vec![None; columns.len()],
            rest: String::new(),
            head: Vec::new(),
        })
    }

    /// The next row; None at the end of the file. Blank lines are no rows.
    pub(crate) fn next(&mut self) -> io::Result<Option<Row<'_, NdjsonCells<'_>>>> {
        let (length, newlines) = loop {
            let bytes = self.window.bytes();
            let found = bytes.iter().position(|byte| *byte == b'\n');
            let (length, newlines) = match found {
                Some(at) => (at + 1, 1),
                None if bytes.len() > ROW_BYTES_MAX => (bytes.len(), 0),
                None => {
                    let length = bytes.len();
                    if self.window.fill()? {
                        continue;
                    }
                    if length == 0 {
                        return Ok(None);
                    }
                    (length, 0)
                }
            };
            if length > ROW_BYTES_MAX {
                let line = self.window.line;
                self.head.clear();
                self.head.extend_from_slice(&self.window.bytes()[..64 * 1024]);
                self.window.skip_line()?;
                let reason = format!("the line is longer than {ROW_BYTES_MAX} bytes: write one object a line and shorten it");
                return Ok(Some(Row::Refused {
                    line,
                    refusal: Fault::new("row_too_long", reason).into(),
                    raw: &self.head,
                }));
            }
            if self.window.bytes()[..length].trim_ascii().is_empty() {
                self.window.cut(length, newlines);
                continue;
            }
            break (length, newlines);
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
            slots: &self.slots,
            parents: &self.parents,
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
