//! Credit of every touch in every sale under every model, written out for the organisation's settings.

use super::ColumnType::{Decimal, Float, Instant, Integer, Text, Uuid};
use super::{Column, Table, optional, required};

pub const TABLE: Table = Table {
    name: "revenue_attribution",
    doc: "One row for every (conversion, model, touch), plus one for every conversion without an eligible touch (`touchpoint_sequence` 0, \
          no campaign, no channel: the unattributed). For every conversion and model the amounts sum to the order's value exactly. A refund \
          mirrors its order's weights in rows of `entry` = `refund` with negative amounts, so that a full refund nets every touch to zero.",
    columns: COLUMNS,
    sort: &[
        "customer_id",
        "transaction_date",
        "conversion_id",
        "attribution_model",
        "touchpoint_sequence",
    ],
};

const COLUMNS: &[Column] = &[
    required("id", Uuid, "Derived from conversion, entry, model and touch."),
    required("organization_id", Uuid, "The organisation."),
    required("customer_id", Uuid, "The customer."),
    optional("campaign_id", Uuid, "Campaign of the touch."),
    optional("asset_id", Uuid, "Asset of the touch."),
    required(
        "touchpoint_sequence",
        Integer,
        "Position in the journey, from 1; 0 for unattributed revenue.",
    ),
    required(
        "attribution_model",
        Text,
        "`first_touch`, `last_touch`, `linear`, `time_decay`, `position_based` or `custom`.",
    ),
    required(
        "attribution_weight",
        Decimal,
        "The weight rounded to four places, for display: four places cannot hold a third.",
    ),
    required(
        "revenue_amount",
        Decimal,
        "Attributed revenue in the reporting currency, exact: shared in ten-thousandths of the minor unit by largest remainder.",
    ),
    required(
        "transaction_date",
        Instant,
        "When the revenue occurred (a refund: when it was given back).",
    ),
    required("transaction_source", Text, "Source of the order or conversion."),
    required("conversion_id", Uuid, "Row id of the conversion or order."),
    required("entry", Text, "`sale`, or `refund` for its mirror."),
    optional("conversion_type", Text, "`purchase`, or the goal's name."),
    optional("order_id", Text, "The shop's order number."),
    required("weight", Float, "The exact weight in double precision; a conversion's weights sum to 1."),
    required("currency", Text, "The reporting currency."),
    optional("channel", Text, "Channel of the touch; null for unattributed revenue."),
    optional("data_source", Text, "Source of the touch."),
    optional("campaign_name", Text, "Campaign name of the touch."),
    optional("asset_name", Text, "Asset name of the touch."),
    optional("interaction_type", Text, "How the customer met the touch."),
    optional("touched_at", Instant, "When the touch happened."),
    required(
        "settings_version",
        Integer,
        "Version of the organisation's attribution settings that made the row.",
    ),
];
