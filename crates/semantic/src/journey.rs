//! One customer's journey: everything that happened, in order, and which touch earned how much of which order under each model.

use attribution::{Model, Settings, Variant};
use jiff::Timestamp;
use serde::Serialize;
use types::{AssetId, CampaignId, Currency, CustomerId, RowId};

use crate::engine::{CreditSource, Param, Plan, RawTable};
use crate::plan::{CREDITS, conversions_column, revenue_column};
use crate::row::Reader;

/// Most rows that a journey shows; a customer with more is a robot or a shared device.
pub const EVENTS_MAX: u32 = 10_000;

/// The two questions behind a journey.
#[derive(Clone, Debug, PartialEq)]
pub struct JourneyPlans {
    pub events: Plan,
    pub credits: Plan,
    models: Vec<Model>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Journey {
    pub customer_id: CustomerId,
    /// The sources' own id of the customer.
    pub customer_key: Option<String>,
    /// In order of time and sequence.
    pub events: Vec<JourneyEvent>,
    /// By conversion, then position.
    pub credits: Vec<JourneyCredit>,
    pub models: Vec<Model>,
    pub currency: Currency,
    pub data_version: i64,
    /// True where events or credits beyond the limit are left out.
    pub is_truncated: bool,
}

/// A touch, conversion, order, refund or stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JourneyEvent {
    pub id: RowId,
    pub recorded_at: Timestamp,
    /// `touch`, `conversion`, `order`, `refund` or `stage`.
    pub record_kind: String,
    pub data_source: String,
    pub channel: Option<String>,
    pub campaign_id: Option<CampaignId>,
    pub campaign: Option<String>,
    pub ad: Option<String>,
    pub asset_id: Option<AssetId>,
    pub asset: Option<String>,
    pub interaction_type: Option<String>,
    pub conversion_type: Option<String>,
    pub order_id: Option<String>,
    pub stage: Option<String>,
    pub country: Option<String>,
    pub device: Option<String>,
    /// Value of the order or conversion, in the reporting currency.
    pub revenue: Option<String>,
    /// Money given back, positive, in the reporting currency.
    pub refund: Option<String>,
    /// Currency that the customer paid in.
    pub paid_currency: Option<String>,
    /// By what a touch got its channel.
    pub evidence: Evidence,
}

/// What is known of where a touch came from. All empty where the source named the channel and said no more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The rule that gave the channel and the version of the rules: `google-click@3`.
    pub channel_rule: Option<String>,
    pub utm_source: Option<String>,
    pub utm_medium: Option<String>,
    pub utm_campaign: Option<String>,
    pub utm_content: Option<String>,
    pub utm_term: Option<String>,
    pub referrer: Option<String>,
    pub landing_page: Option<String>,
    /// Kind and value: `gclid:Cj0K`.
    pub click_id: Option<String>,
}

/// The share of one touch in one conversion or refund; without a touch, what is unattributed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JourneyCredit {
    /// Id of the conversion's or order's event, also for its refund.
    pub conversion_id: RowId,
    /// `sale` or `refund`.
    pub entry: String,
    pub converted_at: Timestamp,
    /// Id of the touch's event.
    pub touch_id: Option<RowId>,
    /// From 1 in order of time; 0 for what is unattributed.
    pub position: i64,
    /// Eligible touches of the conversion.
    pub touches: i64,
    pub shares: Vec<Share>,
}

/// What a model gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    pub model: Model,
    /// Share of the conversion; the mirror of a refund has the share of its order.
    pub weight: f64,
    /// Of the conversion itself: the weight for a sale, 0 for a refund.
    pub conversions: f64,
    pub revenue: String,
}

/// `history` says which settings hold when; where it is empty, `settings` hold always.
pub fn plans(customer: CustomerId, models: &[Model], settings: &Settings, history: &[Variant]) -> JourneyPlans {
    let events = format!(
        "SELECT id, recorded_at, record_kind, data_source, channel, campaign_id, campaign_name, ad_name, asset_id, asset_name, interaction_type,\n\
         \x20 conversion_type, order_id, stage, country, device, revenue_reporting, refund_reporting, currency, customer_key,\n\
         \x20 channel_rule, utm_source, utm_medium, utm_campaign, utm_content, utm_term, referrer, landing_page, click_id\n\
         FROM unified_marketing_data\n\
         WHERE customer_id = $1 AND record_kind IN ('touch', 'conversion', 'order', 'refund', 'stage')\n\
         ORDER BY recorded_at, sequence\nLIMIT {EVENTS_MAX}"
    );
    let mut columns: Vec<String> = ["conversion_id", "entry", "converted_at", "touch_id", "\"position\"", "touches"]
        .map(str::to_owned)
        .to_vec();
    for model in models {
        columns.extend([format!("weight_{model}"), conversions_column(*model), revenue_column(*model)]);
    }
    let credits = format!(
        "SELECT {}\nFROM {CREDITS}\nWHERE customer_id = $1\nORDER BY converted_at, conversion_id, entry DESC, \"position\"\nLIMIT {EVENTS_MAX}",
        columns.join(", ")
    );
    let params = vec![Param::Uuid(customer.0)];
    let source = CreditSource {
        variants: history.to_vec(),
        ..CreditSource::new(CREDITS, models, settings)
    };
    JourneyPlans {
        events: Plan {
            sql: events,
            params: params.clone(),
            ..Plan::default()
        },
        credits: Plan {
            sql: credits,
            params,
            credits: vec![source],
            ..Plan::default()
        },
        models: models.to_vec(),
    }
}

impl JourneyPlans {
    /// None where no row names the customer.
    pub fn finish(self, customer: CustomerId, currency: Currency, events: &RawTable, credits: &RawTable) -> Option<Journey> {
        if events.rows.is_empty() {
            return None;
        }
        let mut customer_key = None;
        let mut happened = Vec::with_capacity(events.rows.len());
        for cells in &events.rows {
            let (event, key) = event(cells, currency)?;
            customer_key = customer_key.or(key);
            happened.push(event);
        }
        let is_full = |raw: &RawTable| raw.is_truncated || raw.rows.len() >= EVENTS_MAX as usize;
        Some(Journey {
            customer_id: customer,
            customer_key,
            events: happened,
            credits: credits.rows.iter().filter_map(|cells| credit(cells, &self.models, currency)).collect(),
            is_truncated: is_full(events) || is_full(credits),
            models: self.models,
            currency,
            data_version: events.data_version,
        })
    }
}

fn event(cells: &[crate::result::Cell], currency: Currency) -> Option<(JourneyEvent, Option<String>)> {
    let mut row = Reader::new(cells);
    let mut event = JourneyEvent {
        id: RowId(row.uuid()?),
        recorded_at: row.instant()?,
        record_kind: row.text()?,
        data_source: row.text()?,
        channel: row.text(),
        campaign_id: row.uuid().map(CampaignId),
        campaign: row.text(),
        ad: row.text(),
        asset_id: row.uuid().map(AssetId),
        asset: row.text(),
        interaction_type: row.text(),
        conversion_type: row.text(),
        order_id: row.text(),
        stage: row.text(),
        country: row.text(),
        device: row.text(),
        revenue: row.money(currency),
        refund: row.money(currency),
        paid_currency: row.text(),
        evidence: Evidence::default(),
    };
    let customer_key = row.text();
    event.evidence = Evidence {
        channel_rule: row.text(),
        utm_source: row.text(),
        utm_medium: row.text(),
        utm_campaign: row.text(),
        utm_content: row.text(),
        utm_term: row.text(),
        referrer: row.text(),
        landing_page: row.text(),
        click_id: row.text(),
    };
    Some((event, customer_key))
}

fn credit(cells: &[crate::result::Cell], models: &[Model], currency: Currency) -> Option<JourneyCredit> {
    let mut row = Reader::new(cells);
    Some(JourneyCredit {
        conversion_id: RowId(row.uuid()?),
        entry: row.text()?,
        converted_at: row.instant()?,
        touch_id: row.uuid().map(RowId),
        position: row.integer(),
        touches: row.integer(),
        shares: models
            .iter()
            .map(|model| Share {
                model: *model,
                weight: row.number(),
                conversions: row.number(),
                revenue: row.money(currency).unwrap_or_default(),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests;
