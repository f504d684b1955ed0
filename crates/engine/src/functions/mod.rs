//! Functions that plans may call beside SQL's own: buckets of time in the caller's zone.
//!
//! The engine's own `date_bin` and `date_trunc` are not used: they differ on days when clocks change.

mod buckets;
mod date_bucket;
mod time_bucket;

pub(crate) use buckets::{date_of_days, days_of_date};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF};
use jiff::tz::TimeZone;
use types::TimeGrain;

/// `time_bucket(grain, zone, instant)`, `local_date(grain, zone, instant)` and `date_bucket(grain, date)`.
pub(crate) fn all() -> Vec<ScalarUDF> {
    vec![
        ScalarUDF::from(time_bucket::TimeBucket::starts()),
        ScalarUDF::from(time_bucket::TimeBucket::local_dates()),
        ScalarUDF::from(date_bucket::DateBucket::new()),
    ]
}

fn grain_of(value: &ColumnarValue, function: &str) -> Result<TimeGrain> {
    let text = text_of(value, function, "grain")?;
    match TimeGrain::parse(text) {
        Some(grain) => Ok(grain),
        None => exec_err!("{function}: `{text}` is not a grain"),
    }
}

fn zone_of(value: &ColumnarValue, function: &str) -> Result<TimeZone> {
    let text = text_of(value, function, "zone")?;
    match types::date_range::parse_zone(text) {
        Ok(zone) => Ok(zone),
        Err(error) => exec_err!("{function}: {error}"),
    }
}

fn text_of<'a>(value: &'a ColumnarValue, function: &str, name: &str) -> Result<&'a str> {
    match value {
        ColumnarValue::Scalar(ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) | ScalarValue::LargeUtf8(Some(text))) => Ok(text),
        ColumnarValue::Scalar(_) | ColumnarValue::Array(_) => exec_err!("{function}: the {name} must be one text for all rows"),
    }
}
