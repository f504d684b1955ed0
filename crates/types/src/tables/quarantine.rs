//! Rows that were refused, kept with place and reason so that they can be mended and sent again.

use super::ColumnType::{Instant, Integer, Text, Uuid};
use super::{Column, Table, optional, required};

pub const TABLE: Table = Table {
    name: "quarantine",
    doc: "Rows that could not be accepted. Nothing is dropped silently: every refused row is here with file, line and reason.",
    columns: COLUMNS,
    sort: &["import_id", "line"],
};

const COLUMNS: &[Column] = &[
    required("import_id", Uuid, "The import, sync or collector batch."),
    required("data_source", Text, "Key of the source."),
    required("quarantined_at", Instant, "When it was refused."),
    optional("file", Text, "File name as given."),
    required("line", Integer, "Line in the file, from 1, or position in the batch."),
    optional("column", Text, "Column or field that is at fault."),
    required("code", Text, "Machine-readable reason."),
    required("reason", Text, "The reason and the remedy, in words."),
    optional("raw", Text, "The refused row as it came, at most 64 KiB."),
];
