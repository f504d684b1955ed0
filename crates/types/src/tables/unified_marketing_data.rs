//! Every fact of every source in one stream.

use super::ColumnType::{Bool, Date, Decimal, Instant, Integer, Json, Rate, Text, Uuid};
use super::{Column, Table, optional, required};

pub const TABLE: Table = Table {
    name: "unified_marketing_data",
    doc: "Every fact: spend, touches, conversions, orders, refunds, stages, tickets, stock, asset events. Registered fields of an \
          organisation are further columns. Journey rows (touch, conversion, order, refund, stage) lie in files sorted by customer, time \
          and sequence, one run a customer range; all other rows lie in files of one month, sorted by source, campaign and time.",
    columns: COLUMNS,
    sort: &[],
};

/// Order within files of journey rows. The leading bits of `customer_id` choose the file.
pub const JOURNEY_SORT: &[&str] = &["customer_id", "recorded_at", "sequence"];
/// Order within files of all other rows.
pub const FACT_SORT: &[&str] = &["data_source", "campaign_id", "recorded_at", "sequence"];

const COLUMNS: &[Column] = &[
    required(
        "id",
        Uuid,
        "Derived from organisation, source and row key: the same row sent twice has the same id.",
    ),
    required("organization_id", Uuid, "The organisation; the same in every row of a lake."),
    required(
        "recorded_at",
        Instant,
        "When it happened. For a platform's daily row: the first instant of `civil_date` in `account_zone`.",
    ),
    required(
        "data_source",
        Text,
        "Key of the source: `meta_ads`, `google_ads`, `crm_salesforce`, `platform_dam` …",
    ),
    required(
        "source_category",
        Text,
        "`platform_native`, `external_marketing`, `external_revenue` or `external_operational`.",
    ),
    optional("campaign_id", Uuid, "The campaign, derived from source and the source's own campaign id."),
    optional(
        "customer_id",
        Uuid,
        "The customer: derived from the customer key or the strongest identifier, and the same for all rows that identity stitching joined.",
    ),
    optional("asset_id", Uuid, "The creative asset."),
    optional("data_payload", Json, "What the source sent beyond the mapped columns."),
    optional(
        "attribution_data",
        Json,
        "What the source itself says about attribution (click ids, claimed conversions by window).",
    ),
    required(
        "record_kind",
        Text,
        "`spend`, `touch`, `conversion`, `order`, `refund`, `stage`, `ticket`, `stock` or `asset_event`.",
    ),
    required(
        "source_row_key",
        Text,
        "The source's own key of the row, unique per source for at least 400 days; duplicates appear once.",
    ),
    required(
        "sequence",
        Integer,
        "Order among a customer's rows of one instant: touches, then conversions, then refunds; then the source's sequence or a digest.",
    ),
    optional(
        "civil_date",
        Date,
        "The day a platform reports the row for, in the account's zone; never shifted.",
    ),
    optional("account_zone", Text, "IANA zone of the ad account."),
    optional("grain", Text, "The period that the row covers: `instant`, `15min`, `hour`, `day`."),
    optional("currency", Text, "ISO 4217 code of the row's amounts."),
    optional(
        "fx_rate",
        Rate,
        "Units of the reporting currency for one unit of `currency`, as used for the `_reporting` columns.",
    ),
    optional(
        "attribution_setting",
        Text,
        "Attribution window that the platform used for its own conversions, such as `7d_click_1d_view`.",
    ),
    optional(
        "level",
        Text,
        "`account`, `campaign`, `ad_set` or `ad`. Levels repeat each other's figures and are never added up.",
    ),
    required("ingested_at", Instant, "When Tributary accepted the row."),
    required("is_final", Bool, "False while the platform may still restate the row."),
    optional("account_id", Text, "The ad account, shop or list at the source."),
    optional(
        "channel",
        Text,
        "Marketing channel, the unit of comparison: `Meta Ads`, `E-mail`, `Direct` …",
    ),
    optional(
        "interaction_type",
        Text,
        "`click`, `view`, `engaged_view`, `visit`, `send` or `open` (touches).",
    ),
    optional("conversion_type", Text, "`purchase` for orders, else the goal's name (conversions)."),
    optional("customer_key", Text, "The source's own id of the customer."),
    optional("campaign_key", Text, "The source's own id of the campaign."),
    optional("campaign_name", Text, "Name of the campaign at the time."),
    optional("ad_set_key", Text, "The source's own id of the ad set or ad group."),
    optional("ad_set_name", Text, "Name of the ad set."),
    optional("ad_key", Text, "The source's own id of the ad."),
    optional("ad_name", Text, "Name of the ad."),
    optional("asset_name", Text, "Name of the asset."),
    optional("country", Text, "ISO 3166 alpha-2 code."),
    optional("device", Text, "`desktop`, `mobile`, `tablet` or what the source says."),
    optional("order_id", Text, "The shop's order number; a refund names the order that it belongs to."),
    optional("stage", Text, "Pipeline stage entered (stage rows)."),
    optional("spend", Decimal, "Cost in `currency`."),
    optional("spend_reporting", Decimal, "Cost in the reporting currency, exact to the micro."),
    optional("revenue", Decimal, "Value of the order or conversion in `currency`, whole minor units."),
    optional(
        "revenue_reporting",
        Decimal,
        "The same in the reporting currency, rounded half-even to whole minor units.",
    ),
    optional("refund", Decimal, "Money given back, positive, in `currency` (refund rows)."),
    optional(
        "refund_reporting",
        Decimal,
        "The same in the reporting currency, at the rate of the refund's own day unless the file gives one.",
    ),
    optional("tax", Decimal, "Tax within the order's value, in `currency`."),
    optional("tax_reporting", Decimal, "The same in the reporting currency."),
    optional("shipping", Decimal, "Shipping within the order's value, in `currency`."),
    optional("shipping_reporting", Decimal, "The same in the reporting currency."),
    optional(
        "discount",
        Decimal,
        "Discount that the order's value is already less by, positive, in `currency`.",
    ),
    optional("discount_reporting", Decimal, "The same in the reporting currency."),
    optional("platform_revenue", Decimal, "Conversion value that the platform claims, in `currency`."),
    optional(
        "platform_conversions",
        Decimal,
        "Conversions that the platform claims; fractional under data-driven attribution.",
    ),
    optional("impressions", Integer, "Times shown."),
    optional("clicks", Integer, "Clicks as the platform counts them."),
    optional("reach", Integer, "People reached in the row's period; never added up."),
    optional("video_views", Integer, "Video views as the platform counts them."),
    optional("sends", Integer, "Messages sent."),
    optional("opens", Integer, "Messages opened."),
    optional(
        "utm_source",
        Text,
        "`utm_source` of the visit, given or read from the landing page (touches).",
    ),
    optional("utm_medium", Text, "`utm_medium` of the visit."),
    optional("utm_campaign", Text, "`utm_campaign` of the visit."),
    optional("utm_content", Text, "`utm_content` of the visit."),
    optional("utm_term", Text, "`utm_term` of the visit."),
    optional("referrer", Text, "Where the visitor came from: an address or a host."),
    optional("landing_page", Text, "Address of the page that the visitor opened first."),
    optional("click_id", Text, "Kind and value of the click id: `gclid:Cj0K…`, `fbclid:IwAR…`."),
    optional(
        "channel_rule",
        Text,
        "The rule that gave the channel, and the version of the rules: `google-click@3`. Empty where the source itself named the channel.",
    ),
    optional(
        "identifiers",
        Json,
        "What the row's customer was known by beyond a customer key: a list of `kind:value`, strongest first. Kinds: `customer`, `crm`, \
         `email_sha256`, `phone_sha256`, `anonymous`, `device`, `order`, `click`, `household`.",
    ),
];
