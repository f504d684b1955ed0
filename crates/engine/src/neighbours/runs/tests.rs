use arrow::array::{Decimal128Array, Int64Array, RecordBatch, StringArray};
use proptest::prelude::*;

use super::*;

fn batch(keys: &[Option<&str>], counts: &[Option<i64>], amounts: &[Option<i128>]) -> RecordBatch {
    let amounts = Decimal128Array::from(amounts.to_vec()).with_precision_and_scale(18, 6).unwrap();
    RecordBatch::try_from_iter_with_nullable([
        ("key", Arc::new(StringArray::from(keys.to_vec())) as ArrayRef, true),
        ("count", Arc::new(Int64Array::from(counts.to_vec())), true),
        ("amount", Arc::new(amounts), true),
    ])
    .unwrap()
}

/// The rows with counts and amounts added up.
fn added(batch: &RecordBatch) -> RecordBatch {
    add_up(batch, &[1, 2], &batch.schema()).unwrap()
}

#[test]
fn neighbours_with_equal_keys_become_one_row() {
    let before = batch(
        &[Some("a"), Some("a"), Some("a"), None, None, None, Some("a"), Some("a")],
        &[Some(1), Some(2), Some(3), None, None, None, None, Some(9)],
        &[Some(10), Some(20), Some(-5), Some(1), Some(1), Some(1), Some(7), None],
    );
    let after = batch(&[Some("a"), None, Some("a")], &[Some(6), None, Some(9)], &[Some(25), Some(3), Some(7)]);
    assert_eq!(added(&before), after);
}

#[test]
fn rows_without_equal_neighbours_stay_as_they_are() {
    let rows = batch(&[Some("a"), Some("b"), Some("b")], &[Some(1); 3], &[Some(1); 3]);
    assert_eq!(added(&rows), rows);
    let none = rows.slice(0, 0);
    assert_eq!(added(&none), none);
}

#[test]
fn sums_that_their_column_cannot_hold_are_left_to_the_grouping() {
    let rows = batch(&[Some("a"); 4], &[Some(i64::MAX); 4], &[Some(1); 4]);
    assert_eq!(added(&rows), rows);
    let rows = batch(&[Some("a"); 4], &[Some(1); 4], &[Some(500_000_000_000_000_000); 4]);
    assert_eq!(added(&rows), rows);
}

type Row = (Option<u8>, Option<i64>, Option<i64>);

fn of(rows: &[Row]) -> RecordBatch {
    let keys = rows.iter().map(|row| row.0.map(|key| format!("key {key}"))).collect::<Vec<_>>();
    let keys = keys.iter().map(Option::as_deref).collect::<Vec<_>>();
    let counts = rows.iter().map(|row| row.1).collect::<Vec<_>>();
    let amounts = rows.iter().map(|row| row.2.map(i128::from)).collect::<Vec<_>>();
    batch(&keys, &counts, &amounts)
}

/// The batch with its keys as codes.
fn coded(batch: &RecordBatch) -> RecordBatch {
    let kind = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
    let keys = arrow::compute::cast(batch.column(0), &kind).unwrap();
    let columns = [
        ("key", keys),
        ("count", Arc::clone(batch.column(1))),
        ("amount", Arc::clone(batch.column(2))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

/// Neighbours added up one by one.
fn one_by_one(rows: &[Row]) -> Vec<Row> {
    let sum = |left: Option<i64>, right: Option<i64>| left.map_or(right, |left| Some(left + right.unwrap_or(0)));
    rows.chunk_by(|left, right| left.0 == right.0)
        .map(|run| {
            run.iter()
                .fold((run[0].0, None, None), |all, row| (all.0, sum(all.1, row.1), sum(all.2, row.2)))
        })
        .collect()
}

proptest! {
    #[test]
    fn codes_and_values_add_up_to_the_same_as_one_by_one(
        runs in prop::collection::vec(
            (prop::option::of(0..3_u8), prop::collection::vec((prop::option::of(-5..5_i64), prop::option::of(-5..5_i64)), 1..9)),
            1..20,
        ),
    ) {
        let rows = runs.iter().flat_map(|(key, run)| run.iter().map(|(count, amount)| (*key, *count, *amount)));
        let rows = rows.collect::<Vec<_>>();
        let (plain, expected) = (of(&rows), one_by_one(&rows));
        let is_worthwhile = expected.len() * WORTHWHILE <= rows.len();
        let expected = if is_worthwhile { of(&expected) } else { plain.clone() };
        prop_assert_eq!(added(&plain), expected.clone());
        prop_assert_eq!(add_up(&coded(&plain), &[1, 2], &plain.schema()).unwrap(), expected);
    }
}
