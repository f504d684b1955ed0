//! CSV (RFC 4180, any one-byte delimiter and quote) with a header row. Our own splitter, because a row must be bounded before it is read
//! whole (a quote that is never closed swallows the rest of the file in other readers), and because a refused row needs its line and byte.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use super::lines::Window;
use super::stretch::{STRETCH_BYTES, Stretch, TooLong};
use super::{COLUMNS_MAX, Cells, ROW_BYTES_MAX, ReadError, Row};
use crate::refusal::{Fault, Refusal};
use crate::suggest::did_you_mean;

/// Delimiter and quote.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
}

/// Where a cell's text lies.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
}

/// What the header says.
#[derive(Debug)]
pub(crate) struct CsvLayout {
    dialect: Dialect,
    width: usize,
    /// The file's column of each column of the mapping.
    slots: Vec<usize>,
    /// Name as JSON text and index of the columns that the mapping does not read.
    rest: Vec<(String, usize)>,
}

#[derive(Debug)]
pub(crate) struct CsvReader<R> {
    window: Window<R>,
    layout: Arc<CsvLayout>,
    spans: Vec<Span>,
    /// Cells of a row that has quotes, unescaped; or the beginning of a row that is too long.
    unquoted: Vec<u8>,
}

/// How the next row was found.
enum Split {
    End,
    /// Bytes with and without the line end, and how many line ends are inside.
    Row {
        length: usize,
        content: usize,
        newlines: u64,
        is_quoted: bool,
    },
    TooLong,
}

impl CsvReader<io::Empty> {
    /// The rows of a stretch of a file with this header.
    pub(crate) fn over(stretch: Stretch, layout: &Arc<CsvLayout>) -> Self {
        Self {
            window: Window::over(stretch),
            layout: Arc::clone(layout),
            spans: Vec::new(),
            unquoted: Vec::new(),
        }
    }
}

impl<R: Read> CsvReader<R> {
    /// Reads the header and finds the mapping's columns in it.
    pub(crate) fn new(input: R, dialect: Dialect, columns: &[String]) -> Result<Self, ReadError> {
        let window = Window::new(input)?;
        let mut layout = CsvLayout {
            dialect,
            width: 0,
            slots: Vec::new(),
            rest: Vec::new(),
        };
        let mut reader = Self {
            window,
            layout: Arc::new(CsvLayout {
                slots: Vec::new(),
                rest: Vec::new(),
                ..layout
            }),
            spans: Vec::new(),
            unquoted: Vec::new(),
        };
        let header = reader.read_header()?;
        if header.len() > COLUMNS_MAX {
            return Err(ReadError::Header(format!(
                "the header has {} columns, more than {COLUMNS_MAX}: is the delimiter right?",
                header.len()
            )));
        }
        for column in columns {
            let mut found = header.iter().enumerate().filter(|(_, name)| *name == column);
            let index = found
                .next()
                .map(|(index, _)| index)
                .ok_or_else(|| missing_column(column, &header, dialect))?;
            if found.next().is_some() {
                return Err(ReadError::Header(format!(
                    "the header has the column `{column}` twice: rename one of them"
                )));
            }
            layout.slots.push(index);
        }
        layout.width = header.len();
        let unmapped = header.iter().enumerate().filter(|(index, _)| !layout.slots.contains(index));
        layout.rest = unmapped
            .map(|(index, name)| (serde_json::Value::from(name.as_str()).to_string(), index))
            .collect();
        reader.layout = Arc::new(layout);
        Ok(reader)
    }

    fn read_header(&mut self) -> Result<Vec<String>, ReadError> {
        loop {
            match self.split()? {
                Split::End => return Err(ReadError::Header("the file is empty: its first row must name the columns".to_owned())),
                Split::TooLong => {
                    return Err(ReadError::Header(format!(
                        "the header is longer than {ROW_BYTES_MAX} bytes: is this a CSV file?"
                    )));
                }
                Split::Row {
                    length,
                    content: 0,
                    newlines,
                    ..
                } => self.window.cut(length, newlines),
                Split::Row {
                    length,
                    content,
                    newlines,
                    is_quoted,
                } => {
                    self.find_cells(content, is_quoted);
                    let bytes = if is_quoted {
                        &self.unquoted[..]
                    } else {
                        &self.window.bytes()[..content]
                    };
                    let cells = self
                        .spans
                        .iter()
                        .map(|span| std::str::from_utf8(&bytes[span.start as usize..span.end as usize]).map(|text| text.trim().to_owned()));
                    let header = cells
                        .collect::<Result<Vec<_>, _>>()
                        .map_err(|_| ReadError::Header("the header is not UTF-8: save the file as UTF-8".to_owned()))?;
                    self.window.cut(length, newlines);
                    return Ok(header);
                }
            }
        }
    }

    /// The next row; None at the end of the file. Empty lines are no rows.
    pub(crate) fn next(&mut self) -> io::Result<Option<Row<'_, CsvCells<'_>>>> {
        let (length, content, newlines, is_quoted) = loop {
            match self.split()? {
                Split::End => return Ok(None),
                Split::TooLong => {
                    let line = self.skip_too_long()?;
                    return Ok(Some(Row::Refused {
                        line,
                        refusal: too_long(),
                        raw: &self.unquoted,
                    }));
                }
                Split::Row {
                    length,
                    content: 0,
                    newlines,
                    ..
                } => self.window.cut(length, newlines),
                Split::Row {
                    length,
                    content,
                    newlines,
                    is_quoted,
                } => break (length, content, newlines, is_quoted),
            }
        };
        self.find_cells(content, is_quoted);
        let (line, offset) = (self.window.line, self.window.offset);
        self.window.cut(length, newlines);
        let raw = &self.window.before(length)[..content];
        // Delimiters and quotes are ASCII: what is left of a text without them is a text.
        let texts = std::str::from_utf8(raw).and_then(|text| if is_quoted { std::str::from_utf8(&self.unquoted) } else { Ok(text) });
        let text = match texts {
            Ok(text) => text,
            Err(error) => {
                return Ok(Some(Row::Refused {
                    line,
                    refusal: bad_encoding(offset, error),
                    raw,
                }));
            }
        };
        if self.spans.len() != self.layout.width {
            let reason = format!(
                "the row has {} cells, the header {}: look for a delimiter or quote inside a text and put the text in quotes",
                self.spans.len(),
                self.layout.width
            );
            return Ok(Some(Row::Refused {
                line,
                refusal: Fault::new("cell_count", reason).into(),
                raw,
            }));
        }
        Ok(Some(Row::Cells {
            line,
            cells: CsvCells {
                row: text,
                spans: &self.spans,
                slots: &self.layout.slots,
                rest: &self.layout.rest,
            },
            raw,
        }))
    }

    pub(crate) fn layout(&self) -> &Arc<CsvLayout> {
        &self.layout
    }

    /// The next rows, unparsed; None at the end of the file.
    pub(crate) fn cut(&mut self) -> io::Result<Option<Stretch>> {
        self.window.fill_to(STRETCH_BYTES)?;
        let bytes = self.window.bytes();
        let has_quote = bytes[..bytes.len().min(STRETCH_BYTES)].contains(&self.layout.dialect.quote);
        // Without quotes, every line end is the end of a row.
        if !has_quote && let Some(stretch) = self.window.cut_lines() {
            return Ok(Some(stretch));
        }
        let mut stretch = self.window.stretch();
        while stretch.bytes.len() < STRETCH_BYTES {
            match self.split()? {
                Split::End => break,
                Split::Row { length, newlines, .. } => {
                    self.window.cut(length, newlines);
                    stretch.bytes.extend_from_slice(self.window.before(length));
                }
                Split::TooLong => {
                    let line = self.skip_too_long()?;
                    let head = std::mem::take(&mut self.unquoted);
                    stretch.too_long = Some(TooLong { line, head });
                    break;
                }
            }
        }
        let is_empty = stretch.bytes.is_empty() && stretch.too_long.is_none();
        Ok((!is_empty).then_some(stretch))
    }

    /// Skips a row that is too long up to its first line end; gives its line, and its beginning in `unquoted`.
    fn skip_too_long(&mut self) -> io::Result<u64> {
        let line = self.window.line;
        self.unquoted.clear();
        self.unquoted.extend_from_slice(&self.window.bytes()[..ROW_BYTES_MAX.min(64 * 1024)]);
        self.window.skip_line()?;
        Ok(line)
    }

    /// Finds the end of the next row.
    fn split(&mut self) -> io::Result<Split> {
        loop {
            let bytes = self.window.bytes();
            match find(b'\n', bytes) {
                Some(at) if at <= ROW_BYTES_MAX => {
                    if bytes[..at].contains(&self.layout.dialect.quote) {
                        return self.split_quoted();
                    }
                    let content = if at > 0 && bytes[at - 1] == b'\r' { at - 1 } else { at };
                    return Ok(Split::Row {
                        length: at + 1,
                        content,
                        newlines: 1,
                        is_quoted: false,
                    });
                }
                Some(_) => return Ok(Split::TooLong),
                None if bytes.len() > ROW_BYTES_MAX => return Ok(Split::TooLong),
                None => {}
            }
            if !self.window.fill()? {
                return self.split_quoted();
            }
        }
    }

    /// Finds the end of a row that may have quotes, or of the last row of the file. A quote opens a cell only at its beginning, as in
    /// RFC 4180; line ends inside quotes belong to the cell.
    fn split_quoted(&mut self) -> io::Result<Split> {
        let Dialect { delimiter, quote } = self.layout.dialect;
        let mut state = Quoting::new(delimiter, quote);
        let (mut at, mut newlines) = (0, 0);
        loop {
            let bytes = self.window.bytes();
            while at < bytes.len() && at <= ROW_BYTES_MAX {
                let byte = bytes[at];
                at += 1;
                let is_inside = state.is_open;
                state.step(byte);
                if byte == b'\n' {
                    newlines += 1;
                    if !is_inside {
                        let content = if at >= 2 && bytes[at - 2] == b'\r' { at - 2 } else { at - 1 };
                        return Ok(Split::Row {
                            length: at,
                            content,
                            newlines,
                            is_quoted: state.was_quoted,
                        });
                    }
                }
            }
            if at > ROW_BYTES_MAX {
                return Ok(Split::TooLong);
            }
            if !self.window.fill()? {
                if at == 0 {
                    return Ok(Split::End);
                }
                let content = if self.window.bytes().last() == Some(&b'\r') { at - 1 } else { at };
                return Ok(Split::Row {
                    length: at,
                    content,
                    newlines,
                    is_quoted: state.was_quoted,
                });
            }
        }
    }

    /// Finds the cells of the row at the front of the window.
    fn find_cells(&mut self, content: usize, is_quoted: bool) {
        let Dialect { delimiter, quote } = self.layout.dialect;
        self.spans.clear();
        let row = &self.window.bytes()[..content];
        if !is_quoted {
            let mut start = 0;
            for_each(delimiter, row, |at| {
                self.spans.push(span(start, at));
                start = at + 1;
            });
            self.spans.push(span(start, row.len()));
            return;
        }
        self.unquoted.clear();
        let mut start = 0;
        let mut state = Quoting::new(delimiter, quote);
        for byte in row {
            match state.step(*byte) {
                Meaning::Text => self.unquoted.push(*byte),
                Meaning::CellEnd => {
                    self.spans.push(span(start, self.unquoted.len()));
                    start = self.unquoted.len();
                }
                Meaning::Quote => {}
            }
        }
        self.spans.push(span(start, self.unquoted.len()));
    }
}

/// What a byte is, given those before it in the row.
enum Meaning {
    Text,
    CellEnd,
    /// Opens or closes a quoted cell.
    Quote,
}

/// Whether we are inside quotes.
struct Quoting {
    delimiter: u8,
    quote: u8,
    is_open: bool,
    was_quoted: bool,
    at_cell_start: bool,
    just_closed: bool,
}

impl Quoting {
    fn new(delimiter: u8, quote: u8) -> Self {
        Self {
            delimiter,
            quote,
            is_open: false,
            was_quoted: false,
            at_cell_start: true,
            just_closed: false,
        }
    }

    fn step(&mut self, byte: u8) -> Meaning {
        let just_closed = std::mem::take(&mut self.just_closed);
        let at_cell_start = std::mem::take(&mut self.at_cell_start);
        if self.is_open {
            if byte != self.quote {
                return Meaning::Text;
            }
            self.is_open = false;
            self.just_closed = true;
            return Meaning::Quote;
        }
        if byte == self.delimiter {
            self.at_cell_start = true;
            return Meaning::CellEnd;
        }
        if byte == self.quote && (at_cell_start || just_closed) {
            self.is_open = true;
            self.was_quoted = true;
            // A doubled quote inside quotes stands for itself.
            return if just_closed { Meaning::Text } else { Meaning::Quote };
        }
        Meaning::Text
    }
}

/// Why a row that is longer than a row may be is refused.
pub(crate) fn too_long() -> Refusal {
    let reason = format!("the row is longer than {ROW_BYTES_MAX} bytes: close the quote that is left open, or shorten it");
    Fault::new("row_too_long", reason).into()
}

fn bad_encoding(offset: u64, error: std::str::Utf8Error) -> Refusal {
    let byte = offset + error.valid_up_to() as u64;
    Fault::new(
        "encoding",
        format!("byte {byte} of the file is not UTF-8: save the file as UTF-8 (it may be Windows-1252 or Latin-1)"),
    )
    .into()
}

/// Position of a byte; the standard library's memchr is reached through `BufRead`.
fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    match rest.skip_until(byte) {
        Ok(count) if count > 0 && bytes[count - 1] == byte => Some(count - 1),
        Ok(_) | Err(_) => None,
    }
}

/// Calls `found` with every position of a byte, looking at eight bytes at a time.
fn for_each(byte: u8, bytes: &[u8], mut found: impl FnMut(usize)) {
    const LOW_BITS: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let pattern = u64::from_ne_bytes([byte; 8]);
    let (words, rest) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let other = u64::from_le_bytes(*word) ^ pattern;
        // The upper bit of each byte that is zero, thus of each that is `byte`.
        let mut hits = !(((other & LOW_BITS) + LOW_BITS) | other | LOW_BITS);
        while hits != 0 {
            found(number * 8 + hits.trailing_zeros() as usize / 8);
            hits &= hits - 1;
        }
    }
    for (at, other) in rest.iter().enumerate() {
        if *other == byte {
            found(words.len() * 8 + at);
        }
    }
}

fn span(start: usize, end: usize) -> Span {
    // Rows are at most ROW_BYTES_MAX long.
    Span {
        start: u32::try_from(start).unwrap_or(u32::MAX),
        end: u32::try_from(end).unwrap_or(u32::MAX),
    }
}

fn missing_column(column: &str, header: &[String], dialect: Dialect) -> ReadError {
    let found = header.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let suggestion = did_you_mean(column, header.iter().map(String::as_str));
    let delimiter = dialect.delimiter as char;
    let hint = if header.len() == 1 {
        format!("; only one column was found with the delimiter `{delimiter}`, set `csv: {{delimiter: …}}` if it is another")
    } else {
        String::new()
    };
    ReadError::Header(format!(
        "the mapping reads the column `{column}`, the header has {found}{suggestion}: correct the mapping or the header{hint}"
    ))
}

/// The cells of a CSV row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CsvCells<'a> {
    row: &'a str,
    spans: &'a [Span],
    slots: &'a [usize],
    rest: &'a [(String, usize)],
}

impl CsvCells<'_> {
    fn text(&self, index: usize) -> Option<&str> {
        let span = self.spans[index];
        let text = self.row.get(span.start as usize..span.end as usize)?.trim_ascii();
        if text.is_empty() { None } else { Some(text) }
    }
}

impl Cells for CsvCells<'_> {
    fn cell(&self, column: usize) -> Option<&str> {
        self.text(self.slots[column])
    }

    fn write_rest(&self, out: &mut String) {
        let mut is_first = true;
        for (name, index) in self.rest {
            if let Some(text) = self.text(*index) {
                out.push(if std::mem::take(&mut is_first) { '{' } else { ',' });
                out.push_str(name);
                out.push(':');
                out.push_str(&serde_json::Value::from(text).to_string());
            }
        }
        if !is_first {
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests;
