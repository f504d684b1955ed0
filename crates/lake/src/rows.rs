//! Rows of the unified stream as columns.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, FixedSizeBinaryBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, SchemaRef};
use jiff::civil::Date;
use types::{FieldValue, UnifiedRow};

use crate::stats::days_of_date;
use crate::{Error, Result};

/// Rows taken together for one column after the other: few enough to stay in the cache between columns.
const BLOCK_ROWS: usize = 128;

/// The rows as a batch of `schema`, the schema of `unified_marketing_data`. A field that the schema does not have, a field of another
/// type, or a number that is not finite is refused.
pub fn rows_to_batch(schema: &SchemaRef, rows: &[UnifiedRow]) -> Result<RecordBatch> {
    let mut columns = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let source = Source::of(field.name());
        columns.push((Builder::new(field.data_type(), rows.len())?, source));
    }
    for block in rows.chunks(BLOCK_ROWS) {
        check_fields(schema, block)?;
        for (builder, source) in &mut columns {
            source.append(builder, block)?;
        }
    }
    let arrays = columns.into_iter().map(|(builder, _)| builder.finish()).collect();
    Ok(RecordBatch::try_new(Arc::clone(schema), arrays)?)
}

fn check_fields(schema: &SchemaRef, rows: &[UnifiedRow]) -> Result<()> {
    for (name, _) in rows.iter().flat_map(|row| &row.custom) {
        if schema.index_of(name).is_err() {
            return Err(Error::NoSuchColumn {
                table: UNIFIED.to_owned(),
                column: name.to_string(),
            });
        }
    }
    Ok(())
}

pub(crate) const UNIFIED: &str = types::tables::unified_marketing_data::TABLE.name;

/// Where a column's values come from.
enum Source {
    Uuid(fn(&UnifiedRow) -> Option<&[u8; 16]>),
    Text(fn(&UnifiedRow) -> Option<&str>),
    Integer(fn(&UnifiedRow) -> Option<i64>),
    Decimal(fn(&UnifiedRow) -> Option<i64>),
    Instant(fn(&UnifiedRow) -> i64),
    Date(fn(&UnifiedRow) -> Option<Date>),
    Bool(fn(&UnifiedRow) -> bool),
    /// A registered field, by name.
    Custom(String),
}

impl Source {
    fn of(name: &str) -> Self {
        match name {
            "id" => Self::Uuid(|row| Some(row.id.as_bytes())),
            "organization_id" => Self::Uuid(|row| Some(row.organization_id.as_bytes())),
            "recorded_at" => Self::Instant(|row| row.recorded_at.as_microsecond()),
            "data_source" => Self::Text(|row| Some(&row.data_source)),
            "source_category" => Self::Text(|row| Some(row.source_category.as_str())),
            "campaign_id" => Self::Uuid(|row| row.campaign_id.as_ref().map(types::CampaignId::as_bytes)),
            "customer_id" => Self::Uuid(|row| row.customer_id.as_ref().map(types::CustomerId::as_bytes)),
            "asset_id" => Self::Uuid(|row| row.asset_id.as_ref().map(types::AssetId::as_bytes)),
            "data_payload" => Self::Text(|row| row.data_payload.as_deref()),
            "attribution_data" => Self::Text(|row| row.attribution_data.as_deref()),
            "record_kind" => Self::Text(|row| Some(row.record_kind.as_str())),
            "source_row_key" => Self::Text(|row| Some(&row.source_row_key)),
            "sequence" => Self::Integer(|row| Some(row.sequence)),
            "civil_date" => Self::Date(|row| row.civil_date),
            "account_zone" => Self::Text(|row| row.account_zone.as_deref()),
            "grain" => Self::Text(|row| row.grain.as_deref()),
            "currency" => Self::Text(|row| row.currency.as_ref().map(types::Currency::as_str)),
            "fx_rate" => Self::Decimal(|row| row.fx_rate.map(|rate| rate.billionths)),
            "attribution_setting" => Self::Text(|row| row.attribution_setting.as_deref()),
            "level" => Self::Text(|row| row.level.as_deref()),
            "ingested_at" => Self::Instant(|row| row.ingested_at.as_microsecond()),
            "is_final" => Self::Bool(|row| row.is_final),
            "account_id" => Self::Text(|row| row.account_id.as_deref()),
            "channel" => Self::Text(|row| row.channel.as_deref()),
            "interaction_type" => Self::Text(|row| row.interaction_type.map(types::InteractionType::as_str)),
            "conversion_type" => Self::Text(|row| row.conversion_type.as_deref()),
            "customer_key" => Self::Text(|row| row.customer_key.as_deref()),
            "campaign_key" => Self::Text(|row| row.campaign_key.as_deref()),
            "campaign_name" => Self::Text(|row| row.campaign_name.as_deref()),
            "ad_set_key" => Self::Text(|row| row.ad_set_key.as_deref()),
            "ad_set_name" => Self::Text(|row| row.ad_set_name.as_deref()),
            "ad_key" => Self::Text(|row| row.ad_key.as_deref()),
            "ad_name" => Self::Text(|row| row.ad_name.as_deref()),
            "asset_name" => Self::Text(|row| row.asset_name.as_deref()),
            "country" => Self::Text(|row| row.country.as_deref()),
            "device" => Self::Text(|row| row.device.as_deref()),
            "order_id" => Self::Text(|row| row.order_id.as_deref()),
            "stage" => Self::Text(|row| row.stage.as_deref()),
            "spend" => Self::Decimal(|row| row.spend),
            "spend_reporting" => Self::Decimal(|row| row.spend_reporting),
            "revenue" => Self::Decimal(|row| row.revenue),
            "revenue_reporting" => Self::Decimal(|row| row.revenue_reporting),
            "refund" => Self::Decimal(|row| row.refund),
            "refund_reporting" => Self::Decimal(|row| row.refund_reporting),
            "platform_revenue" => Self::Decimal(|row| row.platform_revenue),
            "platform_conversions" => Self::Decimal(|row| row.platform_conversions),
            "impressions" => Self::Integer(|row| row.impressions),
            "clicks" => Self::Integer(|row| row.clicks),
            "reach" => Self::Integer(|row| row.reach),
            "video_views" => Self::Integer(|row| row.video_views),
            "sends" => Self::Integer(|row| row.sends),
            "opens" => Self::Integer(|row| row.opens),
            other => Self::Custom(other.to_owned()),
        }
    }

    fn append(&self, builder: &mut Builder, rows: &[UnifiedRow]) -> Result<()> {
        match (self, builder) {
            (Self::Uuid(get), Builder::Uuid(builder)) => {
                for row in rows {
                    match get(row) {
                        Some(id) => builder.append_value(id)?,
                        None => builder.append_null(),
                    }
                }
            }
            (Self::Text(get), Builder::Text(builder)) => rows.iter().for_each(|row| builder.append_option(get(row))),
            (Self::Integer(get), Builder::Integer(builder)) => rows.iter().for_each(|row| builder.append_option(get(row))),
            (Self::Decimal(get), Builder::Decimal(builder)) => rows.iter().for_each(|row| builder.append_option(get(row).map(i128::from))),
            (Self::Instant(get), Builder::Instant(builder)) => rows.iter().for_each(|row| builder.append_value(get(row))),
            (Self::Date(get), Builder::Date(builder)) => rows.iter().for_each(|row| builder.append_option(get(row).map(days_of_date))),
            (Self::Bool(get), Builder::Bool(builder)) => rows.iter().for_each(|row| builder.append_value(get(row))),
            (Self::Custom(name), builder) => {
                for row in rows {
                    builder.append_custom(name, row.custom.iter().find(|(field, _)| **field == **name).map(|(_, value)| value))?;
                }
            }
            (_, _) => return Err(refused("a standard column", "has another type in this lake".into())),
        }
        Ok(())
    }
}

enum Builder {
    Uuid(FixedSizeBinaryBuilder),
    Text(StringBuilder),
    Bool(BooleanBuilder),
    Integer(Int64Builder),
    Float(Float64Builder),
    Decimal(Decimal128Builder),
    Instant(TimestampMicrosecondBuilder),
    Date(Date32Builder),
}

impl Builder {
    fn new(kind: &DataType, rows: usize) -> Result<Self> {
        Ok(match kind {
            DataType::FixedSizeBinary(16) => Self::Uuid(FixedSizeBinaryBuilder::with_capacity(rows, 16)),
            DataType::Utf8 => Self::Text(StringBuilder::with_capacity(rows, rows * 8)),
            DataType::Boolean => Self::Bool(BooleanBuilder::with_capacity(rows)),
            DataType::Int64 => Self::Integer(Int64Builder::with_capacity(rows)),
            DataType::Float64 => Self::Float(Float64Builder::with_capacity(rows)),
            DataType::Decimal128(precision, scale) => {
                Self::Decimal(Decimal128Builder::with_capacity(rows).with_precision_and_scale(*precision, *scale)?)
            }
            DataType::Timestamp(_, _) => Self::Instant(TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC")),
            DataType::Date32 => Self::Date(Date32Builder::with_capacity(rows)),
            other => return Err(refused("a column", format!("has type {other}, which rows cannot fill"))),
        })
    }

    fn append_custom(&mut self, name: &str, value: Option<&FieldValue>) -> Result<()> {
        match (self, value) {
            (Self::Integer(builder), Some(FieldValue::Integer(value))) => builder.append_value(*value),
            (Self::Float(builder), Some(FieldValue::Float(value))) if value.is_finite() => builder.append_value(*value),
            (_, Some(FieldValue::Float(value))) if !value.is_finite() => return Err(refused(name, format!("{value} is not a finite number"))),
            (Self::Decimal(builder), Some(FieldValue::Decimal(micros))) => builder.append_value(i128::from(*micros)),
            (Self::Text(builder), Some(FieldValue::Text(value))) => builder.append_value(value),
            (Self::Bool(builder), Some(FieldValue::Bool(value))) => builder.append_value(*value),
            (Self::Date(builder), Some(FieldValue::Date(value))) => builder.append_value(days_of_date(*value)),
            (Self::Instant(builder), Some(FieldValue::Instant(value))) => builder.append_value(value.as_microsecond()),
            (_, Some(value)) => return Err(refused(name, format!("{value:?} does not fit the type of the column"))),
            (Self::Uuid(builder), None) => builder.append_null(),
            (Self::Text(builder), None) => builder.append_null(),
            (Self::Bool(builder), None) => builder.append_null(),
            (Self::Integer(builder), None) => builder.append_null(),
            (Self::Float(builder), None) => builder.append_null(),
            (Self::Decimal(builder), None) => builder.append_null(),
            (Self::Instant(builder), None) => builder.append_null(),
            (Self::Date(builder), None) => builder.append_null(),
        }
        Ok(())
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Uuid(mut builder) => Arc::new(builder.finish()),
            Self::Text(mut builder) => Arc::new(builder.finish()),
            Self::Bool(mut builder) => Arc::new(builder.finish()),
            Self::Integer(mut builder) => Arc::new(builder.finish()),
            Self::Float(mut builder) => Arc::new(builder.finish()),
            Self::Decimal(mut builder) => Arc::new(builder.finish()),
            Self::Instant(mut builder) => Arc::new(builder.finish()),
            Self::Date(mut builder) => Arc::new(builder.finish()),
        }
    }
}

fn refused(column: &str, reason: String) -> Error {
    Error::Value {
        table: UNIFIED.to_owned(),
        column: column.to_owned(),
        reason,
    }
}
