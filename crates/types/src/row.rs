//! One row of `unified_marketing_data` before it reaches the lake.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::id::{AssetId, CampaignId, CustomerId, OrganizationId, RowId};
use crate::money::{Currency, FxRate};
use crate::record::{InteractionType, RecordKind, SourceCategory};

/// Shared text: sources repeat their campaign names, channels and currencies in every row.
pub type Text = Arc<str>;

/// A value of a field that an organisation registered beyond the standard columns; each such field is a typed column of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue<T = Text> {
    Integer(i64),
    /// Finite only: NaN and infinities are refused at ingest.
    Float(f64),
    /// Money or another exact number, in micros (DECIMAL(18, 6)).
    Decimal(i64),
    Text(T),
    Bool(bool),
    Date(Date),
    Instant(Timestamp),
}

/// One row of `unified_marketing_data`. The fields are the table's columns (see [`crate::tables::unified_marketing_data`] for their
/// meaning), plus `custom` for the organisation's own fields. All money is in micros of `currency`; the `_reporting` twins are in
/// the organisation's reporting currency. `T` holds its texts: shared ones where a row outlives what it was read from, borrowed ones
/// (`UnifiedRow<&str>`) where it goes into columns at once.
#[derive(Clone, Debug, PartialEq)]
pub struct UnifiedRow<T = Text> {
    pub id: RowId,
    pub organization_id: OrganizationId,
    pub recorded_at: Timestamp,
    pub data_source: T,
    pub source_category: SourceCategory,
    pub record_kind: RecordKind,
    pub source_row_key: T,
    pub sequence: i64,
    pub ingested_at: Timestamp,
    pub is_final: bool,
    pub campaign_id: Option<CampaignId>,
    pub customer_id: Option<CustomerId>,
    pub asset_id: Option<AssetId>,
    pub data_payload: Option<T>,
    pub attribution_data: Option<T>,
    pub civil_date: Option<Date>,
    pub account_zone: Option<T>,
    pub grain: Option<T>,
    pub currency: Option<Currency>,
    pub fx_rate: Option<FxRate>,
    pub attribution_setting: Option<T>,
    pub level: Option<T>,
    pub account_id: Option<T>,
    pub channel: Option<T>,
    pub interaction_type: Option<InteractionType>,
    pub conversion_type: Option<T>,
    pub customer_key: Option<T>,
    pub campaign_key: Option<T>,
    pub campaign_name: Option<T>,
    pub ad_set_key: Option<T>,
    pub ad_set_name: Option<T>,
    pub ad_key: Option<T>,
    pub ad_name: Option<T>,
    pub asset_name: Option<T>,
    pub country: Option<T>,
    pub device: Option<T>,
    pub order_id: Option<T>,
    pub stage: Option<T>,
    pub spend: Option<i64>,
    pub spend_reporting: Option<i64>,
    pub revenue: Option<i64>,
    pub revenue_reporting: Option<i64>,
    pub refund: Option<i64>,
    pub refund_reporting: Option<i64>,
    pub tax: Option<i64>,
    pub tax_reporting: Option<i64>,
    pub shipping: Option<i64>,
    pub shipping_reporting: Option<i64>,
    pub discount: Option<i64>,
    pub discount_reporting: Option<i64>,
    pub platform_revenue: Option<i64>,
    pub platform_conversions: Option<i64>,
    pub impressions: Option<i64>,
    pub clicks: Option<i64>,
    pub reach: Option<i64>,
    pub video_views: Option<i64>,
    pub sends: Option<i64>,
    pub opens: Option<i64>,
    pub utm_source: Option<T>,
    pub utm_medium: Option<T>,
    pub utm_campaign: Option<T>,
    pub utm_content: Option<T>,
    pub utm_term: Option<T>,
    pub referrer: Option<T>,
    pub landing_page: Option<T>,
    pub click_id: Option<T>,
    pub channel_rule: Option<T>,
    pub identifiers: Option<T>,
    /// Registered fields by column name.
    pub custom: Vec<(T, FieldValue<T>)>,
}

impl UnifiedRow {
    /// A row with its identity set and everything else empty. `sequence` is filled from the id; see [`crate::digest::sequence`].
    pub fn new(
        organization_id: OrganizationId,
        data_source: Text,
        source_category: SourceCategory,
        record_kind: RecordKind,
        source_row_key: Text,
        recorded_at: Timestamp,
        ingested_at: Timestamp,
    ) -> Self {
        let id = RowId::derive(organization_id, &data_source, &source_row_key);
        let mut row = Self::with_id(id, organization_id, data_source, record_kind, source_row_key);
        row.source_category = source_category;
        row.recorded_at = recorded_at;
        row.ingested_at = ingested_at;
        row
    }
}

impl<T> UnifiedRow<T> {
    /// As [`UnifiedRow::new`], with an id that was derived from the same source and key, and texts of any kind. It is a platform's and of
    /// 1970 until the caller says otherwise.
    pub fn with_id(id: RowId, organization_id: OrganizationId, data_source: T, record_kind: RecordKind, source_row_key: T) -> Self {
        let mut row = Self {
            id,
            organization_id,
            recorded_at: Timestamp::UNIX_EPOCH,
            data_source,
            source_category: SourceCategory::PlatformNative,
            record_kind,
            source_row_key,
            sequence: 0,
            ingested_at: Timestamp::UNIX_EPOCH,
            is_final: true,
            campaign_id: None,
            customer_id: None,
            asset_id: None,
            data_payload: None,
            attribution_data: None,
            civil_date: None,
            account_zone: None,
            grain: None,
            currency: None,
            fx_rate: None,
            attribution_setting: None,
            level: None,
            account_id: None,
            channel: None,
            interaction_type: None,
            conversion_type: None,
            customer_key: None,
            campaign_key: None,
            campaign_name: None,
            ad_set_key: None,
            ad_set_name: None,
            ad_key: None,
            ad_name: None,
            asset_name: None,
            country: None,
            device: None,
            order_id: None,
            stage: None,
            spend: None,
            spend_reporting: None,
            revenue: None,
            revenue_reporting: None,
            refund: None,
            refund_reporting: None,
            tax: None,
            tax_reporting: None,
            shipping: None,
            shipping_reporting: None,
            discount: None,
            discount_reporting: None,
            platform_revenue: None,
            platform_conversions: None,
            impressions: None,
            clicks: None,
            reach: None,
            video_views: None,
            sends: None,
            opens: None,
            utm_source: None,
            utm_medium: None,
            utm_campaign: None,
            utm_content: None,
            utm_term: None,
            referrer: None,
            landing_page: None,
            click_id: None,
            channel_rule: None,
            identifiers: None,
            custom: Vec::new(),
        };
        row.sequence = crate::digest::sequence(record_kind, None, &row);
        row
    }
}
