//! What a touch of a campaign and day cost, derived from all spend and all touches.

use super::ColumnType::{Date, Decimal, Integer, Text, Uuid};
use super::{Column, Table, required};

pub const TABLE: Table = Table {
    name: "touch_costs",
    doc: "One row for every campaign and day with spend: what was spent, how many touches shared it, and so what each of them cost. \
          `customer_journey_tracking.acquisition_cost` adds these costs up.",
    columns: COLUMNS,
    sort: &["campaign_id", "civil_date"],
};

const COLUMNS: &[Column] = &[
    required("campaign_id", Uuid, "The campaign."),
    required("civil_date", Date, "Day in the ad account's zone."),
    required("account_zone", Text, "Zone of the ad account: IANA name."),
    required(
        "level",
        Text,
        "The level that was counted, as platforms repeat their figures at several: `campaign`, `ad_set` or `ad`.",
    ),
    required("spend_reporting", Decimal, "Spend of the campaign on the day in the reporting currency."),
    required("touches", Integer, "Touches of the campaign recorded on the day."),
    required(
        "cost",
        Decimal,
        "Cost of one of these touches: spend by touches, rounded down to the micro; all of the spend where no touch was recorded.",
    ),
];
