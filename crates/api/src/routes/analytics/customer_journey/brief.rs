//! The journey in brief, from the rows that the timeline shows.

use std::collections::BTreeMap;

use journeys::{Row, Tracker};
use semantic::journey::{Journey, JourneyEvent};
use serde::Serialize;
use types::RecordKind;
use types::money::{format_amount, parse_micros};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::Problem;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JourneyBrief)]
pub(super) struct BriefBody {
    customer_id: Uuid,
    /// The sources' own id of the customer.
    customer_key: Option<String>,
    /// First row of any kind (RFC 3339).
    journey_start_date: String,
    last_seen_at: Option<String>,
    first_touch_campaign_id: Option<Uuid>,
    first_touch_asset_id: Option<Uuid>,
    /// Channel of the first touch.
    first_touch_source: Option<String>,
    last_touch_campaign_id: Option<Uuid>,
    total_touchpoints: u64,
    touches_by_channel: BTreeMap<String, u64>,
    orders: u64,
    conversions: u64,
    refunds: u64,
    /// Orders minus refunds, in the reporting currency.
    lifetime_value: String,
    current_stage: String,
    /// What the touches before the first order cost, as of the last derivation; null where no cost is known.
    acquisition_cost: Option<String>,
}

impl BriefBody {
    pub(super) fn new(journey: &Journey, acquisition_cost: Option<String>) -> Result<Self, Problem> {
        let mut tracker = Tracker::default();
        for event in &journey.events {
            if let Some(row) = row(event, journey) {
                tracker.add(&row).map_err(|error| Problem::internal(&error))?;
            }
        }
        let brief = tracker.finish().ok_or_else(|| Problem::not_found("customer"))?;
        Ok(Self {
            customer_id: journey.customer_id.0,
            customer_key: journey.customer_key.clone(),
            journey_start_date: brief.journey_start.to_string(),
            last_seen_at: brief.data.last_seen_at.map(|at| at.to_string()),
            first_touch_campaign_id: brief.first_touch.as_ref().and_then(|touch| touch.campaign_id).map(|id| id.0),
            first_touch_asset_id: brief.first_touch.as_ref().and_then(|touch| touch.asset_id).map(|id| id.0),
            first_touch_source: brief.first_touch.and_then(|touch| touch.channel),
            last_touch_campaign_id: brief.last_touch.and_then(|touch| touch.campaign_id).map(|id| id.0),
            total_touchpoints: brief.total_touchpoints,
            touches_by_channel: brief.data.touches_by_channel,
            orders: brief.data.orders,
            conversions: brief.data.conversions,
            refunds: brief.data.refunds,
            lifetime_value: format_amount(brief.lifetime_value_micros, journey.currency),
            current_stage: brief.current_stage,
            acquisition_cost,
        })
    }
}

fn row<'a>(event: &'a JourneyEvent, journey: &'a Journey) -> Option<Row<'a>> {
    let amount = event.revenue.as_deref().or(event.refund.as_deref());
    Some(Row {
        campaign_id: event.campaign_id,
        asset_id: event.asset_id,
        channel: event.channel.as_deref(),
        stage: event.stage.as_deref(),
        customer_key: journey.customer_key.as_deref(),
        amount_micros: amount.and_then(|text| parse_micros(text).ok()),
        ..Row::new(RecordKind::parse(&event.record_kind)?, event.recorded_at)
    })
}
