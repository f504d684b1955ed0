use arrow::array::{Decimal128Array, Int64Array, RecordBatch, StringArray};

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

#[test]
fn neighbours_with_equal_keys_become_one_row() {
    let before = batch(
        &[Some("a"), Some("a"), Some("a"), None, None, None, Some("a"), Some("a")],
        &[Some(1), Some(2), Some(3), None, None, None, None, Some(9)],
        &[Some(10), Some(20), Some(-5), Some(1), Some(1), Some(1), Some(7), None],
    );
    let after = batch(&[Some("a"), None, Some("a")], &[Some(6), None, Some(9)], &[Some(25), Some(3), Some(7)]);
    assert_eq!(add_up(before, &[1, 2]).unwrap(), after);
}

#[test]
fn rows_without_equal_neighbours_stay_as_they_are() {
    let rows = batch(&[Some("a"), Some("b"), Some("b")], &[Some(1); 3], &[Some(1); 3]);
    assert_eq!(add_up(rows.clone(), &[1, 2]).unwrap(), rows);
    let none = rows.slice(0, 0);
    assert_eq!(add_up(none.clone(), &[1, 2]).unwrap(), none);
}

#[test]
fn sums_that_their_column_cannot_hold_are_left_to_the_grouping() {
    let rows = batch(&[Some("a"); 4], &[Some(i64::MAX); 4], &[Some(1); 4]);
    assert_eq!(add_up(rows.clone(), &[1, 2]).unwrap(), rows);
    let rows = batch(&[Some("a"); 4], &[Some(1); 4], &[Some(500_000_000_000_000_000); 4]);
    assert_eq!(add_up(rows.clone(), &[1, 2]).unwrap(), rows);
}
