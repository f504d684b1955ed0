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
    required(
        "journey_start_date",
        Instant,
        "The first thing known of the customer: usually a touch, else a conversion, order or stage.",
    ),
    optional(
        "first_touch_campaign_id",
        Uuid,
        "Campaign of the first touch; null without a touch or a campaign.",
    ),
    optional("first_touch_asset_id", Uuid, "Asset of the first touch."),
    optional("first_touch_source", Text, "Channel of the first touch."),
    optional("last_touch_campaign_id", Uuid, "Campaign of the last touch known so far."),
    required("total_touchpoints", Integer, "Number of touches."),
    optional(
        "acquisition_cost",
        Decimal,
        "Spend on the touches up to the first order, in the reporting currency: each touch costs its campaign's spend of that day in the \
         account's zone, divided by the campaign's recorded touches of that day, so that the touches of a day cost what was spent. Null \
         without an order, or where none of these touches belongs to a campaign with spend that day.",
    ),
    required("lifetime_value", Decimal, "Orders minus refunds, in the reporting currency."),
    required(
        "current_stage",
        Text,
        "Latest stage row, else `customer` after an order, `lead` after a conversion, `visitor` otherwise.",
    ),
    required(
        "journey_data",
        Json,
        "Counts by channel, first and last instants, number of orders, and the external key of the customer.",
    ),
];
