//! Touches by campaign and instant, as the costs of a touch need them: batches whose ids and kinds may be codes.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimestampMicrosecondType, UInt32Type};
use types::{CampaignId, CustomerId, RecordKind};

use crate::{Error, Result};

/// What [`Touches`] reads of journey rows.
pub(crate) const COLUMNS: &[&str] = &["customer_id", "recorded_at", "record_kind", "campaign_id"];

/// What a row is to the costs of touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Touch,
    Order,
    Other,
}

/// The columns of a batch, with what each code stands for.
pub(crate) struct Touches {
    kinds: Codes<Kind>,
    campaigns: Codes<CampaignId>,
    customers: Codes<CustomerId>,
    times: Vec<i64>,
}

/// The values of a column, each once in a batch, and which of them a row has.
pub(crate) struct Codes<T> {
    pub(crate) values: Vec<T>,
    codes: Vec<Option<u32>>,
}

impl<T> Codes<T> {
    /// Place of the row's value among the values.
    pub(crate) fn code(&self, row: usize) -> Option<usize> {
        self.codes[row].map(|code| code as usize)
    }
}

impl Touches {
    pub(crate) fn of(batch: &RecordBatch) -> Result<Self> {
        let times = column(batch, "recorded_at")?
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| missing("recorded_at"))?;
        let id = |array: &ArrayRef, at: usize| array.as_fixed_size_binary_opt().and_then(|ids| <[u8; 16]>::try_from(ids.value(at)).ok());
        Ok(Self {
            kinds: codes(batch, "record_kind", |array, at| {
                let name = array.as_string_opt::<i32>()?.value(at);
                Some(match RecordKind::parse(name) {
                    Some(RecordKind::Touch) => Kind::Touch,
                    Some(RecordKind::Order) => Kind::Order,
                    _ => Kind::Other,
                })
            })?,
            campaigns: codes(batch, "campaign_id", |array, at| id(array, at).map(CampaignId::from_bytes))?,
            customers: codes(batch, "customer_id", |array, at| id(array, at).map(CustomerId::from_bytes))?,
            times: times.values().to_vec(),
        })
    }

    pub(crate) const fn len(&self) -> usize {
        self.times.len()
    }

    pub(crate) fn kind(&self, row: usize) -> Kind {
        self.kinds.code(row).map_or(Kind::Other, |code| self.kinds.values[code])
    }

    pub(crate) const fn campaigns(&self) -> &Codes<CampaignId> {
        &self.campaigns
    }

    pub(crate) fn customer(&self, row: usize) -> Option<CustomerId> {
        self.customers.code(row).map(|code| self.customers.values[code])
    }

    pub(crate) fn micros(&self, row: usize) -> i64 {
        self.times[row]
    }
}

/// A column as codes, whatever it is stored as.
fn codes<T>(batch: &RecordBatch, name: &str, value: impl Fn(&ArrayRef, usize) -> Option<T>) -> Result<Codes<T>> {
    let array = column(batch, name)?;
    let coded = if array.as_dictionary_opt::<UInt32Type>().is_some() {
        ArrayRef::clone(array)
    } else {
        let kind = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(array.data_type().clone()));
        cast(array, &kind)?
    };
    let dictionary = coded.as_dictionary_opt::<UInt32Type>().ok_or_else(|| missing(name))?;
    let values = dictionary.values();
    let values = (0..values.len()).map(|at| value(values, at).ok_or_else(|| missing(name)));
    Ok(Codes {
        values: values.collect::<Result<_>>()?,
        codes: dictionary.keys().iter().collect(),
    })
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef> {
    batch.column_by_name(name).ok_or_else(|| missing(name))
}

fn missing(column: &str) -> Error {
    Error::Column {
        relation: "the journey rows",
        column: column.to_owned(),
    }
}
