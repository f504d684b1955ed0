use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::writer::SerializedFileWriter;
use types::tables::ColumnType;

use super::*;
use crate::schema::{Column, parquet_schema};

/// A file of one column and one row group, as the general reader sees it.
fn read_back(kind: ColumnType, rows: usize, nulls: Option<&NullBuffer>, values: &Values<'_>) -> RecordBatch {
    let columns = [Column {
        id: 1,
        name: "column".to_owned(),
        kind,
        nullable: true,
    }];
    let schema = parquet_schema(&columns).unwrap();
    let description = Description {
        column: schema.column(0),
        has_page_bounds: true,
    };
    let chunk = encode_chunk(&description, rows, nulls, values).unwrap();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, schema.root_schema_ptr(), Arc::default()).unwrap();
    let mut group = file.next_row_group().unwrap();
    group.append_column(&chunk.bytes, chunk.close).unwrap();
    group.close().unwrap();
    file.close().unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))
        .unwrap()
        .with_batch_size(1 << 20);
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    assert_eq!(batches.len(), 1);
    batches[0].clone()
}

/// The texts of the codes, with nulls in between.
fn texts_come_back(codes: Vec<u32>, list: Vec<&str>, nulls: Option<NullBuffer>) {
    let rows = nulls.as_ref().map_or(codes.len(), NullBuffer::len);
    let mut next = codes.iter();
    let expected: Vec<Option<&str>> = (0..rows)
        .map(|row| {
            nulls
                .as_ref()
                .is_none_or(|nulls| nulls.is_valid(row))
                .then(|| list[*next.next().unwrap() as usize])
        })
        .collect();
    let values = Values::Coded {
        codes: codes.clone(),
        list: list.clone(),
    };
    let batch = read_back(ColumnType::Text, rows, nulls.as_ref(), &values);
    assert_eq!(batch.column(0).as_string::<i32>().iter().collect::<Vec<_>>(), expected);
}

/// Codes below `count`, some of them in runs.
fn codes(length: usize, count: u32) -> Vec<u32> {
    let mut seed = 7_u32;
    let mut codes = Vec::new();
    while codes.len() < length {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let run = if seed >> 28 == 0 { (seed >> 20 & 0xFF) as usize } else { 1 };
        codes.extend(std::iter::repeat_n((seed >> 4) % count, run));
    }
    codes.truncate(length);
    codes
}

#[test]
fn codes_come_back_whatever_their_number_and_width() {
    for count in [1, 2, 3, 5, 130, 1_000, 70_000] {
        let texts: Vec<String> = (0..count).map(|number| format!("text {number}")).collect();
        for length in [1, 7, 8, 9, 1_000, PAGE_ROWS, PAGE_ROWS + 1, 3 * PAGE_ROWS + 17] {
            texts_come_back(codes(length, count), texts.iter().map(String::as_str).collect(), None);
        }
    }
}

#[test]
fn nulls_come_back_where_they_were() {
    let texts = ["a", "", "c"];
    for every in [2, 3, 1_000] {
        let nulls: NullBuffer = (0..2 * PAGE_ROWS + 5).map(|row| row % every == 1).collect();
        let valid = nulls.len() - nulls.null_count();
        texts_come_back(codes(valid, 3), texts.to_vec(), Some(nulls));
    }
    // A page without any value between pages with values.
    let nulls: NullBuffer = (0..3 * PAGE_ROWS).map(|row| row / PAGE_ROWS != 1).collect();
    texts_come_back(codes(2 * PAGE_ROWS, 3), texts.to_vec(), Some(nulls));
}

#[test]
fn ids_come_back_plain_and_coded() {
    let ids: Vec<[u8; ID_BYTES]> = (0..40_000_u32).map(|number| u128::from(number / 3).to_be_bytes()).collect();
    let list: Vec<[u8; ID_BYTES]> = (0..13_334_u32).map(|number| u128::from(number).to_be_bytes()).collect();
    let coded = Values::CodedIds {
        codes: (0..40_000).map(|number| number / 3).collect(),
        list,
    };
    for values in [Values::Ids(ids.clone()), coded] {
        let batch = read_back(ColumnType::Uuid, ids.len(), None, &values);
        let array = batch.column(0).as_fixed_size_binary();
        assert!(array.iter().flatten().eq(ids.iter().map(|id| &id[..])));
    }
}

#[test]
fn a_column_without_values_is_all_null() {
    for kind in [
        ColumnType::Text,
        ColumnType::Uuid,
        ColumnType::Integer,
        ColumnType::Decimal,
        ColumnType::Date,
    ] {
        let batch = read_back(kind, 20_000, None, &Values::Nothing);
        assert_eq!((batch.num_rows(), batch.column(0).null_count()), (20_000, 20_000));
    }
}
