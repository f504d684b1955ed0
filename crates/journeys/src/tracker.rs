//! Rows in, brief out.

use jiff::Timestamp;
use types::{AssetId, CampaignId, RecordKind};

use crate::{Brief, Error, JourneyData, TouchBrief};

/// Largest lifetime value that DECIMAL(18, 6) holds.
const MICROS_MAX: i64 = 999_999_999_999_999_999;

/// One row of a customer's journey, as far as the brief needs it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub kind: RecordKind,
    pub at: Timestamp,
    pub campaign_id: Option<CampaignId>,
    pub asset_id: Option<AssetId>,
    pub channel: Option<&'a str>,
    pub stage: Option<&'a str>,
    pub customer_key: Option<&'a str>,
    /// Value of an order, or money given back by a refund (positive), in micros of the reporting currency.
    pub amount_micros: Option<i64>,
    /// What the touch cost, where it is known, in micros of the reporting currency.
    pub cost_micros: Option<i64>,
}

impl<'a> Row<'a> {
    /// A row of which only kind and instant are known.
    pub const fn new(kind: RecordKind, at: Timestamp) -> Row<'a> {
        Row {
            kind,
            at,
            campaign_id: None,
            asset_id: None,
            channel: None,
            stage: None,
            customer_key: None,
            amount_micros: None,
            cost_micros: None,
        }
    }
}

/// Follows one customer after another through their rows, which come in order of (time, sequence).
#[derive(Debug, Default)]
pub struct Tracker {
    journey_start: Option<Timestamp>,
    first_touch: Option<TouchBrief>,
    last_touch: Option<TouchBrief>,
    total_touchpoints: u64,
    cost_until_order: Option<i64>,
    lifetime_value_micros: i64,
    stage: Option<String>,
    data: JourneyData,
}

impl Tracker {
    /// Takes the customer's next row into account. Rows that are no part of a journey are passed over.
    pub fn add(&mut self, row: &Row<'_>) -> Result<(), Error> {
        match row.kind {
            RecordKind::Touch => self.add_touch(row),
            RecordKind::Conversion => self.data.conversions += 1,
            RecordKind::Order => {
                self.data.orders += 1;
                self.data.first_order_at.get_or_insert(row.at);
                self.add_value(row.amount_micros.unwrap_or(0))?;
            }
            RecordKind::Refund => {
                self.data.refunds += 1;
                self.add_value(-row.amount_micros.unwrap_or(0))?;
            }
            RecordKind::Stage => self.stage = row.stage.map(str::to_owned).or_else(|| self.stage.take()),
            RecordKind::Spend | RecordKind::Ticket | RecordKind::Stock | RecordKind::AssetEvent => return Ok(()),
        }
        self.journey_start.get_or_insert(row.at);
        self.data.last_seen_at = Some(row.at);
        if self.data.customer_key.is_none() {
            self.data.customer_key = row.customer_key.map(str::to_owned);
        }
        Ok(())
    }

    /// The brief of the customer whose rows were added, and readiness for the next. None if there was no row.
    pub fn finish(&mut self) -> Option<Brief> {
        let tracked = std::mem::take(self);
        let is_acquired = tracked.data.orders > 0;
        Some(Brief {
            journey_start: tracked.journey_start?,
            first_touch: tracked.first_touch,
            last_touch: tracked.last_touch,
            total_touchpoints: tracked.total_touchpoints,
            acquisition_cost_micros: tracked.cost_until_order.filter(|_| is_acquired),
            lifetime_value_micros: tracked.lifetime_value_micros,
            current_stage: tracked.stage.unwrap_or_else(|| stage_of(&tracked.data).to_owned()),
            data: tracked.data,
        })
    }

    fn add_touch(&mut self, row: &Row<'_>) {
        self.total_touchpoints += 1;
        let channel = row.channel.unwrap_or("");
        match self.data.touches_by_channel.get_mut(channel) {
            Some(count) => *count += 1,
            None => drop(self.data.touches_by_channel.insert(channel.to_owned(), 1)),
        }
        if self.data.orders == 0
            && let Some(cost) = row.cost_micros
        {
            self.cost_until_order = Some(self.cost_until_order.unwrap_or(0).saturating_add(cost).clamp(-MICROS_MAX, MICROS_MAX));
        }
        let touch = TouchBrief {
            at: row.at,
            campaign_id: row.campaign_id,
            asset_id: row.asset_id,
            channel: row.channel.map(str::to_owned),
        };
        if self.first_touch.is_none() {
            self.first_touch = Some(touch.clone());
        }
        self.last_touch = Some(touch);
    }

    fn add_value(&mut self, micros: i64) -> Result<(), Error> {
        let value = self.lifetime_value_micros.checked_add(micros).filter(|value| value.abs() <= MICROS_MAX);
        self.lifetime_value_micros = value.ok_or(Error::LifetimeValue)?;
        Ok(())
    }
}

fn stage_of(data: &JourneyData) -> &'static str {
    match (data.orders, data.conversions) {
        (0, 0) => "visitor",
        (0, _) => "lead",
        (_, _) => "customer",
    }
}

#[cfg(test)]
mod tests;
