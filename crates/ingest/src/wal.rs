//! The collector's write-ahead log of one organisation: what is appended here and synced may be acknowledged.
//!
//! A log is a folder of segments named by the sequence number of their first frame. A segment is a header (magic, organisation, first
//! sequence, CRC) and frames: length, CRC, sequence, payload. One append is one frame, one write and one fdatasync, so that only the last
//! frame of the last segment can be torn by a crash: it was never acknowledged and recovery cuts it off. Damage anywhere else is told, with
//! the file, and nothing is cut.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use types::OrganizationId;

mod frame;
mod recover;

pub(crate) use recover::{delete_through, read_after, recover};

/// A segment that has grown to this is closed and the next begun.
pub(crate) const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;
/// Most bytes of one frame's payload.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 16 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum WalError {
    #[error("the write-ahead log cannot be used: {path}")]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(
        "the write-ahead log is damaged in {path} at byte {offset}: {what}. Acknowledged events may be behind the damage, so nothing was cut off. \
         Restore the file from a backup; or move it out of the folder to give up the events in it, and start again"
    )]
    Damaged { path: PathBuf, offset: u64, what: String },
}

/// Why an append was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppendError {
    /// Nothing was kept; the same append may succeed later (disk full).
    #[error("the write-ahead log cannot be written")]
    Refused(#[source] io::Error),
    /// A sync failed: nobody knows what is on disk, so nothing is acknowledged until the process has started again and looked.
    #[error("the write-ahead log is closed since a sync failed: start the server again")]
    Closed,
}

/// A file that is appended to. The trait is there for tests of disks that fail.
pub(crate) trait LogFile: Send + fmt::Debug {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    fn sync(&mut self) -> io::Result<()>;
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

impl LogFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

type Create = fn(&Path) -> io::Result<Box<dyn LogFile>>;

fn create_file(path: &Path) -> io::Result<Box<dyn LogFile>> {
    // Append mode: after a failed write was cut off, the next one begins at the new end.
    Ok(Box::new(OpenOptions::new().append(true).create_new(true).open(path)?))
}

/// The writing end. There is one a log.
#[derive(Debug)]
pub(crate) struct Wal {
    folder: PathBuf,
    organization_id: OrganizationId,
    next_sequence: u64,
    active: Option<Active>,
    is_closed: bool,
    create: Create,
    segment_bytes: u64,
}

#[derive(Debug)]
struct Active {
    file: Box<dyn LogFile>,
    length: u64,
}

impl Wal {
    fn new(folder: &Path, organization_id: OrganizationId, next_sequence: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            organization_id,
            next_sequence,
            active: None,
            is_closed: false,
            create: create_file,
            segment_bytes: SEGMENT_BYTES,
        }
    }

    /// Sequence of the last frame, zero if there is none.
    pub(crate) fn last_sequence(&self) -> u64 {
        self.next_sequence - 1
    }

    #[cfg(test)]
    fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Writes one frame and makes it durable; returns its sequence. When it returns an error, the frame is not in the log.
    pub(crate) fn append(&mut self, payload: &[u8]) -> Result<u64, AppendError> {
        if self.is_closed {
            return Err(AppendError::Closed);
        }
        let sequence = self.next_sequence;
        let frame = frame::encode(sequence, payload).map_err(AppendError::Refused)?;
        if self.active.as_ref().is_none_or(|active| active.length >= self.segment_bytes) {
            self.begin_segment()?;
        }
        let Some(active) = &mut self.active else {
            return Err(AppendError::Closed);
        };
        if let Err(error) = active.file.append(&frame) {
            // Part of the frame may be there: without it gone, the next frame would stand behind damage.
            if active.file.truncate(active.length).is_err() {
                self.is_closed = true;
                return Err(AppendError::Closed);
            }
            return Err(AppendError::Refused(error));
        }
        if active.file.sync().is_err() {
            // After a failed sync the kernel may have dropped the pages: a second sync would succeed and mean nothing.
            self.is_closed = true;
            return Err(AppendError::Closed);
        }
        active.length += frame.len() as u64;
        self.next_sequence += 1;
        Ok(sequence)
    }

    fn begin_segment(&mut self) -> Result<(), AppendError> {
        let path = self.folder.join(frame::segment_name(self.next_sequence));
        let header = frame::header(self.organization_id, self.next_sequence);
        self.active = None;
        let mut file = (self.create)(&path).map_err(AppendError::Refused)?;
        if let Err(error) = file.append(&header) {
            drop(file);
            if fs::remove_file(&path).is_err() {
                self.is_closed = true;
                return Err(AppendError::Closed);
            }
            return Err(AppendError::Refused(error));
        }
        if sync_folder(&self.folder).is_err() {
            self.is_closed = true;
            return Err(AppendError::Closed);
        }
        self.active = Some(Active {
            file,
            length: header.len() as u64,
        });
        Ok(())
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
