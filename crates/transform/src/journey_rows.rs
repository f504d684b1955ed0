//! The journey rows of a snapshot, one after the other, a customer's rows together and in order of time.

use std::sync::Arc;

use arrow::array::{Array, AsArray, FixedSizeBinaryArray, PrimitiveArray, RecordBatch, StringArray};
use arrow::datatypes::{ArrowPrimitiveType, Decimal128Type, TimestampMicrosecondType};
use futures::stream::BoxStream;
use jiff::Timestamp;
use journeys::Row;
use lake::{CustomerSet, Snapshot};
use types::tables::unified_marketing_data;
use types::{AssetId, CampaignId, CustomerId, RecordKind};

use crate::briefs::PARTITIONS;
use crate::{Error, Result};

/// What the brief reads of a journey row.
const COLUMNS: &[&str] = &[
    "customer_id",
    "recorded_at",
    "record_kind",
    "campaign_id",
    "asset_id",
    "channel",
    "stage",
    "customer_key",
    "revenue_reporting",
    "refund_reporting",
];

/// The snapshot's journey rows for [`each_row`], of all customers, or of some, few of many: partitions of whole customers in order.
pub(crate) fn partitions(snapshot: &Snapshot, of: Option<&Arc<CustomerSet>>) -> Result<Vec<BoxStream<'static, lake::Result<RecordBatch>>>> {
    let table = snapshot.table(unified_marketing_data::TABLE.name)?;
    let plan = match of {
        None => table.journey_scan(COLUMNS)?,
        Some(customers) => table.journey_scan_of(COLUMNS, customers, PARTITIONS)?,
    };
    Ok(snapshot.read(&plan))
}

/// Calls `each` with every row of a batch and its customer. Rows without a customer belong to nobody's journey and are passed over.
pub(crate) fn each_row(batch: &RecordBatch, mut each: impl FnMut(CustomerId, Row<'_>) -> Result<()>) -> Result<()> {
    let columns = Journeys::of(batch)?;
    for row in 0..batch.num_rows() {
        let (customer, kind) = (id_at(columns.customers, row), RecordKind::parse(columns.touches.kinds.value(row)));
        if let (Some(customer), Some(kind)) = (customer, kind) {
            each(CustomerId::from_bytes(customer), columns.row(kind, row)?)?;
        }
    }
    Ok(())
}

struct Touches<'a> {
    times: &'a PrimitiveArray<TimestampMicrosecondType>,
    kinds: &'a StringArray,
    campaigns: &'a FixedSizeBinaryArray,
}

impl<'a> Touches<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self> {
        Ok(Self {
            times: primitive(batch, "recorded_at")?,
            kinds: text(batch, "record_kind")?,
            campaigns: id(batch, "campaign_id")?,
        })
    }
}

struct Journeys<'a> {
    touches: Touches<'a>,
    customers: &'a FixedSizeBinaryArray,
    assets: &'a FixedSizeBinaryArray,
    channels: &'a StringArray,
    stages: &'a StringArray,
    customer_keys: &'a StringArray,
    revenues: &'a PrimitiveArray<Decimal128Type>,
    refunds: &'a PrimitiveArray<Decimal128Type>,
}

impl<'a> Journeys<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self> {
        Ok(Self {
            touches: Touches::of(batch)?,
            customers: id(batch, "customer_id")?,
            assets: id(batch, "asset_id")?,
            channels: text(batch, "channel")?,
            stages: text(batch, "stage")?,
            customer_keys: text(batch, "customer_key")?,
            revenues: primitive(batch, "revenue_reporting")?,
            refunds: primitive(batch, "refund_reporting")?,
        })
    }

    fn row(&self, kind: RecordKind, row: usize) -> Result<Row<'a>> {
        let text = |array: &'a StringArray| array.is_valid(row).then(|| array.value(row));
        let micros = |array: &PrimitiveArray<Decimal128Type>| array.is_valid(row).then(|| i64::try_from(array.value(row)).unwrap_or(i64::MAX));
        Ok(Row {
            kind,
            at: instant(self.touches.times.value(row))?,
            campaign_id: id_at(self.touches.campaigns, row).map(CampaignId::from_bytes),
            asset_id: id_at(self.assets, row).map(AssetId::from_bytes),
            channel: text(self.channels),
            stage: text(self.stages),
            customer_key: text(self.customer_keys),
            amount_micros: if kind == RecordKind::Refund {
                micros(self.refunds)
            } else {
                micros(self.revenues)
            },
            cost_micros: None,
        })
    }
}

fn id_at(array: &FixedSizeBinaryArray, row: usize) -> Option<[u8; 16]> {
    array.is_valid(row).then(|| array.value(row).try_into().expect("ids have 16 bytes"))
}

fn instant(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|error| Error::Read(error.into()))
}

fn missing(column: &str) -> Error {
    Error::Column {
        relation: "the journey rows",
        column: column.to_owned(),
    }
}

fn id<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a FixedSizeBinaryArray> {
    batch
        .column_by_name(name)
        .and_then(|array| array.as_fixed_size_binary_opt())
        .ok_or_else(|| missing(name))
}

fn text<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray> {
    batch
        .column_by_name(name)
        .and_then(|array| array.as_string_opt())
        .ok_or_else(|| missing(name))
}

fn primitive<'a, T: ArrowPrimitiveType>(batch: &'a RecordBatch, name: &str) -> Result<&'a PrimitiveArray<T>> {
    batch
        .column_by_name(name)
        .and_then(|array| array.as_primitive_opt())
        .ok_or_else(|| missing(name))
}
