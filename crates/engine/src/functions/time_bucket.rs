//! `time_bucket` and `local_date`: the bucket of an instant, for people who live in a zone.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use jiff::tz::TimeZone;
use types::TimeGrain;

use super::buckets::{DateBuckets, InstantBuckets};

/// What is returned of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Part {
    /// `time_bucket`: its first instant.
    Start,
    /// `local_date`: its first civil day in the zone.
    Day,
}

/// `time_bucket(grain text, zone text, instant timestamptz) → timestamptz` and
/// `local_date(grain text, zone text, instant timestamptz) → date`. Null instants give null.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct TimeBucket {
    part: Part,
    signature: Signature,
}

impl TimeBucket {
    pub(super) fn starts() -> Self {
        Self {
            part: Part::Start,
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }

    pub(super) fn local_dates() -> Self {
        Self {
            part: Part::Day,
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }

    fn instants() -> DataType {
        DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
    }

    fn cut(&self, grain: TimeGrain, zone: &TimeZone, instants: &TimestampMicrosecondArray) -> ArrayRef {
        let mut buckets = InstantBuckets::new(grain, zone);
        match self.part {
            Part::Start => {
                let starts: TimestampMicrosecondArray = instants
                    .iter()
                    .map(|instant| instant.and_then(|micros| buckets.start_of(micros)))
                    .collect();
                Arc::new(starts.with_timezone("UTC"))
            }
            Part::Day => {
                let mut days = DateBuckets::new(grain);
                let of = |micros| buckets.local_day_of(micros).and_then(|day| days.start_of(i32::try_from(day).ok()?));
                let dates: Date32Array = instants
                    .iter()
                    .map({
                        let mut of = of;
                        move |instant| instant.and_then(&mut of)
                    })
                    .collect();
                Arc::new(dates)
            }
        }
    }
}

impl ScalarUDFImpl for TimeBucket {
    fn name(&self) -> &str {
        match self.part {
            Part::Start => "time_bucket",
            Part::Day => "local_date",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        match given {
            [_, _, DataType::Timestamp(_, _) | DataType::Null] => Ok(vec![DataType::Utf8, DataType::Utf8, Self::instants()]),
            _ => plan_err!("{} takes a grain, a zone and an instant", self.name()),
        }
    }

    fn return_type(&self, _given: &[DataType]) -> Result<DataType> {
        Ok(match self.part {
            Part::Start => Self::instants(),
            Part::Day => DataType::Date32,
        })
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [grain, zone, instants] = arguments.args.as_slice() else {
            return exec_err!("{} takes a grain, a zone and an instant", self.name());
        };
        let (grain, zone) = (grain_and_zone(grain, zone, self.name()))?;
        match instants {
            ColumnarValue::Array(array) => Ok(ColumnarValue::Array(self.cut(
                grain,
                &zone,
                array.as_primitive::<TimestampMicrosecondType>(),
            ))),
            ColumnarValue::Scalar(scalar) => {
                let array = scalar.to_array()?;
                let cut = self.cut(grain, &zone, array.as_primitive::<TimestampMicrosecondType>());
                debug_assert_eq!(cut.len(), 1);
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&cut, 0)?))
            }
        }
    }
}

fn grain_and_zone(grain: &ColumnarValue, zone: &ColumnarValue, function: &str) -> Result<(TimeGrain, TimeZone)> {
    Ok((super::grain_of(grain, function)?, super::zone_of(zone, function)?))
}
