//! Which field of a row fills which column.

use arrow::array::{
    BooleanBuilder, Date32Builder, Decimal128Builder, FixedSizeBinaryBuilder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::error::ArrowError;
use types::UnifiedRow;

use super::coded::CodedBuilder;
use crate::stats::days_of_date;

/// Where a column's values come from. The loops over rows are compiled for each field: a call for each value would cost more than the value.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Uuid(Loops<FixedSizeBinaryBuilder>),
    /// Texts that are hardly two times the same.
    Text(Loops<StringBuilder>),
    /// Texts that repeat: they can also be kept as codes.
    Repeated(Loops<StringBuilder>, Loops<CodedBuilder>),
    Integer(Loops<Int64Builder>),
    Decimal(Loops<Decimal128Builder>),
    Instant(Loops<TimestampMicrosecondBuilder>),
    Date(Loops<Date32Builder>),
    Bool(Loops<BooleanBuilder>),
    /// A registered field, by name.
    Custom(String),
}

/// One field of many rows.
#[derive(Debug)]
pub(super) struct Loops<B> {
    /// Whether one of the rows has a value.
    has_value: fn(&[UnifiedRow]) -> bool,
    pub(super) append: fn(&mut B, &[UnifiedRow]) -> Result<(), ArrowError>,
}

impl<B> Clone for Loops<B> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

macro_rules! loops {
    ($row:ident => $value:expr, $builder:ident, $append:expr) => {
        Loops {
            has_value: |rows| rows.iter().any(|$row| $value.is_some()),
            append: |$builder, rows| {
                for $row in rows {
                    $append
                }
                Ok(())
            },
        }
    };
}

macro_rules! uuid {
    ($row:ident => $value:expr) => {
        Source::Uuid(loops!($row => $value, builder, match $value {
            Some(id) => builder.append_value(id)?,
            None => builder.append_null(),
        }))
    };
}

macro_rules! text {
    ($row:ident => $value:expr) => {
        Source::Text(loops!($row => $value, builder, builder.append_option($value)))
    };
}

macro_rules! repeated {
    ($row:ident => $value:expr) => {
        Source::Repeated(
            loops!($row => $value, builder, builder.append_option($value)),
            loops!($row => $value, builder, builder.append_option($value)),
        )
    };
}

macro_rules! integer {
    ($row:ident => $value:expr) => {
        Source::Integer(loops!($row => $value, builder, builder.append_option($value)))
    };
}

macro_rules! decimal {
    ($row:ident => $value:expr) => {
        Source::Decimal(loops!($row => $value, builder, builder.append_option($value.map(i128::from))))
    };
}

macro_rules! instant {
    ($row:ident => $value:expr) => {
        Source::Instant(loops!($row => Some($value), builder, builder.append_value($value)))
    };
}

macro_rules! date {
    ($row:ident => $value:expr) => {
        Source::Date(loops!($row => $value, builder, builder.append_option($value.map(days_of_date))))
    };
}

macro_rules! boolean {
    ($row:ident => $value:expr) => {
        Source::Bool(loops!($row => Some($value), builder, builder.append_value($value)))
    };
}

impl Source {
    pub(super) fn of(name: &str) -> Self {
        match name {
            "id" => uuid!(row => Some(row.id.as_bytes())),
            "organization_id" => uuid!(row => Some(row.organization_id.as_bytes())),
            "recorded_at" => instant!(row => row.recorded_at.as_microsecond()),
            "data_source" => repeated!(row => Some(&row.data_source)),
            "source_category" => repeated!(row => Some(row.source_category.as_str())),
            "campaign_id" => uuid!(row => row.campaign_id.as_ref().map(types::CampaignId::as_bytes)),
            "customer_id" => uuid!(row => row.customer_id.as_ref().map(types::CustomerId::as_bytes)),
            "asset_id" => uuid!(row => row.asset_id.as_ref().map(types::AssetId::as_bytes)),
            "data_payload" => text!(row => row.data_payload.as_deref()),
            "attribution_data" => text!(row => row.attribution_data.as_deref()),
            "record_kind" => repeated!(row => Some(row.record_kind.as_str())),
            "source_row_key" => text!(row => Some(&row.source_row_key)),
            "sequence" => integer!(row => Some(row.sequence)),
            "civil_date" => date!(row => row.civil_date),
            "account_zone" => repeated!(row => row.account_zone.as_deref()),
            "grain" => repeated!(row => row.grain.as_deref()),
            "currency" => repeated!(row => row.currency.as_ref().map(types::Currency::as_str)),
            "fx_rate" => decimal!(row => row.fx_rate.map(|rate| rate.billionths)),
            "attribution_setting" => repeated!(row => row.attribution_setting.as_deref()),
            "level" => repeated!(row => row.level.as_deref()),
            "ingested_at" => instant!(row => row.ingested_at.as_microsecond()),
            "is_final" => boolean!(row => row.is_final),
            "account_id" => repeated!(row => row.account_id.as_deref()),
            "channel" => repeated!(row => row.channel.as_deref()),
            "interaction_type" => repeated!(row => row.interaction_type.map(types::InteractionType::as_str)),
            "conversion_type" => repeated!(row => row.conversion_type.as_deref()),
            "customer_key" => text!(row => row.customer_key.as_deref()),
            "campaign_key" => repeated!(row => row.campaign_key.as_deref()),
            "campaign_name" => repeated!(row => row.campaign_name.as_deref()),
            "ad_set_key" => repeated!(row => row.ad_set_key.as_deref()),
            "ad_set_name" => repeated!(row => row.ad_set_name.as_deref()),
            "ad_key" => repeated!(row => row.ad_key.as_deref()),
            "ad_name" => repeated!(row => row.ad_name.as_deref()),
            "asset_name" => repeated!(row => row.asset_name.as_deref()),
            "country" => repeated!(row => row.country.as_deref()),
            "device" => repeated!(row => row.device.as_deref()),
            "order_id" => text!(row => row.order_id.as_deref()),
            "stage" => repeated!(row => row.stage.as_deref()),
            "spend" => decimal!(row => row.spend),
            "spend_reporting" => decimal!(row => row.spend_reporting),
            "revenue" => decimal!(row => row.revenue),
            "revenue_reporting" => decimal!(row => row.revenue_reporting),
            "refund" => decimal!(row => row.refund),
            "refund_reporting" => decimal!(row => row.refund_reporting),
            "platform_revenue" => decimal!(row => row.platform_revenue),
            "platform_conversions" => decimal!(row => row.platform_conversions),
            "impressions" => integer!(row => row.impressions),
            "clicks" => integer!(row => row.clicks),
            "reach" => integer!(row => row.reach),
            "video_views" => integer!(row => row.video_views),
            "sends" => integer!(row => row.sends),
            "opens" => integer!(row => row.opens),
            other => Self::Custom(other.to_owned()),
        }
    }

    /// Whether one of the rows has a value for the column.
    pub(super) fn has_value(&self, rows: &[UnifiedRow]) -> bool {
        match self {
            Self::Uuid(loops) => (loops.has_value)(rows),
            Self::Text(loops) | Self::Repeated(loops, _) => (loops.has_value)(rows),
            Self::Integer(loops) => (loops.has_value)(rows),
            Self::Decimal(loops) => (loops.has_value)(rows),
            Self::Instant(loops) => (loops.has_value)(rows),
            Self::Date(loops) => (loops.has_value)(rows),
            Self::Bool(loops) => (loops.has_value)(rows),
            Self::Custom(name) => rows.iter().any(|row| row.custom.iter().any(|(field, _)| **field == **name)),
        }
    }
}
