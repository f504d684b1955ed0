//! Buckets of time between a touch and its conversion.

use std::fmt::Write;

use serde::Serialize;
use types::Currency;

use super::figures::{Sums, money};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// First second of each bucket; it ends before the next one's. The last one has no end.
pub const STARTS: [i64; 12] = [
    0,
    HOUR,
    DAY,
    2 * DAY,
    3 * DAY,
    5 * DAY,
    7 * DAY,
    14 * DAY,
    21 * DAY,
    30 * DAY,
    60 * DAY,
    90 * DAY,
];

/// Conversions by the time that passed since a touch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LagBucket {
    pub from_seconds: i64,
    /// Not included; none for the last bucket.
    pub until_seconds: Option<i64>,
    pub conversions: i64,
    pub revenue: String,
}

/// The number of the bucket of the time from `column` to the conversion; null without one.
pub(super) fn bucket_sql(column: &str) -> String {
    let mut sql = String::from("CASE WHEN converted_at IS NULL OR started_at IS NULL THEN NULL");
    for (at, end) in STARTS.iter().skip(1).enumerate() {
        let micros = end * 1_000_000;
        let _ = write!(sql, " WHEN CAST(converted_at AS BIGINT) - CAST({column} AS BIGINT) < {micros} THEN {at}");
    }
    let _ = write!(sql, " ELSE {} END", STARTS.len() - 1);
    sql
}

/// All buckets, empty ones too, from sums by their number.
pub(super) fn buckets(sums: &[Sums; STARTS.len()], currency: Currency) -> Vec<LagBucket> {
    let bucket = |(at, sums): (usize, &Sums)| LagBucket {
        from_seconds: STARTS[at],
        until_seconds: STARTS.get(at + 1).copied(),
        conversions: sums.conversions,
        revenue: money(sums.revenue, currency),
    };
    sums.iter().enumerate().map(bucket).collect()
}
