use std::sync::Arc;

use arrow::array::{Decimal128Array, FixedSizeBinaryArray, Float64Array, StringArray, TimestampMicrosecondArray};

use super::*;

fn bounds(kind: ColumnType, array: ArrayRef) -> (u64, Option<String>, Option<String>) {
    let mut builder = StatsBuilder::new(kind);
    builder.update(&array.slice(0, 1));
    builder.update(&array.slice(1, array.len() - 1));
    let stats = builder.finish(0);
    for bound in [&stats.min, &stats.max].into_iter().flatten() {
        let text = to_text(bound).unwrap();
        assert_eq!(from_text(kind, &text).as_ref(), Some(bound), "{text}");
    }
    (stats.nulls, stats.min.as_ref().and_then(to_text), stats.max.as_ref().and_then(to_text))
}

#[test]
fn bounds_are_written_as_duckdb_writes_them() {
    let decimals = Decimal128Array::from(vec![Some(12_500_000), None, Some(-12_500_000)])
        .with_precision_and_scale(18, 6)
        .unwrap();
    assert_eq!(
        bounds(ColumnType::Decimal, Arc::new(decimals)),
        (1, Some("-12.500000".into()), Some("12.500000".into()))
    );
    let instants = TimestampMicrosecondArray::from(vec![1_767_261_600_123_456, 1_767_261_600_000_000]).with_timezone("UTC");
    let expected = (0, Some("2026-01-01 10:00:00+00".into()), Some("2026-01-01 10:00:00.123456+00".into()));
    assert_eq!(bounds(ColumnType::Instant, Arc::new(instants)), expected);
    let floats = Float64Array::from(vec![1.5, 2e300]);
    assert_eq!(bounds(ColumnType::Float, Arc::new(floats)), (0, Some("1.5".into()), Some("2e300".into())));
    let ids = FixedSizeBinaryArray::try_from_iter([[255_u8; 16], [1_u8; 16]].into_iter()).unwrap();
    let expected = (
        0,
        Some("01010101-0101-0101-0101-010101010101".into()),
        Some("ffffffff-ffff-ffff-ffff-ffffffffffff".into()),
    );
    assert_eq!(bounds(ColumnType::Uuid, Arc::new(ids)), expected);
}

#[test]
fn a_bound_that_is_too_long_leaves_both_unknown() {
    let long = "x".repeat(300);
    let texts = StringArray::from(vec!["a", long.as_str()]);
    assert_eq!(bounds(ColumnType::Text, Arc::new(texts)), (0, None, None));
}

#[test]
fn dates_before_the_epoch_keep_their_day() {
    let days = days_of_date("1926-01-02".parse().unwrap());
    assert_eq!(date_of_days(days).unwrap().to_string(), "1926-01-02");
}
