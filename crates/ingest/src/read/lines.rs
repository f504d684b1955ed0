//! A window over a byte stream from which whole rows are cut.

use std::io::{self, Read};

use super::ROW_BYTES_MAX;
use super::stretch::{STRETCH_BYTES, Stretch};

/// Bytes asked for at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// The bytes that are read but not yet cut off, and where in the stream they are.
#[derive(Debug)]
pub(crate) struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    is_ended: bool,
    /// Line of the first byte of the window, from 1.
    pub(crate) line: u64,
    /// Its place in the (unpacked) stream, from 0.
    pub(crate) offset: u64,
}

impl Window<io::Empty> {
    /// Over a part of a file that is in memory.
    pub(crate) fn over(stretch: Stretch) -> Self {
        Self {
            input: io::empty(),
            start: 0,
            end: stretch.bytes.len(),
            buffer: stretch.bytes,
            is_ended: true,
            line: stretch.line,
            offset: stretch.offset,
        }
    }
}

impl<R: Read> Window<R> {
    /// Skips a UTF-8 byte order mark; refuses UTF-16 by its mark.
    pub(crate) fn new(input: R) -> io::Result<Self> {
        let mut window = Self {
            input,
            buffer: vec![0; CHUNK_BYTES],
            start: 0,
            end: 0,
            is_ended: false,
            line: 1,
            offset: 0,
        };
        while window.bytes().len() < 3 && window.fill()? {}
        match window.bytes() {
            [0xEF, 0xBB, 0xBF, ..] => {
                window.start += 3;
                window.offset += 3;
            }
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is UTF-16: save it again as UTF-8"));
            }
            _ => {}
        }
        Ok(window)
    }

    /// Reads until there are so many bytes, or all that there are.
    pub(crate) fn fill_to(&mut self, length: usize) -> io::Result<()> {
        while self.bytes().len() < length && self.fill()? {}
        Ok(())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// The `length` bytes that [`Window::cut`] cut off last.
    pub(crate) fn before(&self, length: usize) -> &[u8] {
        &self.buffer[self.start - length..self.start]
    }

    /// Reads more; false at the end of the stream. Never holds more than a row of the greatest length and one chunk.
    pub(crate) fn fill(&mut self) -> io::Result<bool> {
        if self.is_ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            self.buffer.resize((self.buffer.len() * 2).min(ROW_BYTES_MAX + 2 * CHUNK_BYTES), 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.is_ended = true;
                    return Ok(false);
                }
                Ok(count) => {
                    self.end += count;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes bytes off the front. `newlines` is how many line ends they contain.
    pub(crate) fn cut(&mut self, length: usize, newlines: u64) {
        self.start += length;
        self.offset += length as u64;
        self.line += newlines;
    }

    /// Takes what is before the last line end within [`STRETCH_BYTES`] off the front; None if there is none.
    pub(crate) fn cut_lines(&mut self) -> Option<Stretch> {
        let bytes = self.bytes();
        let bytes = &bytes[..bytes.len().min(STRETCH_BYTES)];
        let length = bytes.iter().rposition(|byte| *byte == b'\n')? + 1;
        let mut stretch = self.stretch();
        stretch.bytes.extend_from_slice(&bytes[..length]);
        let newlines = count_newlines(&bytes[..length]);
        self.cut(length, newlines);
        Some(stretch)
    }

    /// An empty stretch that begins here.
    pub(crate) fn stretch(&self) -> Stretch {
        Stretch {
            line: self.line,
            offset: self.offset,
            ..Stretch::default()
        }
    }

    /// Cuts off everything up to and including the next line end, however far it is, keeping at most the buffer.
    pub(crate) fn skip_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(at) = self.bytes().iter().position(|byte| *byte == b'\n') {
                self.cut(at + 1, 1);
                return Ok(());
            }
            self.cut(self.bytes().len(), 0);
            if !self.fill()? {
                return Ok(());
            }
        }
    }
}

fn count_newlines(bytes: &[u8]) -> u64 {
    // So few bytes that a byte counts them: many are compared at once then.
    let count = |few: &[u8]| few.iter().fold(0_u8, |count, byte| count.wrapping_add(u8::from(*byte == b'\n')));
    bytes.chunks(255).map(|few| u64::from(count(few))).sum()
}
