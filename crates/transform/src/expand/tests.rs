use std::collections::HashSet;

use arrow::array::{Int64Array, TimestampMicrosecondArray, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};

use super::*;

const DECIMAL: DataType = DataType::Decimal128(18, 6);
const ID: DataType = DataType::FixedSizeBinary(16);

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The columns of `revenue_attribution` that this test looks at.
fn schema() -> SchemaRef {
    let fields = [
        ("id", ID),
        ("campaign_id", ID),
        ("touchpoint_sequence", DataType::Int64),
        ("attribution_model", DataType::Utf8),
        ("attribution_weight", DECIMAL),
        ("weight", DataType::Float64),
        ("revenue_amount", DECIMAL),
        ("transaction_date", instant()),
        ("entry", DataType::Utf8),
    ];
    Arc::new(Schema::new(fields.map(|(name, kind)| Field::new(name, kind, true)).to_vec()))
}

/// Credit rows of one order under two models: entry, time, position, cents. Position 0 is unattributed.
fn credits(rows: &[(&str, i64, i64, i128)]) -> RecordBatch {
    let mut touches = FixedSizeBinaryBuilder::new(16);
    for (_, _, position, _) in rows {
        match position {
            0 => touches.append_null(),
            position => touches.append_value([u8::try_from(*position).unwrap(); 16]).unwrap(),
        }
    }
    let weights: ArrayRef = Arc::new(Float64Array::from(vec![1.0 / 3.0; rows.len()]));
    let amounts = rows.iter().map(|(_, _, _, cents)| cents * 10_000).collect::<Vec<_>>();
    let amounts: ArrayRef = Arc::new(Decimal128Array::from(amounts).with_precision_and_scale(18, 6).unwrap());
    let times = TimestampMicrosecondArray::from(rows.iter().map(|row| row.1).collect::<Vec<_>>()).with_timezone("UTC");
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("customer_id", Arc::new(repeated_id(&[5; 16], rows.len()).unwrap())),
        ("conversion_id", Arc::new(repeated_id(&[7; 16], rows.len()).unwrap())),
        ("touch_id", Arc::new(touches.finish())),
        ("campaign_id", new_null_array(&ID, rows.len())),
        ("entry", Arc::new(rows.iter().map(|row| Some(row.0)).collect::<StringArray>())),
        ("converted_at", Arc::new(times)),
        ("position", Arc::new(rows.iter().map(|row| row.2).collect::<Int64Array>())),
        ("weight_linear", Arc::clone(&weights)),
        ("weight_last_touch", weights),
        ("revenue_linear", Arc::clone(&amounts)),
        ("revenue_last_touch", amounts),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
}

fn expansion() -> Expansion {
    Expansion::new(
        schema(),
        OrganizationId::from_bytes([1; 16]),
        Currency::EUR,
        &[Model::Linear, Model::LastTouch],
    )
}

/// Keys as the values behind them.
fn plain(batch: &RecordBatch) -> RecordBatch {
    let schema = schema();
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| cast(column, field.data_type()).unwrap());
    let columns = columns.collect();
    RecordBatch::try_new(schema, columns).unwrap()
}

fn ids(batches: &[RecordBatch]) -> Vec<Vec<u8>> {
    batches
        .iter()
        .flat_map(|batch| {
            batch["id"]
                .as_fixed_size_binary()
                .iter()
                .map(|id| id.unwrap().to_vec())
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn an_entry_is_written_model_by_model_with_its_touches_in_order() {
    let credits = credits(&[("sale", 1, 1, 34), ("sale", 1, 2, 33), ("sale", 1, 3, 33), ("refund", 2, 1, -5)]);
    let rows = plain(&expansion().expand(&credits).unwrap());
    let models: Vec<_> = rows["attribution_model"].as_string::<i32>().iter().flatten().collect();
    assert_eq!(
        models,
        [
            "last_touch",
            "last_touch",
            "last_touch",
            "linear",
            "linear",
            "linear",
            "last_touch",
            "linear"
        ]
    );
    assert_eq!(
        rows["touchpoint_sequence"].as_primitive::<Int64Type>().values(),
        &[1, 2, 3, 1, 2, 3, 1, 1]
    );
    assert_eq!(rows["revenue_amount"].as_primitive::<Decimal128Type>().value(3), 340_000);
    assert_eq!(
        rows["attribution_weight"].as_primitive::<Decimal128Type>().value(0),
        333_300,
        "four places for display"
    );
    assert_eq!(
        rows["weight"].as_primitive::<Float64Type>().value(0),
        1.0 / 3.0,
        "and the exact weight beside it"
    );
}

#[test]
fn equal_refunds_of_one_instant_have_ids_of_their_own_wherever_batches_are_cut() {
    let sale = [("sale", 1, 1, 50), ("sale", 1, 2, 50)];
    let refunds = [
        ("refund", 9, 1, -5),
        ("refund", 9, 2, -5),
        ("refund", 9, 0, -1),
        ("refund", 9, 1, -5),
        ("refund", 9, 2, -5),
        ("refund", 9, 0, -1),
        ("refund", 9, 0, -1),
    ];
    let all: Vec<_> = sale.into_iter().chain(refunds).collect();
    let whole = ids(&[expansion().expand(&credits(&all)).unwrap()]);
    assert_eq!(whole.iter().collect::<HashSet<_>>().len(), whole.len());
    for cut in 1..all.len() {
        let mut expansion = expansion();
        let parts = [&all[..cut], &all[cut..]].map(|part| expansion.expand(&credits(part)).unwrap());
        assert_eq!(
            ids(&parts).into_iter().collect::<HashSet<_>>(),
            whole.iter().cloned().collect(),
            "cut at {cut}"
        );
    }
}

#[test]
fn rows_come_in_the_order_of_the_table_whatever_the_order_of_events() {
    let credits = credits(&[
        ("sale", 5, 1, 10),
        ("sale", 5, 2, 10),
        ("refund", 9, 1, -1),
        ("refund", 9, 0, -1),
        ("sale", 3, 1, 7),
    ]);
    let rows = plain(&expansion().expand(&credits).unwrap());
    let models = rows["attribution_model"].as_string::<i32>();
    let (times, positions) = (
        rows["transaction_date"].as_primitive::<TimestampMicrosecondType>(),
        rows["touchpoint_sequence"].as_primitive::<Int64Type>(),
    );
    let keys = (0..rows.num_rows()).map(|row| (times.value(row), models.value(row), positions.value(row)));
    assert!(keys.is_sorted());
    assert_eq!(rows.num_rows(), 10);
}

#[test]
fn an_amount_finer_than_the_unit_of_credit_is_an_error() {
    let mut expansion = Expansion::new(
        schema(),
        OrganizationId::from_bytes([1; 16]),
        Currency::parse("BIF").unwrap(),
        &[Model::Linear],
    );
    let mut finer = credits(&[("sale", 1, 1, 50)]);
    let fifty: ArrayRef = Arc::new(Decimal128Array::from(vec![50]).with_precision_and_scale(18, 6).unwrap());
    let at = finer.schema().index_of("revenue_linear").unwrap();
    let mut columns = finer.columns().to_vec();
    columns[at] = fifty;
    finer = RecordBatch::try_new(finer.schema(), columns).unwrap();
    assert!(matches!(expansion.expand(&finer), Err(Error::Amount { micros: 50, .. })));
}

#[test]
fn rows_of_an_entry_count_upwards_and_may_end_unattributed() {
    assert!(follows(1, 2) && follows(3, 0));
    assert!(!follows(3, 1) && !follows(0, 0) && !follows(0, 1) && !follows(2, 2));
}
