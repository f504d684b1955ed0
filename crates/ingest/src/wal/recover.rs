//! Opening a log after a stop of any kind, reading it, and deleting what is committed.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use types::OrganizationId;

use super::frame::{self, FRAME_HEADER_BYTES, HEADER_BYTES};
use super::{Wal, WalError, sync_folder};

/// Opens the log in `folder`, making it if it is not there. `committed` is the sequence up to which frames are in the lake. A torn frame at
/// the very end is cut off; any other damage is an error and changes nothing.
pub(crate) fn recover(folder: &Path, organization_id: OrganizationId, committed: u64) -> Result<Wal, WalError> {
    create_folder(folder)?;
    let segments = segments(folder)?;
    let mut last = None;
    for (index, segment) in segments.iter().enumerate() {
        let is_last = index + 1 == segments.len();
        last = check_segment(segment, organization_id, last.unwrap_or(committed), last.is_some(), is_last)?.or(last);
    }
    Ok(Wal::new(folder, organization_id, last.unwrap_or(0).max(committed) + 1))
}

fn create_folder(folder: &Path) -> Result<(), WalError> {
    let fail = |source| WalError::Io {
        path: folder.to_owned(),
        source,
    };
    if !folder.exists() {
        fs::create_dir_all(folder).map_err(fail)?;
        for parent in folder.ancestors().skip(1).take(2).filter(|parent| !parent.as_os_str().is_empty()) {
            sync_folder(parent).map_err(fail)?;
        }
    }
    Ok(())
}

#[derive(Debug)]
struct Segment {
    path: PathBuf,
    first_sequence: u64,
}

fn segments(folder: &Path) -> Result<Vec<Segment>, WalError> {
    let fail = |source| WalError::Io {
        path: folder.to_owned(),
        source,
    };
    let mut segments = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if let Some(first_sequence) = path.file_name().and_then(|name| name.to_str()).and_then(frame::sequence_of_name) {
            segments.push(Segment { path, first_sequence });
        }
    }
    segments.sort_by_key(|segment| segment.first_sequence);
    Ok(segments)
}

/// Checks every frame; returns the sequence of the last one. `before` is the last sequence of the segment before, or of what is committed.
fn check_segment(
    segment: &Segment,
    organization_id: OrganizationId,
    before: u64,
    is_continued: bool,
    is_last: bool,
) -> Result<Option<u64>, WalError> {
    let path = &segment.path;
    let fail = |source| WalError::Io { path: path.clone(), source };
    let damaged = |offset: usize, what: String| WalError::Damaged {
        path: path.clone(),
        offset: offset as u64,
        what,
    };
    let bytes = fs::read(path).map_err(fail)?;
    let first = segment.first_sequence;
    if bytes.get(..HEADER_BYTES) != Some(&frame::header(organization_id, first)) {
        if is_last && find_frame(&bytes, first).is_none() {
            // The process stopped while it began this segment: nothing in it was acknowledged.
            return remove(path).map(|()| None).map_err(fail);
        }
        return Err(damaged(0, "its header is not the one that was written".to_owned()));
    }
    let is_gap = if is_continued { first != before + 1 } else { first > before + 1 };
    if is_gap {
        return Err(damaged(0, format!("it begins with frame {first}, and frame {} is missing", before + 1)));
    }
    let mut offset = HEADER_BYTES;
    let mut expected = first;
    while offset < bytes.len() {
        match frame::decode(&bytes[offset..]) {
            Some((sequence, payload)) if sequence == expected => {
                offset += FRAME_HEADER_BYTES + payload.len();
                expected += 1;
            }
            Some((sequence, _)) => return Err(damaged(offset, format!("frame {sequence} stands where frame {expected} should"))),
            None if is_last && find_frame(&bytes[offset + 1..], expected).is_none() => {
                cut(path, offset as u64).map_err(fail)?;
                break;
            }
            None => return Err(damaged(offset, format!("frame {expected} does not have its checksum"))),
        }
    }
    if expected == first {
        // Nothing in it: its name is wanted for the next frame.
        return if is_last {
            remove(path).map(|()| None).map_err(fail)
        } else {
            Err(damaged(offset, "it holds no frame".to_owned()))
        };
    }
    Ok(Some(expected - 1))
}

/// Whether any whole frame from `sequence` on is in the bytes, wherever it begins: then what comes before it is damage, not a torn end.
fn find_frame(bytes: &[u8], sequence: u64) -> Option<usize> {
    /// More frames than one segment holds.
    const SPAN: u64 = 10_000_000;
    (0..bytes.len().saturating_sub(FRAME_HEADER_BYTES)).find(|offset| {
        let mut stored = [0; 8];
        stored.copy_from_slice(&bytes[offset + 8..offset + 16]);
        let found = u64::from_le_bytes(stored);
        found >= sequence && found - sequence < SPAN && frame::decode(&bytes[*offset..]).is_some()
    })
}

fn cut(path: &Path, length: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(length)?;
    file.sync_all()
}

fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Reads the payloads of the frames after `after` up to `through`, in order, until `take` says that it has enough.
pub(crate) fn read_after(folder: &Path, after: u64, through: u64, mut take: impl FnMut(u64, &[u8]) -> bool) -> Result<(), WalError> {
    let segments = segments(folder)?;
    // The last segment that begins at or before the first frame wanted.
    let start = segments.iter().rposition(|segment| segment.first_sequence <= after + 1).unwrap_or(0);
    let mut expected = after + 1;
    for segment in &segments[start..] {
        if expected > through {
            break;
        }
        let bytes = fs::read(&segment.path).map_err(|source| WalError::Io {
            path: segment.path.clone(),
            source,
        })?;
        let mut offset = HEADER_BYTES;
        while expected <= through && offset < bytes.len() {
            // What is committed is only stepped over.
            if let Some((sequence, length)) = frame::peek(&bytes[offset..])
                && sequence <= after
            {
                offset += length;
                continue;
            }
            let Some((sequence, payload)) = frame::decode(&bytes[offset..]) else {
                return Err(WalError::Damaged {
                    path: segment.path.clone(),
                    offset: offset as u64,
                    what: format!("frame {expected} does not have its checksum"),
                });
            };
            if sequence == expected {
                if !take(sequence, payload) {
                    return Ok(());
                }
                expected += 1;
            }
            offset += FRAME_HEADER_BYTES + payload.len();
        }
    }
    if expected <= through {
        return Err(WalError::Damaged {
            path: folder.to_owned(),
            offset: 0,
            what: format!("frame {expected} is missing"),
        });
    }
    Ok(())
}

/// Deletes segments all of whose frames are committed, except the newest, which may still be written to. Returns the bytes that remain.
pub(crate) fn delete_through(folder: &Path, committed: u64) -> Result<u64, WalError> {
    let segments = segments(folder)?;
    let mut remaining = 0;
    for (index, segment) in segments.iter().enumerate() {
        let fail = |source| WalError::Io {
            path: segment.path.clone(),
            source,
        };
        if segments.get(index + 1).is_some_and(|next| next.first_sequence <= committed + 1) {
            fs::remove_file(&segment.path).map_err(fail)?;
        } else {
            remaining += fs::metadata(&segment.path).map_err(fail)?.len();
        }
    }
    Ok(remaining)
}
