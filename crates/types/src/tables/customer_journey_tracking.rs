//! One row a customer: the journey in brief, derived from the journey rows.

use super::ColumnType::{Decimal, Instant, Integer, Json, Text, Uuid};
use super::{Column, Table, optional, required};

pub const TABLE: Table = Table {
    name: "customer_journey_tracking",
    doc: "One row a customer, derived from all touches, conversions, orders, refunds and stages of `unified_marketing_data`.",
    columns: COLUMNS,
    sort: &["customer_id"],
};

const COLUMNS: &[Column] = &[
    required("id", Uuid, "Equal to `customer_id`: one row a customer."),
    required("organization_id", Uuid, "The organisation."),
    required("customer_id", Uuid, "The customer."),
    required("journey_start_date", Instant, "First known interaction or, without any, the first order."),
    optional("first_touch_campaign_id", Uuid, "Campaign of the first touch; null without a touch or a campaign."),
    optional("first_touch_asset_id", Uuid, "Asset of the first touch."),
    optional("first_touch_source", Text, "Channel of the first touch."),
    optional("last_touch_campaign_id", Uuid, "Campaign of the last touch known so far."),
    required("total_touchpoints", Integer, "Number of touches."),
    optional("acquisition_cost", Decimal, "Spend on clicked touches up to the first purchase, each at its campaign's average cost per recorded touch of that day; null where no spend is known."),
    required("lifetime_value", Decimal, "Orders minus refunds, in the reporting currency."),
    required("current_stage", Text, "Latest stage row, else `customer` after an order, `lead` after a conversion, `visitor` otherwise."),
    required("journey_data", Json, "Counts by channel, first and last instants, number of orders, and the external key of the customer."),
];
