//! How the columns of a file are encoded.

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;
use types::tables::ColumnType;

use super::Placement;
use crate::file::Layout;
use crate::schema::Column;

/// Rows of a row group: what a writer holds in memory, and what a reader can skip.
const ROW_GROUP_ROWS_MAX: usize = 131_072;
/// A sorted file has runs of few rows a customer: with all customers of a row group in one dictionary, the ids shrink to run lengths
/// and decode in half the time. The default of 1 MiB holds 65,536 ids, too few for a row group.
const CUSTOMER_DICTIONARY_BYTES_MAX: usize = 16 << 20;

pub(super) fn properties(columns: &[Column], placement: &Placement) -> WriterProperties {
    let level = ZstdLevel::try_new(1).expect("1 is a ZSTD level");
    let mut builder = WriterProperties::builder()
        .set_created_by("Tributary".into())
        // Ids are fixed-length bytes, which have dictionaries from version 2 on only. Its delta encodings decode more slowly than plain
        // values under ZSTD: columns without a dictionary stay plain.
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_encoding(Encoding::PLAIN)
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS_MAX))
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for column in columns {
        let path = || ColumnPath::from(column.name.as_str());
        // A conversion has many rows of credit.
        let is_repeated = placement.layout == Layout::Table && column.name == "conversion_id";
        if is_unique(column) && !is_repeated || placement.level == 0 && is_written_plain_at_first(column) {
            builder = builder.set_column_dictionary_enabled(path(), false);
        }
        if column.kind == ColumnType::Json || is_scattered(column) {
            builder = builder.set_column_statistics_enabled(path(), EnabledStatistics::None);
        }
        if is_incompressible(column) {
            builder = builder.set_column_compression(path(), Compression::UNCOMPRESSED);
        }
        if is_searched(placement.layout, &column.name) {
            builder = builder.set_column_statistics_enabled(path(), EnabledStatistics::Page);
        }
        if column.name == "customer_id" {
            builder = builder.set_column_dictionary_page_size_limit(path(), CUSTOMER_DICTIONARY_BYTES_MAX);
        }
    }
    builder.build()
}

/// Columns whose values hardly repeat: a dictionary would be built and thrown away.
pub(crate) fn is_unique(column: &Column) -> bool {
    hardly_repeats(&column.name)
}

/// As [`is_unique`], by the column's name.
pub(crate) fn hardly_repeats(column: &str) -> bool {
    matches!(
        column,
        "id" | "source_row_key" | "sequence" | "recorded_at" | "conversion_id" | "order_id" | "raw"
    )
}

/// Columns for which a dictionary pays only once a customer's rows lie together: before, it is given up when it is full, after every value
/// of it was hashed.
fn is_written_plain_at_first(column: &Column) -> bool {
    matches!(column.name.as_str(), "customer_key" | "ingested_at")
}

/// Columns whose bounds in a row group say nothing: their values lie in every row group of a file that is sorted by something else.
fn is_scattered(column: &Column) -> bool {
    matches!(
        column.name.as_str(),
        "id" | "source_row_key" | "sequence" | "customer_key" | "order_id" | "raw"
    )
}

/// Columns from which compression takes little - ids made by hashing, instants to the microsecond, codes of customers and campaigns - and
/// for which every scan would pay (docs/adr/0007).
fn is_incompressible(column: &Column) -> bool {
    column.kind == ColumnType::Uuid || matches!(column.name.as_str(), "sequence" | "recorded_at" | "record_kind")
}

/// Columns in whose order rows lie: statistics of pages let a reader find one customer or one day.
fn is_searched(layout: Layout, name: &str) -> bool {
    match layout {
        Layout::Journey => matches!(name, "customer_id" | "recorded_at"),
        Layout::Fact => matches!(name, "data_source" | "campaign_id" | "recorded_at" | "civil_date"),
        Layout::Table => matches!(name, "customer_id" | "conversion_id" | "import_id"),
    }
}
