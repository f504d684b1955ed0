//! What the write-ahead log holds of a request, and the lake rows that become of it.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use types::money::Money;
use types::{AssetId, CampaignId, Currency, CustomerId, Identifier, InteractionType, OrganizationId, RecordKind, SourceCategory, Text, UnifiedRow};

use crate::channels::{Channels, Evidence, Told};
use crate::refusal::Fault;
use crate::row::fx::FxTable;
use crate::row::identity;
use crate::row::worth;

/// A request: one line of a frame.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredBatch {
    /// Microseconds since 1970.
    pub(super) received_at: i64,
    pub(super) events: Vec<StoredEvent>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) rejected: Vec<StoredRejection>,
}

/// A checked event. Names of members are never given another meaning: logs outlive versions.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredEvent {
    pub(super) kind: RecordKind,
    pub(super) event_id: String,
    pub(super) source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) customer: Option<String>,
    /// Microseconds since 1970.
    pub(super) occurred_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) channel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) campaign_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) campaign_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) asset_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) asset_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) interaction: Option<InteractionType>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "stored_money")]
    pub(super) money: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) order_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) conversion_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) device: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) utm_source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) utm_medium: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) utm_campaign: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) utm_content: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) utm_term: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) referrer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) landing_page: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) click_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) properties: Option<Map<String, Value>>,
    /// `kind:value`; addresses and numbers hashed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) identifiers: Vec<String>,
}

impl StoredEvent {
    /// Whether the channel rules have something to go by. A page without a referrer is something: a direct visit.
    pub(super) const fn has_evidence(&self) -> bool {
        self.landing_page.is_some() || self.referrer.is_some() || self.utm_source.is_some() || self.utm_medium.is_some() || self.click_id.is_some()
    }
}

/// An event that was refused, for the quarantine.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredRejection {
    pub(super) index: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) raw: String,
}

/// Micros and currency.
mod stored_money {
    use super::{Currency, Deserialize, Money, Serialize};

    pub(super) fn serialize<S: serde::Serializer>(money: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
        money.map(|money| (money.micros, money.currency)).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Money>, D::Error> {
        let parts = Option::<(i64, Currency)>::deserialize(deserializer)?;
        Ok(parts.map(|(micros, currency)| Money { micros, currency }))
    }
}

/// Makes rows of events, sharing the texts that repeat.
#[derive(Debug)]
pub(super) struct EventRows<'a> {
    organization_id: OrganizationId,
    fx: &'a FxTable,
    channels: &'a Channels,
    told: Told,
    texts: HashMap<String, Text>,
}

impl<'a> EventRows<'a> {
    pub(super) fn new(organization_id: OrganizationId, fx: &'a FxTable, channels: &'a Channels) -> Self {
        Self {
            organization_id,
            fx,
            channels,
            told: Told::default(),
            texts: HashMap::new(),
        }
    }

    /// The row of an event; refused if its amount cannot be converted.
    pub(super) fn make(&mut self, mut event: StoredEvent, received_at: Timestamp) -> Result<UnifiedRow, Fault> {
        let organization = self.organization_id;
        let occurred_at = Timestamp::from_microsecond(event.occurred_at).map_err(|_| Fault::new("bad_instant", "the instant is out of range"))?;
        let source = self.shared(std::mem::take(&mut event.source));
        let category = SourceCategory::PlatformNative;
        let mut row = UnifiedRow::new(
            organization,
            source,
            category,
            event.kind,
            std::mem::take(&mut event.event_id).into(),
            occurred_at,
            received_at,
        );
        let of_channel = self.tell_channel(&mut event, &mut row);
        let campaign_source = of_channel.unwrap_or(&row.data_source);
        row.customer_id = event.customer.as_ref().map(|customer| CustomerId::derive(organization, customer));
        row.customer_key = event.customer.map(Text::from);
        if let Some(key) = event.campaign_id.as_ref().or(event.campaign_name.as_ref()) {
            row.campaign_id = Some(CampaignId::derive(organization, campaign_source, key));
        }
        row.asset_id = event.asset_id.map(|asset| AssetId::derive(organization, &asset));
        row.campaign_key = event.campaign_id.map(|text| self.shared(text));
        row.campaign_name = event.campaign_name.map(|text| self.shared(text));
        row.asset_name = event.asset_name.map(|text| self.shared(text));
        row.channel = event.channel.map(|text| self.shared(text));
        row.country = event.country.map(|text| self.shared(text));
        row.device = event.device.map(|text| self.shared(text));
        row.stage = event.stage.map(|text| self.shared(text));
        row.conversion_type = event.conversion_type.map(|text| self.shared(text));
        if event.kind == RecordKind::Order && row.conversion_type.is_none() {
            row.conversion_type = Some(self.shared("purchase".to_owned()));
        }
        row.interaction_type = event.interaction;
        row.order_id = event.order_id.map(Text::from);
        let mut identifiers: Vec<Identifier> = event.identifiers.iter().filter_map(|text| Identifier::parse(text)).collect();
        if !identifiers.is_empty() {
            row.identifiers = identity::identify(&mut row, &mut identifiers).map(Text::from);
        }
        row.data_payload = event.properties.map(|properties| Value::Object(properties).to_string().into());
        if let Some(money) = event.money {
            let rate = self.fx.rate_for(&row, money.currency)?;
            match event.kind {
                RecordKind::Refund => worth::set_refund(&mut row, money, rate, self.fx.reporting())?,
                RecordKind::Touch | RecordKind::Stage => {}
                _ => worth::set_revenue(&mut row, money, rate, self.fx.reporting())?,
            }
        }
        Ok(row)
    }

    /// Fills what the address of a touch says, and gives the touch a channel if it has none; the key of the channel's source, if there is
    /// one and the campaign is known from the address only.
    fn tell_channel(&mut self, event: &mut StoredEvent, row: &mut UnifiedRow) -> Option<&'a str> {
        let mut of_channel = None;
        if event.kind == RecordKind::Touch && event.has_evidence() {
            let channels = self.channels;
            let evidence = Evidence {
                data_source: &row.data_source,
                has_channel: event.channel.is_some(),
                utm: [
                    event.utm_source.as_deref(),
                    event.utm_medium.as_deref(),
                    event.utm_campaign.as_deref(),
                    event.utm_content.as_deref(),
                    event.utm_term.as_deref(),
                ],
                click_id: event.click_id.as_deref(),
                click_id_parts: None,
                referrer: event.referrer.as_deref(),
                landing_page: event.landing_page.as_deref(),
            };
            let mut told = std::mem::take(&mut self.told);
            channels.tell(&evidence, &mut told);
            let [source, medium, campaign, content, term] = &mut told.utm;
            event.utm_source = event.utm_source.take().or(source.take());
            event.utm_medium = event.utm_medium.take().or(medium.take());
            event.utm_campaign = event.utm_campaign.take().or(campaign.take());
            event.utm_content = event.utm_content.take().or(content.take());
            event.utm_term = event.utm_term.take().or(term.take());
            event.click_id = event.click_id.take().or(told.click_id.take());
            if let Some(place) = told.decision {
                let given = channels.given(place);
                row.channel_rule = given.rule.map(|rule| self.shared(rule.to_owned()));
                event.channel = Some(given.channel.to_owned());
            }
            if event.campaign_id.is_none() && event.campaign_name.is_none() {
                event.campaign_id = told.campaign_key.take();
                event.campaign_name = event.utm_campaign.clone().filter(|_| event.campaign_id.is_none());
                of_channel = told.source_place.and_then(|place| channels.source(place));
            }
            self.told = told;
        }
        row.utm_source = event.utm_source.take().map(|text| self.shared(text));
        row.utm_medium = event.utm_medium.take().map(|text| self.shared(text));
        row.utm_campaign = event.utm_campaign.take().map(|text| self.shared(text));
        row.utm_content = event.utm_content.take().map(|text| self.shared(text));
        row.utm_term = event.utm_term.take().map(|text| self.shared(text));
        row.referrer = event.referrer.take().map(|text| self.shared(text));
        row.landing_page = event.landing_page.take().map(Text::from);
        row.click_id = event.click_id.take().map(Text::from);
        of_channel
    }

    fn shared(&mut self, text: String) -> Text {
        if let Some(known) = self.texts.get(&text) {
            return Arc::clone(known);
        }
        let shared: Text = text.as_str().into();
        self.texts.insert(text, Arc::clone(&shared));
        shared
    }
}
