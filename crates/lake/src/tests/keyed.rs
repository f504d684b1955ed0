//! Rows of derived tables that come as keys into values are the rows that come as values, in files as in answers.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Decimal128Array, DictionaryArray, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::compute::{SortColumn, cast, concat_batches, lexsort_to_indices, take_record_batch};
use arrow::datatypes::{DataType, Schema};
use futures::TryStreamExt;
use proptest::prelude::*;

use super::world::Place;
use crate::{Depth, Lake};

const TABLE: &str = "revenue_attribution";

/// A row: customer, order, touch (none: unattributed), model, amount.
type Row = (u8, u8, Option<u8>, u8, i64);

/// Rows as values: everything about a touch is null where there is none.
fn values(place: &Place, rows: &[Row]) -> RecordBatch {
    let id = |number: u8| [number; 16];
    let ids =
        |number: &dyn Fn(&Row) -> u8| -> ArrayRef { Arc::new(FixedSizeBinaryArray::try_from_iter(rows.iter().map(|row| id(number(row)))).unwrap()) };
    let touch_ids = |of: &dyn Fn(u8) -> Option<u8>| -> ArrayRef {
        let values = rows.iter().map(|row| row.2.and_then(of).map(id));
        Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(values, 16).unwrap())
    };
    let texts = |text: &dyn Fn(&Row) -> Option<String>| -> ArrayRef { Arc::new(rows.iter().map(text).collect::<StringArray>()) };
    let decimals = |micros: &dyn Fn(&Row) -> i64| -> ArrayRef {
        let values = Decimal128Array::from_iter_values(rows.iter().map(|row| i128::from(micros(row))));
        Arc::new(values.with_precision_and_scale(18, 6).unwrap())
    };
    let integers = |number: &dyn Fn(&Row) -> i64| -> ArrayRef { Arc::new(rows.iter().map(number).collect::<Int64Array>()) };
    let unique = (0..rows.len()).map(|row| {
        let mut id = [0; 16];
        id[8..].copy_from_slice(&(row as u64).to_be_bytes());
        id
    });
    let instants = |micros: &dyn Fn(&Row) -> Option<i64>| -> ArrayRef {
        Arc::new(rows.iter().map(micros).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
    };
    RecordBatch::try_from_iter_with_nullable([
        ("id", Arc::new(FixedSizeBinaryArray::try_from_iter(unique).unwrap()) as ArrayRef, false),
        (
            "organization_id",
            {
                let organization = std::iter::repeat_n(place.organization.as_bytes(), rows.len());
                Arc::new(FixedSizeBinaryArray::try_from_iter(organization).unwrap())
            },
            false,
        ),
        ("customer_id", ids(&|row| row.0), false),
        ("campaign_id", touch_ids(&|touch| (touch % 3 > 0).then_some(touch)), true),
        ("asset_id", touch_ids(&|_| None), true),
        ("touchpoint_sequence", integers(&|row| row.2.map_or(0, i64::from)), false),
        ("attribution_model", texts(&|row| Some(format!("model {}", row.3))), false),
        ("attribution_weight", decimals(&|row| row.4 / 100 * 100), false),
        ("revenue_amount", decimals(&|row| -row.4), false),
        ("transaction_date", instants(&|row| Some(i64::from(row.1))), false),
        ("transaction_source", texts(&|_| Some("shop".into())), false),
        ("conversion_id", ids(&|row| row.1), false),
        ("entry", texts(&|row| Some(if row.1 % 2 == 0 { "sale" } else { "refund" }.into())), false),
        ("order_id", texts(&|row| Some(format!("Ünïcode {}", row.1))), true),
        (
            "weight",
            Arc::new(rows.iter().map(|row| row.4 as f64 / 7.0 - 0.0).collect::<Float64Array>()),
            false,
        ),
        ("currency", texts(&|_| Some("EUR".into())), false),
        ("channel", texts(&|row| row.2.map(|touch| format!("Channel {}", touch % 4))), true),
        ("touched_at", instants(&|row| row.2.map(i64::from)), true),
        ("settings_version", integers(&|_| 0), false),
    ])
    .unwrap()
}

/// The same rows as keys: into each other's values, with nulls among the keys and among the values.
fn keyed(batch: &RecordBatch) -> RecordBatch {
    let rows = batch.num_rows();
    let keyed = batch.columns().iter().enumerate().map(|(at, column)| {
        // Unique numbers and amounts may as well stay as they are.
        if at == 0 || at % 5 == 4 {
            return ArrayRef::clone(column);
        }
        let keys = (0..rows).map(|row| (at % 3 > 0 || column.is_valid(row)).then_some(row as i32));
        Arc::new(DictionaryArray::try_new(keys.collect::<Int32Array>(), ArrayRef::clone(column)).unwrap()) as ArrayRef
    });
    let columns = keyed.collect::<Vec<_>>();
    let schema = batch.schema();
    let fields = schema.fields().iter().zip(&columns);
    let fields = fields.map(|(field, column)| field.as_ref().clone().with_data_type(column.data_type().clone()));
    RecordBatch::try_new(Arc::new(Schema::new(fields.collect::<Vec<_>>())), columns).unwrap()
}

async fn rows_of(lake: &Lake) -> RecordBatch {
    let snapshot = lake.snapshot().await.unwrap();
    let table = snapshot.table(TABLE).unwrap();
    let mut batches = Vec::new();
    for stream in snapshot.read(&table.plain_scan().unwrap()) {
        batches.extend(stream.try_collect::<Vec<_>>().await.unwrap());
    }
    let batch = concat_batches(&table.schema(), &batches).unwrap();
    let columns = batch.columns().iter().map(|column| SortColumn {
        values: ArrayRef::clone(column),
        options: None,
    });
    let order = lexsort_to_indices(&columns.collect::<Vec<_>>(), None).unwrap();
    take_record_batch(&batch, &order).unwrap()
}

async fn check(batches: Vec<Vec<Row>>, is_ordered: bool) {
    let (as_values, as_keys) = (Place::sqlite(), Place::sqlite());
    let mut found = Vec::new();
    for (place, is_keyed) in [(&as_values, false), (&as_keys, true)] {
        let lake = place.open().await;
        let mut transaction = lake.transaction();
        for rows in &batches {
            // The same organisation in both.
            let batch = values(&as_values, rows);
            let batch = if is_keyed { keyed(&batch) } else { batch };
            match is_ordered {
                true => transaction.append_ordered_batch(TABLE, batch).await.unwrap(),
                false => transaction.append_batch(TABLE, batch).await.unwrap(),
            }
        }
        transaction.commit("test").await.unwrap();
        // Order, statistics and numbers of rows are what the catalogue says.
        assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);
        found.push(rows_of(&lake).await);
        assert!(
            found[0]
                .columns()
                .iter()
                .all(|column| cast(column, column.data_type()).is_ok_and(|array| !matches!(array.data_type(), DataType::Dictionary(..))))
        );
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0].num_rows(), batches.iter().map(Vec::len).sum::<usize>());
}

fn row() -> impl Strategy<Value = Row> {
    (0_u8..9, 0_u8..9, proptest::option::weighted(0.8, 0_u8..20), 0_u8..6, -50_000_i64..50_000)
}

/// Ordered by the table's order.
fn ordered(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| (row.0, row.1, row.3, row.2.unwrap_or(0)));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn rows_as_keys_are_rows_as_values(batches in proptest::collection::vec(proptest::collection::vec(row(), 1..700), 1..5), is_ordered: bool) {
        let batches = if is_ordered { batches.into_iter().map(ordered).collect() } else { batches };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(check(batches, is_ordered));
    }
}

#[tokio::test]
async fn batches_in_order_that_do_not_overlap_are_not_sorted_and_come_in_order() {
    let rows = |customers: std::ops::Range<u8>| -> Vec<Row> {
        let all = customers.flat_map(|customer| (0..60).map(move |touch| (customer, 1, Some(touch), 2, i64::from(touch) * 1_000)));
        all.collect()
    };
    check(vec![rows(6..9), rows(0..3), rows(3..6)], true).await;
}
