//! The journey in brief.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{AssetId, CampaignId};

/// One customer's journey; the columns of `customer_journey_tracking`. Money is micros of the reporting currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Brief {
    /// Instant of the first row of any kind.
    pub journey_start: Timestamp,
    pub first_touch: Option<TouchBrief>,
    pub last_touch: Option<TouchBrief>,
    pub total_touchpoints: u64,
    /// See [`crate::TouchCosts`]; none without an order, or where no touch up to the first order has a known cost.
    pub acquisition_cost_micros: Option<i64>,
    /// Orders minus refunds; values of other conversions are not money earned.
    pub lifetime_value_micros: i64,
    /// The latest stage that a source reported; else `customer` after an order, `lead` after another conversion, `visitor` otherwise.
    pub current_stage: String,
    pub data: JourneyData,
}

/// One touch as the brief shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchBrief {
    pub at: Timestamp,
    pub campaign_id: Option<CampaignId>,
    pub asset_id: Option<AssetId>,
    pub channel: Option<String>,
}

/// The `journey_data` column: what is told beyond the columns, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyData {
    /// The customer's key at the source that was heard of first.
    pub customer_key: Option<String>,
    /// Touches by channel; touches without a channel are under the empty name.
    pub touches_by_channel: BTreeMap<String, u64>,
    pub conversions: u64,
    pub orders: u64,
    pub refunds: u64,
    pub first_order_at: Option<Timestamp>,
    /// Instant of the last row of any kind.
    pub last_seen_at: Option<Timestamp>,
}

impl JourneyData {
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("text keys and numbers are always JSON")
    }
}
