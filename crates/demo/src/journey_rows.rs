//! A person's story as rows of the unified stream.

use std::fmt::Write;

use jiff::Timestamp;
use types::{CustomerId, OrganizationId, RecordKind, SourceCategory, Text, UnifiedRow};

use crate::channel::Channel;
use crate::crm::{CRM, Stage};
use crate::media::Media;
use crate::people::{DEVICES, Order, Person, Touch, country_codes};

/// Source of orders and refunds.
pub(crate) const SHOP: &str = "shopify";

/// Writes people's rows; the texts that rows share are made once.
#[derive(Debug)]
pub(crate) struct JourneyRows {
    organization: OrganizationId,
    ingested_at: Timestamp,
    channels: Vec<Text>,
    sources: Vec<Text>,
    countries: Vec<Text>,
    devices: Vec<Text>,
    shop: Text,
    crm: Text,
    web: Text,
    purchase: Text,
    sign_up: Text,
    instant: Text,
    /// Buffer of the row key in hand.
    key: String,
}

/// The number of a customer as the shop writes it.
pub(crate) fn customer_key(number: u32) -> String {
    format!("C{number:06}")
}

pub(crate) fn order_id(number: u32, order: usize) -> String {
    format!("AF{number:06}-{}", order + 1)
}

impl JourneyRows {
    pub(crate) fn new(organization: OrganizationId, ingested_at: Timestamp) -> Self {
        Self {
            organization,
            ingested_at,
            channels: Channel::ALL.iter().map(|channel| Text::from(channel.name())).collect(),
            sources: Channel::ALL.iter().map(|channel| Text::from(channel.source())).collect(),
            countries: country_codes().map(Text::from).collect(),
            devices: DEVICES.iter().map(|name| Text::from(*name)).collect(),
            shop: Text::from(SHOP),
            crm: Text::from(CRM),
            web: Text::from(Channel::Direct.source()),
            purchase: Text::from("purchase"),
            sign_up: Text::from("newsletter_signup"),
            instant: Text::from("instant"),
            key: String::new(),
        }
    }

    pub(crate) fn write(&mut self, number: u32, customer: CustomerId, person: &Person, stages: &[Stage], media: &Media, rows: &mut Vec<UnifiedRow>) {
        let customer_key = Text::from(customer_key(number));
        let country = Text::clone(&self.countries[person.country]);
        let complete = |mut row: UnifiedRow, grain: &Text| {
            row.customer_id = Some(customer);
            row.customer_key = Some(Text::clone(&customer_key));
            row.country = Some(Text::clone(&country));
            row.grain = Some(Text::clone(grain));
            row
        };
        for (index, touch) in person.touches.iter().enumerate() {
            let row = self.touch(number, index, touch, media);
            rows.push(complete(row, &self.instant));
        }
        if let Some((micros, _)) = person.signed_up {
            self.key.clear();
            let _ = write!(self.key, "s{number}");
            let key = Text::from(self.key.as_str());
            let mut row = self.row(&self.web, SourceCategory::PlatformNative, RecordKind::Conversion, key, micros);
            row.conversion_type = Some(Text::clone(&self.sign_up));
            rows.push(complete(row, &self.instant));
        }
        for (index, order) in person.orders.iter().enumerate() {
            let id = Text::from(order_id(number, index));
            let row = self.order(&id, order);
            rows.push(complete(row, &self.instant));
            if let Some(row) = self.refund(&id, order) {
                rows.push(complete(row, &self.instant));
            }
        }
        for (index, stage) in stages.iter().enumerate() {
            let row = self.stage(number, index, stage);
            rows.push(complete(row, &self.instant));
        }
    }

    fn stage(&mut self, number: u32, index: usize, stage: &Stage) -> UnifiedRow {
        self.key.clear();
        let _ = write!(self.key, "h{number}.{index}");
        let key = Text::from(self.key.as_str());
        let mut row = self.row(&self.crm, SourceCategory::ExternalRevenue, RecordKind::Stage, key, stage.micros);
        row.stage = Some(Text::from(stage.name));
        row
    }

    fn touch(&mut self, number: u32, index: usize, touch: &Touch, media: &Media) -> UnifiedRow {
        let channel = touch.channel;
        self.key.clear();
        let _ = write!(self.key, "{number:x}.{index:x}");
        let key = Text::from(self.key.as_str());
        let mut row = self.row(&self.sources[channel.index()], channel.category(), RecordKind::Touch, key, touch.micros);
        row.channel = Some(Text::clone(&self.channels[channel.index()]));
        row.interaction_type = Some(touch.interaction);
        row.device = Some(Text::clone(&self.devices[usize::from(touch.device)]));
        if let Some(ad) = touch.ad {
            media.ads[usize::from(ad)].name(&mut row);
        }
        row
    }

    fn order(&self, id: &Text, order: &Order) -> UnifiedRow {
        let mut row = self.row(
            &self.shop,
            SourceCategory::ExternalRevenue,
            RecordKind::Order,
            Text::clone(id),
            order.micros,
        );
        row.order_id = Some(Text::clone(id));
        row.conversion_type = Some(Text::clone(&self.purchase));
        row.device = Some(Text::clone(&self.devices[usize::from(order.device)]));
        row.currency = Some(order.amount.currency);
        row.fx_rate = Some(order.rate);
        row.revenue = Some(order.amount.micros);
        row.revenue_reporting = Some(order.reporting.micros);
        row
    }

    fn refund(&self, id: &Text, order: &Order) -> Option<UnifiedRow> {
        let refund = order.refund.as_ref()?;
        let key = Text::from(format!("R{id}"));
        let mut row = self.row(&self.shop, SourceCategory::ExternalRevenue, RecordKind::Refund, key, refund.micros);
        row.order_id = Some(Text::clone(id));
        row.currency = Some(refund.amount.currency);
        row.fx_rate = Some(order.rate);
        row.refund = Some(refund.amount.micros);
        row.refund_reporting = Some(refund.reporting.micros);
        Some(row)
    }

    fn row(&self, source: &Text, category: SourceCategory, kind: RecordKind, key: Text, micros: i64) -> UnifiedRow {
        let at = Timestamp::from_microsecond(micros).expect("history lies within jiff's range");
        UnifiedRow::new(self.organization, Text::clone(source), category, kind, key, at, self.ingested_at)
    }
}
