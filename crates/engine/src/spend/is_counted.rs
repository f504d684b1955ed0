//! `is_counted`: whether a row of spend counts, or a finer level repeats it.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Date32Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use semantic::spend::{RANK_MAX, rank};

use super::repeated::{Keys, Repeated, Span, holds};

/// The columns that the function takes, in this order.
pub(super) const COLUMNS: [&str; 5] = ["data_source", "account_id", "campaign_id", "civil_date", "level"];

/// Not a function of SQL: the relation of counted spend calls it.
#[derive(Debug)]
pub(super) struct IsCounted {
    repeated: Arc<Repeated>,
    signature: Signature,
}

impl IsCounted {
    pub(super) fn new(repeated: Arc<Repeated>) -> Self {
        let text = DataType::Utf8;
        let given = vec![text.clone(), text.clone(), DataType::FixedSizeBinary(16), DataType::Date32, text];
        Self {
            repeated,
            signature: Signature::exact(given, Volatility::Immutable),
        }
    }
}

/// Functions are compared where plans are: each is the function of its own data.
impl PartialEq for IsCounted {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.repeated, &other.repeated)
    }
}

impl Eq for IsCounted {}

impl std::hash::Hash for IsCounted {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.repeated).hash(state);
    }
}

impl ScalarUDFImpl for IsCounted {
    fn name(&self) -> &str {
        "is_counted"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _given: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [sources, accounts, campaigns, days, levels] = arrays.as_slice() else {
            return exec_err!("is_counted takes {} columns", COLUMNS.len());
        };
        let keys = Keys {
            sources: sources.as_string(),
            accounts: accounts.as_string(),
            campaigns: campaigns.as_fixed_size_binary(),
        };
        let (days, levels) = (days.as_primitive::<Date32Type>(), levels.as_string::<i32>());
        let mut key = Vec::new();
        // Rows lie in the order of source and campaign: the spans of one row are mostly those of the next.
        let mut latest: Option<(usize, u8, &[Span])> = None;
        let counted = BooleanBuffer::collect_bool(days.len(), |row| {
            let rank = rank(levels.is_valid(row).then(|| levels.value(row)));
            if rank == RANK_MAX {
                return true;
            }
            let spans = match latest {
                Some((earlier, of, spans)) if of == rank && keys.are_equal(earlier, row) => spans,
                _ => {
                    keys.write(row, rank, &mut key);
                    self.repeated.spans(&key)
                }
            };
            latest = Some((row, rank, spans));
            !holds(spans, days.value(row))
        });
        Ok(ColumnarValue::Array(Arc::new(BooleanArray::new(counted, None))))
    }
}
