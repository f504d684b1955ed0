//! Which field of a row fills which standard column.

use arrow::array::{ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder};
use arrow::datatypes::Field;
use types::UnifiedRow;

use super::coded::{CodedBuilder, Named};
use super::column::{Column, IdBuilder};
use super::refused;
use crate::Result;
use crate::stats::days_of_date;

/// Texts that repeat: they are kept as codes.
type Repeated = CodedBuilder;
/// Texts that are hardly two times the same.
type Text = StringBuilder;

macro_rules! standard {
    ($($name:ident: $builder:ident = |$row:ident| $value:expr),+ $(,)?) => {
        /// A column for each field of a row; None where the table has no such column.
        #[derive(Debug, Default)]
        pub(super) struct Standard {
            $($name: Option<Column<$builder>>,)+
        }

        impl Standard {
            /// Prepares the column `field`; false if it is none of these.
            pub(super) fn add(&mut self, field: &Field, capacity: usize) -> Result<bool> {
                match field.name().as_str() {
                    $(stringify!($name) => {
                        self.$name = Some(Column::new(field.data_type(), capacity).ok_or_else(|| {
                            refused(field.name(), format!("has type {} in this lake, which rows cannot fill", field.data_type()))
                        })?);
                    })+
                    _ => return Ok(false),
                }
                Ok(true)
            }

            /// Takes the values of a row, the one numbered `at`. A field without a value costs a look at it.
            pub(super) fn append<T: AsRef<str>>(&mut self, at: usize, row: &UnifiedRow<T>) {
                $({
                    let $row = row;
                    if let (Some(value), Some(column)) = ($value, &mut self.$name) {
                        column.at(at).append_value(value);
                    }
                })+
            }

            /// The column `name` of so many rows; None if it is none of these.
            pub(super) fn finish(&mut self, name: &str, rows: usize) -> Option<ArrayRef> {
                match name {
                    $(stringify!($name) => self.$name.as_mut().map(|column| column.finish(rows)),)+
                    _ => None,
                }
            }
        }

        /// Whether texts of the column `name` repeat, so that they are kept as codes.
        pub(super) fn is_repeated(name: &str) -> bool {
            match name {
                $(stringify!($name) => stringify!($builder) == "Repeated",)+
                _ => false,
            }
        }
    };
}

standard! {
    id: IdBuilder = |row| Some(row.id.as_bytes()),
    organization_id: IdBuilder = |row| Some(row.organization_id.as_bytes()),
    recorded_at: TimestampMicrosecondBuilder = |row| Some(row.recorded_at.as_microsecond()),
    data_source: Repeated = |row| Some(&row.data_source),
    source_category: Repeated = |row| Some(Named(row.source_category as usize, row.source_category.as_str())),
    campaign_id: IdBuilder = |row| row.campaign_id.as_ref().map(types::CampaignId::as_bytes),
    customer_id: IdBuilder = |row| row.customer_id.as_ref().map(types::CustomerId::as_bytes),
    asset_id: IdBuilder = |row| row.asset_id.as_ref().map(types::AssetId::as_bytes),
    data_payload: Text = |row| row.data_payload.as_ref(),
    attribution_data: Text = |row| row.attribution_data.as_ref(),
    record_kind: Repeated = |row| Some(Named(row.record_kind as usize, row.record_kind.as_str())),
    source_row_key: Text = |row| Some(&row.source_row_key),
    sequence: Int64Builder = |row| Some(row.sequence),
    civil_date: Date32Builder = |row| row.civil_date.map(days_of_date),
    account_zone: Repeated = |row| row.account_zone.as_ref(),
    grain: Repeated = |row| row.grain.as_ref(),
    currency: Repeated = |row| row.currency.as_ref().map(types::Currency::as_str),
    fx_rate: Decimal128Builder = |row| row.fx_rate.map(|rate| i128::from(rate.billionths)),
    attribution_setting: Repeated = |row| row.attribution_setting.as_ref(),
    level: Repeated = |row| row.level.as_ref(),
    ingested_at: TimestampMicrosecondBuilder = |row| Some(row.ingested_at.as_microsecond()),
    is_final: BooleanBuilder = |row| Some(row.is_final),
    account_id: Repeated = |row| row.account_id.as_ref(),
    channel: Repeated = |row| row.channel.as_ref(),
    interaction_type: Repeated = |row| row.interaction_type.map(|known| Named(known as usize, known.as_str())),
    conversion_type: Repeated = |row| row.conversion_type.as_ref(),
    customer_key: Text = |row| row.customer_key.as_ref(),
    campaign_key: Repeated = |row| row.campaign_key.as_ref(),
    campaign_name: Repeated = |row| row.campaign_name.as_ref(),
    ad_set_key: Repeated = |row| row.ad_set_key.as_ref(),
    ad_set_name: Repeated = |row| row.ad_set_name.as_ref(),
    ad_key: Repeated = |row| row.ad_key.as_ref(),
    ad_name: Repeated = |row| row.ad_name.as_ref(),
    asset_name: Repeated = |row| row.asset_name.as_ref(),
    country: Repeated = |row| row.country.as_ref(),
    device: Repeated = |row| row.device.as_ref(),
    order_id: Text = |row| row.order_id.as_ref(),
    stage: Repeated = |row| row.stage.as_ref(),
    spend: Decimal128Builder = |row| row.spend.map(i128::from),
    spend_reporting: Decimal128Builder = |row| row.spend_reporting.map(i128::from),
    revenue: Decimal128Builder = |row| row.revenue.map(i128::from),
    revenue_reporting: Decimal128Builder = |row| row.revenue_reporting.map(i128::from),
    refund: Decimal128Builder = |row| row.refund.map(i128::from),
    refund_reporting: Decimal128Builder = |row| row.refund_reporting.map(i128::from),
    tax: Decimal128Builder = |row| row.tax.map(i128::from),
    tax_reporting: Decimal128Builder = |row| row.tax_reporting.map(i128::from),
    shipping: Decimal128Builder = |row| row.shipping.map(i128::from),
    shipping_reporting: Decimal128Builder = |row| row.shipping_reporting.map(i128::from),
    discount: Decimal128Builder = |row| row.discount.map(i128::from),
    discount_reporting: Decimal128Builder = |row| row.discount_reporting.map(i128::from),
    platform_revenue: Decimal128Builder = |row| row.platform_revenue.map(i128::from),
    platform_conversions: Decimal128Builder = |row| row.platform_conversions.map(i128::from),
    impressions: Int64Builder = |row| row.impressions,
    clicks: Int64Builder = |row| row.clicks,
    reach: Int64Builder = |row| row.reach,
    video_views: Int64Builder = |row| row.video_views,
    sends: Int64Builder = |row| row.sends,
    opens: Int64Builder = |row| row.opens,
    utm_source: Repeated = |row| row.utm_source.as_ref(),
    utm_medium: Repeated = |row| row.utm_medium.as_ref(),
    utm_campaign: Repeated = |row| row.utm_campaign.as_ref(),
    utm_content: Repeated = |row| row.utm_content.as_ref(),
    utm_term: Repeated = |row| row.utm_term.as_ref(),
    referrer: Repeated = |row| row.referrer.as_ref(),
    landing_page: Text = |row| row.landing_page.as_ref(),
    click_id: Text = |row| row.click_id.as_ref(),
    channel_rule: Repeated = |row| row.channel_rule.as_ref(),
    identifiers: Text = |row| row.identifiers.as_ref(),
}
