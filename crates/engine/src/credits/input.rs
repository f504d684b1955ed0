//! Batches of journey rows that are held while a customer's rows or credits still point into them.

use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryArray, RecordBatch, StringArray, StringViewArray, UInt32Array};
use arrow::buffer::ScalarBuffer;
use arrow::datatypes::{
    ArrowDictionaryKeyType, DataType, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use attribution::{Kind, Parts};
use datafusion::common::{DataFusionError, Result, exec_err, internal_datafusion_err};

/// Columns of an order's parts.
pub(crate) const PARTS: [&str; 3] = ["tax_reporting", "shipping_reporting", "discount_reporting"];

/// Positions of the input's columns; `None` for what was not asked for.
#[derive(Clone, Debug)]
pub(crate) struct InputColumns {
    customer_id: usize,
    recorded_at: usize,
    record_kind: usize,
    conversion_type: usize,
    revenue_reporting: Option<usize>,
    refund_reporting: Option<usize>,
    order_id: Option<usize>,
    data_source: Option<usize>,
    channel: Option<usize>,
    interaction_type: Option<usize>,
    stage: Option<usize>,
    /// Tax, shipping and discount in the reporting currency.
    parts: [Option<usize>; 3],
}

impl InputColumns {
    pub(crate) fn of(schema: &arrow::datatypes::Schema) -> Result<Self> {
        let optional = |name: &str| schema.index_of(name).ok();
        let required = |name: &str| optional(name).ok_or_else(|| internal_datafusion_err!("the journey scan lacks column {name}"));
        Ok(Self {
            customer_id: required("customer_id")?,
            recorded_at: required("recorded_at")?,
            record_kind: required("record_kind")?,
            conversion_type: required("conversion_type")?,
            revenue_reporting: optional("revenue_reporting"),
            refund_reporting: optional("refund_reporting"),
            order_id: optional("order_id"),
            data_source: optional("data_source"),
            channel: optional("channel"),
            interaction_type: optional("interaction_type"),
            stage: optional("stage"),
            parts: PARTS.map(optional),
        })
    }
}

/// A batch in hand, with the number of its first row among all rows in hand.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) batch: RecordBatch,
    pub(crate) offset: u32,
    /// What every row is, in one byte.
    pub(crate) kinds: Vec<Kind>,
    pub(crate) customers: Customers,
    columns: InputColumns,
}

impl Held {
    /// Leaves out rows that belong to nobody: credit is by customer.
    pub(crate) fn new(batch: RecordBatch, offset: u32, columns: &InputColumns) -> Result<Self> {
        let customers = batch.column(columns.customer_id);
        let batch = if customers.null_count() == 0 {
            batch
        } else {
            arrow::compute::filter_record_batch(&batch, &arrow::compute::is_not_null(customers)?)?
        };
        let customers = Customers::of(batch.column(columns.customer_id))?;
        let mut kinds = Vec::with_capacity(batch.num_rows());
        read_kinds(batch.column(columns.record_kind), &mut kinds)?;
        Ok(Self {
            batch,
            offset,
            kinds,
            customers,
            columns: columns.clone(),
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.batch.num_rows()
    }

    pub(crate) fn end(&self) -> u32 {
        self.offset + self.len() as u32
    }

    pub(crate) fn times(&self) -> &[i64] {
        self.batch
            .column(self.columns.recorded_at)
            .as_primitive::<TimestampMicrosecondType>()
            .values()
    }

    pub(crate) fn conversion_type(&self, row: usize) -> Option<&str> {
        text_at(self.batch.column(self.columns.conversion_type), row)
    }

    pub(crate) fn order_id(&self, row: usize) -> Option<&str> {
        self.columns.order_id.and_then(|at| text_at(self.batch.column(at), row))
    }

    pub(crate) fn data_source(&self, row: usize) -> Option<&str> {
        self.columns.data_source.and_then(|at| text_at(self.batch.column(at), row))
    }

    pub(crate) fn channel(&self, row: usize) -> Option<&str> {
        self.columns.channel.and_then(|at| text_at(self.batch.column(at), row))
    }

    pub(crate) fn interaction_type(&self, row: usize) -> Option<&str> {
        self.columns.interaction_type.and_then(|at| text_at(self.batch.column(at), row))
    }

    pub(crate) fn stage(&self, row: usize) -> Option<&str> {
        self.columns.stage.and_then(|at| text_at(self.batch.column(at), row))
    }

    /// Channels and interaction types as codes, where the batch has them so.
    pub(crate) fn touch_codes(&self) -> Option<(Codes<'_>, Codes<'_>)> {
        let codes = |at: Option<usize>| Codes::of(self.batch.column(at?));
        Some((codes(self.columns.channel)?, codes(self.columns.interaction_type)?))
    }

    /// Parts of an order in micros of the reporting currency.
    pub(crate) fn parts(&self, row: usize) -> Parts {
        let [tax, shipping, discount] = self.columns.parts.map(|at| at.map_or(0, |at| decimal_at(self.batch.column(at), row)));
        Parts { tax, shipping, discount }
    }

    /// Micros of the reporting currency; 0 where there is none.
    pub(crate) fn revenue(&self, row: usize) -> i128 {
        self.columns.revenue_reporting.map_or(0, |at| decimal_at(self.batch.column(at), row))
    }

    pub(crate) fn refund(&self, row: usize) -> i128 {
        self.columns.refund_reporting.map_or(0, |at| decimal_at(self.batch.column(at), row))
    }
}

/// Texts as codes into their dictionary; the code of none is the number of its values.
#[derive(Debug)]
pub(crate) struct Codes<'a> {
    keys: &'a UInt32Array,
    values: &'a ArrayRef,
}

impl<'a> Codes<'a> {
    fn of(array: &'a ArrayRef) -> Option<Self> {
        let dictionary = array.as_dictionary_opt::<UInt32Type>()?;
        Some(Self {
            keys: dictionary.keys(),
            values: dictionary.values(),
        })
    }

    pub(crate) const fn values(&self) -> &'a ArrayRef {
        self.values
    }

    pub(crate) fn code(&self, row: usize) -> usize {
        if self.keys.is_null(row) {
            self.values.len()
        } else {
            self.keys.values()[row] as usize
        }
    }
}

/// Whose rows they are: as ids, or as codes into the ids of a dictionary, which holds every id once.
#[derive(Debug)]
pub(crate) enum Customers {
    Ids(FixedSizeBinaryArray),
    Codes { codes: ScalarBuffer<u32>, ids: FixedSizeBinaryArray },
}

impl Customers {
    fn of(array: &ArrayRef) -> Result<Self> {
        let ids = |array: &ArrayRef| match array.data_type() {
            DataType::FixedSizeBinary(16) => Ok(array.as_fixed_size_binary().clone()),
            other => exec_err!("customer_id is not a 16-byte id but {other}"),
        };
        let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() else {
            return Ok(Self::Ids(ids(array)?));
        };
        Ok(Self::Codes {
            codes: dictionary.keys().values().clone(),
            ids: ids(dictionary.values())?,
        })
    }

    /// The customer of a row; None if there is no such row.
    pub(crate) fn id(&self, row: usize) -> Option<[u8; 16]> {
        match self {
            Self::Ids(ids) => bytes(ids).get(row).copied(),
            Self::Codes { codes, ids } => bytes(ids).get(*codes.get(row)? as usize).copied(),
        }
    }

    /// Rows at the beginning that are the customer's.
    pub(crate) fn leading(&self, customer: [u8; 16]) -> usize {
        if self.id(0) == Some(customer) { self.run_from(0, self.len()) } else { 0 }
    }

    /// Neighbouring rows from `row` on, before `end`, that have the customer of `row`.
    pub(crate) fn run_from(&self, row: usize, end: usize) -> usize {
        match self {
            Self::Ids(ids) => leading(&bytes(ids)[row..end]),
            Self::Codes { codes, .. } => leading(&codes[row..end]),
        }
    }

    /// Neighbouring rows before `row`, from `start` on, that have the customer of `row`.
    pub(crate) fn run_before(&self, row: usize, start: usize) -> usize {
        match self {
            Self::Ids(ids) => trailing(&bytes(ids)[start..=row]) - 1,
            Self::Codes { codes, .. } => trailing(&codes[start..=row]) - 1,
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Ids(ids) => ids.len(),
            Self::Codes { codes, .. } => codes.len(),
        }
    }
}

fn bytes(ids: &FixedSizeBinaryArray) -> &[[u8; 16]] {
    ids.value_data().as_chunks::<16>().0
}

fn leading<T: PartialEq>(values: &[T]) -> usize {
    values
        .first()
        .map_or(0, |first| values.iter().take_while(|value| *value == first).count())
}

fn trailing<T: PartialEq>(values: &[T]) -> usize {
    values
        .last()
        .map_or(0, |last| values.iter().rev().take_while(|value| *value == last).count())
}

/// The record kinds that are events; see [`is_event`].
pub(crate) const EVENT_KINDS: &[&str] = &["conversion", "order", "refund"];

/// Whether a row of this kind makes credit: a conversion, an order or a refund.
pub(crate) const fn is_event(kind: Kind) -> bool {
    matches!(kind, Kind::Conversion | Kind::Refund)
}

fn kind_of(text: &[u8]) -> Kind {
    match text {
        b"touch" => Kind::Touch,
        b"conversion" | b"order" => Kind::Conversion,
        b"refund" => Kind::Refund,
        _ => Kind::Other,
    }
}

fn read_kinds(array: &ArrayRef, kinds: &mut Vec<Kind>) -> Result<()> {
    match array.data_type() {
        DataType::Utf8 => read_utf8_kinds(array.as_string::<i32>(), kinds),
        DataType::Utf8View => read_view_kinds(array.as_string_view(), kinds),
        DataType::Dictionary(key, _) => match key.as_ref() {
            DataType::Int8 => read_dictionary_kinds::<Int8Type>(array, kinds)?,
            DataType::Int16 => read_dictionary_kinds::<Int16Type>(array, kinds)?,
            DataType::Int32 => read_dictionary_kinds::<Int32Type>(array, kinds)?,
            DataType::Int64 => read_dictionary_kinds::<Int64Type>(array, kinds)?,
            DataType::UInt8 => read_dictionary_kinds::<UInt8Type>(array, kinds)?,
            DataType::UInt16 => read_dictionary_kinds::<UInt16Type>(array, kinds)?,
            DataType::UInt32 => read_dictionary_kinds::<UInt32Type>(array, kinds)?,
            DataType::UInt64 => read_dictionary_kinds::<UInt64Type>(array, kinds)?,
            other => return exec_err!("record_kind has keys of type {other}"),
        },
        other => return exec_err!("record_kind has type {other}"),
    }
    Ok(())
}

fn read_utf8_kinds(texts: &StringArray, kinds: &mut Vec<Kind>) {
    let bytes = texts.value_data();
    kinds.extend(
        texts
            .value_offsets()
            .windows(2)
            .map(|ends| kind_of(&bytes[ends[0] as usize..ends[1] as usize])),
    );
}

fn read_view_kinds(texts: &StringViewArray, kinds: &mut Vec<Kind>) {
    /// A view of at most 12 bytes holds its length and the text itself.
    const TOUCH: u128 = u128::from_le_bytes([5, 0, 0, 0, b't', b'o', b'u', b'c', b'h', 0, 0, 0, 0, 0, 0, 0]);
    kinds.extend(texts.views().iter().map(|view| {
        if *view == TOUCH {
            return Kind::Touch;
        }
        let inline = view.to_le_bytes();
        let length = (inline[0] as usize).min(12);
        if *view as u32 > 12 {
            Kind::Other
        } else {
            kind_of(&inline[4..4 + length])
        }
    }));
}

fn read_dictionary_kinds<K: ArrowDictionaryKeyType>(array: &ArrayRef, kinds: &mut Vec<Kind>) -> Result<()> {
    use arrow::datatypes::ArrowNativeType;
    let dictionary = array.as_dictionary::<K>();
    let mut by_key = Vec::with_capacity(dictionary.values().len());
    match dictionary.values().data_type() {
        DataType::Utf8 => read_utf8_kinds(dictionary.values().as_string::<i32>(), &mut by_key),
        DataType::Utf8View => read_view_kinds(dictionary.values().as_string_view(), &mut by_key),
        other => return exec_err!("record_kind has values of type {other}"),
    }
    kinds.extend(
        dictionary
            .keys()
            .values()
            .iter()
            .map(|key| by_key.get(key.as_usize()).copied().unwrap_or(Kind::Other)),
    );
    Ok(())
}

pub(super) fn text_at(array: &ArrayRef, row: usize) -> Option<&str> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Utf8 => Some(array.as_string::<i32>().value(row)),
        DataType::Utf8View => Some(array.as_string_view().value(row)),
        DataType::Dictionary(key, _) if key.as_ref() == &DataType::UInt32 => {
            let dictionary = array.as_dictionary::<UInt32Type>();
            text_at(dictionary.values(), dictionary.keys().value(row) as usize)
        }
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            // One key, not all of them: `normalized_keys` would make this quadratic.
            let key = dictionary.keys().slice(row, 1);
            let key = arrow::compute::cast(&key, &DataType::Int64).ok()?.as_primitive::<Int64Type>().value(0);
            text_at(dictionary.values(), usize::try_from(key).ok()?)
        }
        _ => None,
    }
}

fn decimal_at(array: &ArrayRef, row: usize) -> i128 {
    let decimals = array.as_primitive::<Decimal128Type>();
    if decimals.is_null(row) { 0 } else { decimals.value(row) }
}

/// For `?` in code that reads batches.
pub(crate) fn from_kernel(error: attribution::Error) -> DataFusionError {
    match error {
        attribution::Error::Overflow { .. } => DataFusionError::External(Box::new(crate::error::AmountOverflow)),
        other => DataFusionError::External(Box::new(other)),
    }
}
