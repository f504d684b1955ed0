//! Delete files: the positions of the rows of one data file that are there no more.

use std::fs::File;
use std::ops::Range;
use std::path::Path as DiskPath;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use object_store::path::Path;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{Unsynced, durable, remove_unfinished};
use crate::deletes::{FILE_PATH, POSITION};
use crate::{Error, Result};

/// A finished, durable delete file that is not in the catalogue yet.
#[derive(Clone, Debug)]
pub(crate) struct WrittenDeletes {
    /// Below the lake's root.
    pub(crate) path: Path,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) footer_bytes: u64,
}

/// Writes the delete file `root/path` for the rows `ranges` of `data_file`, and syncs it. Blocking.
pub(crate) fn write_deletes(root: &DiskPath, path: Path, data_file: &str, ranges: &[Range<u64>]) -> Result<WrittenDeletes> {
    let disk_path = root.join(path.as_ref());
    write(&disk_path, data_file, ranges)
        .inspect_err(|_| remove_unfinished(&disk_path))
        .map(|(rows, bytes, footer_bytes)| WrittenDeletes {
            path,
            rows,
            bytes,
            footer_bytes,
        })
}

fn write(path: &DiskPath, data_file: &str, ranges: &[Range<u64>]) -> Result<(u64, u64, u64)> {
    let positions: Int64Array = ranges
        .iter()
        .cloned()
        .flatten()
        .map(|row| i64::try_from(row).unwrap_or(i64::MAX))
        .collect();
    let rows = positions.len();
    let schema = Arc::new(Schema::new(vec![
        Field::new(FILE_PATH, DataType::Utf8, false),
        Field::new(POSITION, DataType::Int64, false),
    ]));
    let names: StringArray = std::iter::repeat_n(Some(data_file), rows).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(names), Arc::new(positions)])?;
    let file = File::options()
        .write(true)
        .read(true)
        .create_new(true)
        .open(path)
        .map_err(Error::io(path, "created"))?;
    let shared = file.try_clone().map_err(Error::io(path, "shared"))?;
    let properties = WriterProperties::builder()
        .set_created_by("Tributary".into())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).expect("1 is a ZSTD level")))
        .build();
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties))?;
    writer.write(&batch)?;
    writer.close()?;
    let bytes = shared.metadata().map_err(Error::io(path, "measured"))?.len();
    let footer_bytes = durable::footer_bytes(&shared, bytes).map_err(Error::io(path, "read back"))?;
    let unsynced = Unsynced {
        file: shared,
        path: path.to_owned(),
    };
    unsynced.sync()?;
    Ok((rows as u64, bytes, footer_bytes))
}
