//! `date_bucket`: the bucket of a civil date, which has no zone and never shifts.

use std::sync::Arc;

use arrow::array::{AsArray, Date32Array};
use arrow::datatypes::{DataType, Date32Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use types::TimeGrain;

use super::buckets::DateBuckets;

/// `date_bucket(grain text, date) → date`: the bucket's first day. Null dates give null.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct DateBucket {
    signature: Signature,
}

impl DateBucket {
    pub(super) fn new() -> Self {
        Self {
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }
}

fn cut(grain: TimeGrain, dates: &Date32Array) -> Date32Array {
    let mut buckets = DateBuckets::new(grain);
    dates.iter().map(|day| day.and_then(|day| buckets.start_of(day))).collect()
}

impl ScalarUDFImpl for DateBucket {
    fn name(&self) -> &str {
        "date_bucket"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        match given {
            [_, DataType::Date32 | DataType::Null] => Ok(vec![DataType::Utf8, DataType::Date32]),
            _ => plan_err!("date_bucket takes a grain and a date"),
        }
    }

    fn return_type(&self, _given: &[DataType]) -> Result<DataType> {
        Ok(DataType::Date32)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [grain, dates] = arguments.args.as_slice() else {
            return exec_err!("date_bucket takes a grain and a date");
        };
        let grain = super::grain_of(grain, self.name())?;
        match dates {
            ColumnarValue::Array(array) => Ok(ColumnarValue::Array(Arc::new(cut(grain, array.as_primitive::<Date32Type>())))),
            ColumnarValue::Scalar(scalar) => {
                let one = cut(grain, scalar.to_array()?.as_primitive::<Date32Type>());
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&one, 0)?))
            }
        }
    }
}
