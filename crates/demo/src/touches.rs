//! The benchmarks' generator: very many journeys, nothing else.
//!
//! Reading of "20 M touches, geometric path lengths mean 8, 3 % conversions": a customer has Geometric(1/8) touches (mean 8, at least 1),
//! each of which is followed by an order with probability 3 %, so that there are 0.03 orders a touch. Touches of one customer lie four days
//! apart on average; campaign (of 200) and with it channel (of 8) are uniform. Twelve months.
//!
//! Rows come in the order of time, as days of ordinary imports bring them: every chunk has all customers, and the lake has to do the work of
//! bringing customers together. Beside them there is one spend row for ten touches: every campaign, every day, as many ads as that gives.

use std::fmt::Write;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use types::money::FxRate;
use types::{AssetId, CampaignId, Currency, CustomerId, InteractionType, OrganizationId, RecordKind, SourceCategory, Text, UnifiedRow};

use crate::channel::Channel;
use crate::random::Random;

/// Campaigns; campaign `n` belongs to channel `n % 8`.
pub const CAMPAIGNS: usize = 200;
const DAYS: i64 = 365;
const DAY_MILLIS: i64 = 86_400_000;
const PATH_MEAN: f64 = 8.0;
const CONVERSION_CHANCE: f64 = 0.03;
const CHUNK_ROWS: usize = 65_536;

/// What to generate.
#[derive(Clone, Debug)]
pub struct Config {
    pub seed: u64,
    pub organization_id: OrganizationId,
    pub touches: usize,
    /// First day, in UTC.
    pub first_day: Date,
}

/// One row in brief: 16 bytes, so that 20 million can be put in order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    millis: i64,
    customer: u32,
    /// Campaign of a touch; `ORDER` for an order.
    campaign: u16,
}

const ORDER: u16 = u16::MAX;

/// The generated journeys, in the order of time.
#[derive(Debug)]
pub struct Touches {
    config: Config,
    ingested_at: Timestamp,
    start: i64,
    events: Vec<Event>,
    customers: Vec<CustomerId>,
    orders: usize,
    /// Rows are numbered from here on: their numbers are their keys.
    first_number: usize,
}

impl Touches {
    pub fn generate(config: &Config, ingested_at: Timestamp) -> Self {
        let start = config
            .first_day
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map(|day| day.timestamp().as_millisecond())
            .unwrap_or(0);
        let mut random = Random::new(config.seed, 0);
        let mut events = Vec::with_capacity(config.touches + config.touches / 25);
        let mut customers = Vec::new();
        let (mut touches, mut orders) = (0, 0);
        while touches < config.touches {
            let customer = u32::try_from(customers.len()).unwrap_or(u32::MAX);
            customers.push(CustomerId::derive(config.organization_id, &customer_key(customer)));
            let length = (random.geometric(PATH_MEAN) as usize).min(config.touches - touches);
            let mut millis = (random.unit() * (DAYS * DAY_MILLIS) as f64) as i64;
            for _ in 0..length {
                let campaign = random.below(CAMPAIGNS as u64) as u16;
                events.push(Event {
                    millis: start + millis,
                    customer,
                    campaign,
                });
                if random.chance(CONVERSION_CHANCE) {
                    let after = millis + random.exponential(1.5 * DAY_MILLIS as f64) as i64 + 1;
                    events.push(Event {
                        millis: start + after % (DAYS * DAY_MILLIS),
                        customer,
                        campaign: ORDER,
                    });
                    orders += 1;
                }
                // A path that runs beyond the year goes on at its beginning: paths keep their length and density.
                millis = (millis + random.exponential(4.0 * DAY_MILLIS as f64) as i64 + 1) % (DAYS * DAY_MILLIS);
            }
            touches += length;
        }
        events.sort_unstable();
        Self {
            config: config.clone(),
            ingested_at,
            start,
            events,
            customers,
            orders,
            first_number: 0,
        }
    }

    /// `count` touches that come late for customers of [`Touches::generate`]: on any of the last `days` of the year, on any campaign. Another
    /// seed gives others.
    pub fn late(config: &Config, count: usize, days: i64, ingested_at: Timestamp) -> Self {
        let start = config
            .first_day
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map(|day| day.timestamp().as_millisecond())
            .unwrap_or(0);
        let mut random = Random::new(config.seed, 3);
        let known = u32::try_from((config.touches as f64 / PATH_MEAN) as usize).unwrap_or(u32::MAX).max(1);
        let (mut events, mut customers) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for number in 0..count {
            let key = customer_key(random.below(u64::from(known)) as u32);
            customers.push(CustomerId::derive(config.organization_id, &key));
            events.push(Event {
                millis: start + (DAYS - days.clamp(1, DAYS)) * DAY_MILLIS + (random.unit() * (days.clamp(1, DAYS) * DAY_MILLIS) as f64) as i64,
                customer: u32::try_from(number).unwrap_or(u32::MAX),
                campaign: random.below(CAMPAIGNS as u64) as u16,
            });
        }
        events.sort_unstable();
        // Behind all rows of the year, and apart from those of other seeds.
        let first_number = (config.touches * 2 + count * (config.seed as usize % 1_000_000)).max(1);
        Self {
            config: config.clone(),
            ingested_at,
            start,
            events,
            customers,
            orders: 0,
            first_number,
        }
    }

    pub fn touches(&self) -> usize {
        self.events.len() - self.orders
    }

    pub fn orders(&self) -> usize {
        self.orders
    }

    pub fn customers(&self) -> usize {
        self.customers.len()
    }

    /// Touches and orders, about 65,000 a chunk, in the order of time.
    pub fn chunks(&self) -> impl Iterator<Item = Vec<UnifiedRow>> + '_ {
        let mut writer = Writer::new(self);
        self.events.chunks(CHUNK_ROWS).enumerate().map(move |(chunk, events)| {
            let numbered = events.iter().enumerate();
            numbered
                .map(|(index, event)| writer.row(self.first_number + chunk * CHUNK_ROWS + index, event))
                .collect()
        })
    }

    /// Daily spend rows, one chunk for some days: `touches / 10` rows in all, at least one for every campaign and day.
    pub fn spend_chunks(&self) -> impl Iterator<Item = Vec<UnifiedRow>> + '_ {
        let ads = (self.config.touches / 10 / CAMPAIGNS / DAYS as usize).max(1);
        let days_a_chunk = (CHUNK_ROWS / (CAMPAIGNS * ads)).max(1);
        let mut writer = Writer::new(self);
        let mut random = Random::new(self.config.seed, 1);
        let days: Vec<i64> = (0..DAYS).collect();
        let chunks: Vec<Vec<i64>> = days.chunks(days_a_chunk).map(<[i64]>::to_vec).collect();
        chunks.into_iter().map(move |days| {
            let mut rows = Vec::with_capacity(days.len() * CAMPAIGNS * ads);
            for day in days {
                for campaign in 0..CAMPAIGNS {
                    for ad in 0..ads {
                        rows.push(writer.spend(day, campaign, ad, &mut random));
                    }
                }
            }
            rows
        })
    }
}

fn customer_key(customer: u32) -> String {
    format!("b{customer}")
}

/// Makes rows, and the texts that they share once.
struct Writer<'a> {
    touches: &'a Touches,
    campaigns: Vec<Campaign>,
    shop: Text,
    purchase: Text,
    day: Text,
    level: Text,
    zone: Text,
    key: String,
    amounts: Random,
}

struct Campaign {
    id: CampaignId,
    asset: AssetId,
    key: Text,
    name: Text,
    source: Text,
    channel: Channel,
    channel_name: Text,
}

impl<'a> Writer<'a> {
    fn new(touches: &'a Touches) -> Self {
        let organization = touches.config.organization_id;
        let campaign = |number: usize| {
            let (channel, key) = (Channel::ALL[number % Channel::ALL.len()], format!("campaign-{number:03}"));
            Campaign {
                id: CampaignId::derive(organization, channel.source(), &key),
                asset: AssetId::derive(organization, &format!("asset-{:03}", number % 50)),
                key: Text::from(key),
                name: Text::from(format!("Campaign {number:03}")),
                source: Text::from(channel.source()),
                channel,
                channel_name: Text::from(channel.name()),
            }
        };
        Self {
            touches,
            campaigns: (0..CAMPAIGNS).map(campaign).collect(),
            shop: Text::from("shop"),
            purchase: Text::from("purchase"),
            day: Text::from("day"),
            level: Text::from("ad"),
            zone: Text::from("UTC"),
            key: String::new(),
            amounts: Random::new(touches.config.seed, 2),
        }
    }

    fn row(&mut self, number: usize, event: &Event) -> UnifiedRow {
        let organization = self.touches.config.organization_id;
        let at = Timestamp::from_millisecond(event.millis).expect("a year from the first day lies within jiff's range");
        self.key.clear();
        let _ = write!(self.key, "{number:x}");
        let key = Text::from(self.key.as_str());
        let mut row = if event.campaign == ORDER {
            let shop = Text::clone(&self.shop);
            let mut row = UnifiedRow::new(
                organization,
                shop,
                SourceCategory::ExternalRevenue,
                RecordKind::Order,
                Text::clone(&key),
                at,
                self.touches.ingested_at,
            );
            let micros = (2_000 + self.amounts.below(28_000) as i64) * 10_000;
            row.order_id = Some(key);
            row.conversion_type = Some(Text::clone(&self.purchase));
            row.currency = Some(Currency::EUR);
            row.fx_rate = Some(FxRate::ONE);
            row.revenue = Some(micros);
            row.revenue_reporting = Some(micros);
            row
        } else {
            let campaign = &self.campaigns[usize::from(event.campaign)];
            let source = Text::clone(&campaign.source);
            let mut row = UnifiedRow::new(
                organization,
                source,
                campaign.channel.category(),
                RecordKind::Touch,
                key,
                at,
                self.touches.ingested_at,
            );
            row.campaign_id = Some(campaign.id);
            row.asset_id = Some(campaign.asset);
            row.campaign_key = Some(Text::clone(&campaign.key));
            row.campaign_name = Some(Text::clone(&campaign.name));
            row.channel = Some(Text::clone(&campaign.channel_name));
            row.interaction_type = Some(InteractionType::Click);
            row
        };
        row.customer_id = Some(self.touches.customers[event.customer as usize]);
        self.key.clear();
        let _ = write!(self.key, "b{}", event.customer);
        row.customer_key = Some(Text::from(self.key.as_str()));
        row
    }

    fn spend(&mut self, day: i64, campaign: usize, ad: usize, random: &mut Random) -> UnifiedRow {
        let campaign = &self.campaigns[campaign];
        let at = Timestamp::from_millisecond(self.touches.start + day * DAY_MILLIS).expect("a year from the first day lies within jiff's range");
        let date = self.touches.config.first_day.saturating_add(day.days());
        self.key.clear();
        let _ = write!(self.key, "{}-{ad}/{day}", campaign.key);
        let (key, source) = (Text::from(self.key.as_str()), Text::clone(&campaign.source));
        let organization = self.touches.config.organization_id;
        let mut row = UnifiedRow::new(
            organization,
            source,
            campaign.channel.category(),
            RecordKind::Spend,
            key,
            at,
            self.touches.ingested_at,
        );
        let micros = (100 + random.below(20_000) as i64) * 10_000;
        let clicks = 1 + random.below(300) as i64;
        row.campaign_id = Some(campaign.id);
        row.asset_id = Some(campaign.asset);
        row.campaign_key = Some(Text::clone(&campaign.key));
        row.campaign_name = Some(Text::clone(&campaign.name));
        row.channel = Some(Text::clone(&campaign.channel_name));
        row.ad_key = Some(Text::from(format!("{}-{ad}", campaign.key)));
        row.civil_date = Some(date);
        row.account_zone = Some(Text::clone(&self.zone));
        row.account_id = Some(Text::clone(&campaign.source));
        row.grain = Some(Text::clone(&self.day));
        row.level = Some(Text::clone(&self.level));
        row.currency = Some(Currency::EUR);
        row.fx_rate = Some(FxRate::ONE);
        row.spend = Some(micros);
        row.spend_reporting = Some(micros);
        row.clicks = Some(clicks);
        row.impressions = Some(clicks * (20 + random.below(80) as i64));
        row
    }
}

#[cfg(test)]
mod tests;
