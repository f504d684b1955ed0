//! A coded scan gives the same rows as the library's reader, whatever the file looks like.

use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use datafusion::execution::cache::default_cache::DefaultCache;
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{WriterProperties, WriterVersion};
use proptest::prelude::*;

use super::Customers;
use super::column::coded;
use super::stream::{Request, batches};
use crate::read::FileReaders;

fn plain_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::FixedSizeBinary(16), true),
        Field::new("number", DataType::Int64, false),
        Field::new("text", DataType::Utf8, true),
        Field::new("sure", DataType::Utf8, false),
        Field::new("nothing", DataType::Utf8, true),
    ]))
}

fn coded_schema() -> SchemaRef {
    let field = |name: &str, kind: DataType, nullable| Field::new(name, coded(kind), nullable);
    Arc::new(Schema::new(vec![
        field("text", DataType::Utf8, true),
        field("id", DataType::FixedSizeBinary(16), true),
        Field::new("number", DataType::Int64, false),
        field("sure", DataType::Utf8, false),
        field("nothing", DataType::Utf8, true),
        field("added_later", DataType::Utf8, true),
    ]))
}

/// A row: ids and texts are made of small numbers, so that they repeat.
type Row = (Option<u16>, i64, Option<u16>, u8);

fn batch(rows: &[Row]) -> RecordBatch {
    let ids = rows
        .iter()
        .map(|row| row.0.map(|id| u128::from(id).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(ids, 16).unwrap()),
        Arc::new(rows.iter().map(|row| row.1).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| row.2.map(|text| format!("text {text}"))).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| Some(format!("{}", row.3 / 100))).collect::<StringArray>()),
        Arc::new(rows.iter().map(|_| None::<&str>).collect::<StringArray>()),
    ];
    RecordBatch::try_new(plain_schema(), columns).unwrap()
}

struct Shape {
    group_rows: usize,
    page_rows: usize,
    dictionary_bytes: usize,
    compression: Compression,
}

/// Writes the rows, reads them as codes, and gives both.
fn round_trip(rows: &[Row], shape: &Shape, customers: Customers) -> (RecordBatch, Vec<RecordBatch>) {
    let folder = tempfile::tempdir().unwrap();
    let written = batch(rows);
    let properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_compression(shape.compression)
        .set_max_row_group_row_count(Some(shape.group_rows))
        .set_data_page_row_count_limit(shape.page_rows)
        .set_write_batch_size(shape.page_rows)
        .set_dictionary_page_size_limit(shape.dictionary_bytes)
        .build();
    let path = folder.path().join("rows.parquet");
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), written.schema(), Some(properties)).unwrap();
    writer.write(&written).unwrap();
    writer.close().unwrap();
    let files = FileReaders::new(
        Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap()),
        Arc::new(DefaultCache::new(1 << 20)),
        Path::from("rows.parquet"),
        std::fs::metadata(&path).unwrap().len(),
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request = Request {
        schema: coded_schema(),
        customers,
    };
    let read = runtime.block_on(async { batches(files, request).await.unwrap().try_collect().await.unwrap() });
    (written, read)
}

fn assert_same(rows: &[Row], shape: &Shape) {
    let (written, read) = round_trip(rows, shape, Customers::All);
    let read = concat_batches(&coded_schema(), &read).unwrap();
    assert_eq!(read.num_rows(), rows.len());
    for field in written.schema().fields() {
        let expected = written.column_by_name(field.name()).unwrap();
        let found = cast(read.column_by_name(field.name()).unwrap(), field.data_type()).unwrap();
        assert_eq!(&found, expected, "{}", field.name());
    }
    assert_eq!(read.column_by_name("added_later").unwrap().logical_null_count(), rows.len());
}

const USUAL: Shape = Shape {
    group_rows: 1_000,
    page_rows: 150,
    dictionary_bytes: 1 << 20,
    compression: Compression::UNCOMPRESSED,
};

#[test]
fn arrays_of_a_row_group_share_their_dictionary() {
    let rows = (0..80_000).map(|at| (Some(at as u16 / 9), i64::from(at), None, 0)).collect::<Vec<Row>>();
    let shape = Shape {
        group_rows: 70_000,
        page_rows: 20_000,
        ..USUAL
    };
    let (_, read) = round_trip(&rows, &shape, Customers::All);
    let sizes = read.iter().map(RecordBatch::num_rows).collect::<Vec<_>>();
    assert_eq!(sizes, [16_384, 16_384, 16_384, 16_384, 4_464, 10_000]);
    let values = |at: usize| Arc::clone(read[at].column(1).as_any_dictionary().values());
    assert!(Arc::ptr_eq(&values(0), &values(4)) && !Arc::ptr_eq(&values(4), &values(5)));
}

#[test]
fn a_dictionary_that_grew_too_large_is_read_all_the_same() {
    let rows = (0..5_000).map(|at| (Some(at), i64::from(at), Some(at), 3)).collect::<Vec<Row>>();
    assert_same(
        &rows,
        &Shape {
            dictionary_bytes: 2_000,
            ..USUAL
        },
    );
}

#[test]
fn a_file_without_rows_has_no_batches() {
    assert!(round_trip(&[], &USUAL, Customers::All).1.is_empty());
}

/// Customer, kind and number of a row.
type Line = (Option<Vec<u8>>, String, i64);

/// Of customers with a row of kind "2" all rows up to the instant of the last one are there; of others only some.
fn assert_selected(rows: &[Row], shape: &Shape) {
    let customers = Customers::With {
        customer: 1,
        kind: 3,
        instant: 2,
        kinds: &["2"],
    };
    let (written, read) = round_trip(rows, shape, customers);
    let read = concat_batches(&coded_schema(), &read).unwrap();
    let lines = |batch: &RecordBatch| -> Vec<Line> {
        let column = |name: &str, kind: &DataType| cast(batch.column_by_name(name).unwrap(), kind).unwrap();
        let (ids, kinds, numbers) = (
            column("id", &DataType::FixedSizeBinary(16)),
            column("sure", &DataType::Utf8),
            column("number", &DataType::Int64),
        );
        let id = |row: usize| ids.is_valid(row).then(|| ids.as_fixed_size_binary().value(row).to_vec());
        (0..batch.num_rows())
            .map(|row| {
                (
                    id(row),
                    kinds.as_string::<i32>().value(row).to_owned(),
                    numbers.as_primitive::<Int64Type>().value(row),
                )
            })
            .collect::<Vec<_>>()
    };
    let (all, found) = (lines(&written), lines(&read));
    let mut last = HashMap::new();
    for (id, kind, number) in &all {
        if kind == "2" {
            last.insert(id.clone(), *number);
        }
    }
    let is_needed = |(id, _, number): &&Line| last.get(id).is_some_and(|last| number <= last);
    let needed = all.iter().filter(is_needed).collect::<Vec<_>>();
    assert_eq!(found.iter().filter(is_needed).collect::<Vec<_>>(), needed);
    let mut rest = all.iter();
    assert!(
        found.iter().all(|line| rest.any(|other| other == line)),
        "rows come in order and none comes twice"
    );
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    // Stretches of equal rows, as a sorted file has, and single ones.
    let row = (
        proptest::option::of(0..300_u16),
        any::<i64>(),
        proptest::option::weighted(0.9, 0..9_u16),
        any::<u8>(),
    );
    proptest::collection::vec((row, 1..40_usize), 1..200).prop_map(|runs| runs.into_iter().flat_map(|(row, count)| vec![row; count]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn rows_come_back_as_they_were_written(rows in rows(), group_rows in 1..3_000_usize, page_rows in 1..700_usize, is_compressed: bool) {
        let compression = if is_compressed { Compression::ZSTD(Default::default()) } else { Compression::UNCOMPRESSED };
        assert_same(&rows, &Shape { group_rows, page_rows, compression, ..USUAL });
    }

    #[test]
    fn customers_with_a_wanted_row_come_up_to_its_instant(rows in rows(), group_rows in 1..3_000_usize, page_rows in 1..700_usize) {
        let mut rows = rows;
        // As in a sorted file: a customer's rows are neighbours.
        rows.sort_by_key(|row| row.0);
        // Numbers as instants: in order, some of them equal.
        rows.iter_mut().enumerate().for_each(|(at, row)| row.1 = at as i64 / 2);
        assert_selected(&rows, &Shape { group_rows, page_rows, ..USUAL });
    }
}
