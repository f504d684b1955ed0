use std::sync::OnceLock;

use arrow::array::{ArrayRef, Date32Array, Float64Array};
use datafusion::logical_expr::{col, lit};
use object_store::path::Path;
use proptest::prelude::*;
use types::tables::ColumnType;

use super::*;
use crate::file::Layout;
use crate::schema::{Column, arrow_schema};
use crate::stats::StatsBuilder;

/// A table with one nullable column `x`.
fn table(kind: ColumnType) -> TableState {
    let columns = vec![Column {
        id: 1,
        name: "x".into(),
        kind,
        nullable: true,
    }];
    TableState {
        id: 1,
        name: "t".into(),
        schema: arrow_schema(&columns),
        columns,
        files: Vec::new(),
        statistics: OnceLock::new(),
    }
}

fn file(kind: ColumnType, values: ArrayRef) -> DataFile {
    let mut stats = StatsBuilder::new(kind);
    stats.update(&values);
    DataFile {
        id: 1,
        path: Path::from("x.parquet"),
        bytes: 1,
        rows: values.len() as u64,
        layout: Layout::Fact,
        level: 0,
        customer_range: None,
        month: None,
        stats: vec![(1, stats.finish(1))],
        deletes: None,
    }
}

fn day(day: i32) -> Expr {
    lit(ScalarValue::Date32(Some(day)))
}

fn verdict(filter: &Expr, days: &[Option<i32>]) -> Passing {
    let file = file(ColumnType::Date, Arc::new(Date32Array::from(days.to_vec())));
    passing(filter, &table(ColumnType::Date), &file)
}

/// How many of so many rows pass.
fn seen(passes: usize, rows: usize) -> Passing {
    match passes {
        0 => Passing::None,
        all if all == rows => Passing::All,
        _ => Passing::Unknown,
    }
}

proptest! {
    #[test]
    fn a_verdict_is_what_every_row_says(days in prop::collection::vec(prop::option::weighted(0.9, 0..6_i32), 1..8), bound in 0..6_i32) {
        let count = |is_passed: &dyn Fn(i32) -> bool| seen(days.iter().flatten().filter(|day| is_passed(**day)).count(), days.len());
        let verdict = |filter: Expr| verdict(&filter, &days);
        prop_assert_eq!(verdict(col("x").lt(day(bound))), count(&|day| day < bound));
        prop_assert_eq!(verdict(col("x").lt_eq(day(bound))), count(&|day| day <= bound));
        prop_assert_eq!(verdict(col("x").gt(day(bound))), count(&|day| day > bound));
        prop_assert_eq!(verdict(col("x").gt_eq(day(bound))), count(&|day| day >= bound));
        prop_assert_eq!(verdict(day(bound).lt(col("x"))), count(&|day| bound < day));
        prop_assert_eq!(verdict(col("x").is_not_null()), count(&|_| true));
        // Within the bounds there may be a gap: these may leave open what the rows say, and never say anything else.
        let equal = verdict(col("x").eq(day(bound)));
        prop_assert!(equal == Passing::Unknown || equal == count(&|day| day == bound));
        let unequal = verdict(col("x").not_eq(day(bound)));
        prop_assert!(unequal == Passing::Unknown || unequal == count(&|day| day != bound));
        let between = verdict(col("x").between(day(1), day(bound)));
        prop_assert!(between == Passing::Unknown || between == count(&|day| (1..=bound).contains(&day)));
    }
}

#[test]
fn the_only_value_of_a_file_is_known() {
    assert_eq!(verdict(&col("x").eq(day(3)), &[Some(3), Some(3)]), Passing::All);
    assert_eq!(verdict(&col("x").eq(day(3)), &[Some(3), None]), Passing::Unknown);
    assert_eq!(verdict(&col("x").not_eq(day(3)), &[Some(3), None]), Passing::None);
    assert_eq!(verdict(&col("x").between(day(1), day(5)), &[Some(3), Some(4)]), Passing::All);
}

#[test]
fn nothing_is_said_of_other_questions() {
    let days = [Some(3), Some(4)];
    let null = lit(ScalarValue::Date32(None));
    for filter in [
        col("x").eq(null),
        col("x").gt(lit(1_i64)),
        col("x").is_null(),
        col("y").gt(day(1)),
        col("x").gt(day(1)).or(col("x").lt(day(1))),
        col("x").not_between(day(1), day(2)),
    ] {
        assert_eq!(verdict(&filter, &days), Passing::Unknown, "{filter}");
    }
}

#[test]
fn a_file_that_is_older_than_a_column_has_only_nulls_in_it() {
    let mut file = file(ColumnType::Date, Arc::new(Date32Array::from(vec![1])));
    file.stats.clear();
    let table = table(ColumnType::Date);
    assert_eq!(passing(&col("x").is_not_null(), &table, &file), Passing::None);
    assert_eq!(passing(&col("x").gt_eq(day(1)), &table, &file), Passing::None);
}

#[test]
fn what_is_not_a_number_is_outside_of_all_bounds() {
    let file = file(ColumnType::Float, Arc::new(Float64Array::from(vec![1.0, f64::NAN])));
    assert_eq!(passing(&col("x").lt(lit(2.0)), &table(ColumnType::Float), &file), Passing::Unknown);
}
