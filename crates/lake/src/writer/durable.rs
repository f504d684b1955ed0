//! What it takes for a file to survive a power loss: its bytes, its name in its folder, and its folder's name in the parent.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::{Error, Result};

/// Creates `folder` and its missing parents, each one synced into its parent.
pub(crate) fn create_folders(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        create_folders(parent)?;
    }
    match std::fs::create_dir(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(Error::io(folder, "created")(error)),
    }
    match folder.parent() {
        Some(parent) => sync_folder(parent),
        None => Ok(()),
    }
}

/// Makes the names in `folder` durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::io(folder, "synced to the disk"))
}

/// Size of a Parquet file's footer, which stands before the last eight bytes.
pub(crate) fn footer_bytes(file: &File, bytes: u64) -> io::Result<u64> {
    let mut tail = [0_u8; 4];
    file.read_exact_at(&mut tail, bytes.checked_sub(8).ok_or(io::ErrorKind::UnexpectedEof)?)?;
    Ok(u64::from(u32::from_le_bytes(tail)))
}
