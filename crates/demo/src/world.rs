//! The whole world: generated once, then written out chunk by chunk.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use types::money::FxRate;
use types::{Currency, CustomerId, Money, OrganizationId, SourceCategory, UnifiedRow};

use crate::Error;
use crate::calendar::Calendar;
use crate::channel::Channel;
use crate::claims::Claims;
use crate::crm;
use crate::exchange::Exchange;
use crate::journey_rows::{JourneyRows, SHOP, customer_key, order_id};
use crate::media::Media;
use crate::people::{BASELINE, Person, Surroundings};
use crate::random::Random;
use crate::spend::{Books, DailyRows, Midnights};
use crate::truth::{OrderTruth, Truth, record};

/// The reporting currency of the demo company.
pub const CURRENCY: Currency = Currency::EUR;
/// Its zone.
pub const ZONE: &str = "Europe/Berlin";
/// Rows of one chunk, at least; a chunk ends with a whole person or day. So few stay in the cache until they are columns.
const CHUNK_ROWS: usize = 512;
/// People at scale 1.
const PEOPLE: f64 = 162_000.0;

/// Streams of randomness; people have the streams from `FIRST_PERSON` on.
const EXCHANGE: u64 = 1;
const MEDIA: u64 = 2;
const DAILY: u64 = 3;
const FIRST_PERSON: u64 = 16;
/// Sales pipelines of people, beyond any person's own stream.
const FIRST_PIPELINE: u64 = 1 << 40;

/// What a world depends on, and nothing else: equal settings give equal rows on every machine.
#[derive(Clone, Debug)]
pub struct Config {
    pub seed: u64,
    pub organization_id: OrganizationId,
    /// The last day of history, in the organisation's zone.
    pub last_day: Date,
    /// 1 gives about a million rows. Scales people and budgets, not the number of campaigns and days.
    pub scale: f64,
}

impl Config {
    /// The demo company as it is shown: always the same.
    pub fn new(organization_id: OrganizationId) -> Self {
        Self {
            seed: 2026,
            organization_id,
            last_day: Date::constant(2026, 11, 19),
            scale: 1.0,
        }
    }
}

/// A source of the demo company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    pub key: &'static str,
    pub name: &'static str,
    pub category: SourceCategory,
}

/// A simulated marketing world. See the crate's documentation.
#[derive(Debug)]
pub struct World {
    config: Config,
    ingested_at: Timestamp,
    calendar: Calendar,
    exchange: Exchange,
    media: Media,
    midnights: Midnights,
    claims: Claims,
    people: Random,
    /// Customers in the order of their ids, which is the lake's order.
    customers: Vec<(CustomerId, u32)>,
    truth: Vec<Truth>,
}

impl World {
    /// Plays the whole history once: rates, media plan, every person's life; keeps only sums.
    pub fn generate(config: &Config, ingested_at: Timestamp) -> Result<Self, Error> {
        if !(config.scale > 0.0 && config.scale <= 100.0) {
            return Err(Error::Scale { scale: config.scale });
        }
        let zone = TimeZone::get(ZONE).map_err(|_| Error::Zone { zone: ZONE })?;
        let calendar = Calendar::new(config.last_day, &zone)?;
        let midnights = Midnights::new(&calendar)?;
        let seed = Random::new(config.seed, 0);
        let exchange = Exchange::generate(&calendar, &mut seed.fork(EXCHANGE));
        let media = Media::generate(config.organization_id, &calendar, config.scale, &mut seed.fork(MEDIA));
        let count = (PEOPLE * config.scale).ceil() as u32;
        let mut customers: Vec<_> = (0..count)
            .map(|number| (CustomerId::derive(config.organization_id, &customer_key(number)), number))
            .collect();
        customers.sort_unstable();
        let claims = Claims::new(&media);
        let truth = vec![Truth::default(); calendar.days];
        let mut world = Self {
            config: config.clone(),
            ingested_at,
            calendar,
            exchange,
            media,
            midnights,
            claims,
            people: seed,
            customers,
            truth,
        };
        world.play();
        Ok(world)
    }

    fn play(&mut self) {
        let mut person = Person::default();
        for number in 0..self.customers.len() {
            self.live(u32::try_from(number).unwrap_or(u32::MAX), &mut person);
            self.claims.record(&person);
            record(&mut self.truth, &person);
        }
    }

    fn live(&self, number: u32, person: &mut Person) {
        let world = Surroundings {
            calendar: &self.calendar,
            media: &self.media,
            exchange: &self.exchange,
            reporting: CURRENCY,
        };
        person.live(world, &mut self.people.fork(FIRST_PERSON + u64::from(number)));
    }

    fn stages(&self, number: u32, person: &Person) -> Vec<crm::Stage> {
        let mut random = self.people.fork(FIRST_PIPELINE + u64::from(number));
        crm::stages(person, self.calendar.end_micros(), &mut random)
    }

    /// All rows, a chunk of about 65,000 at a time: first the daily rows in the order of days, then the customers in the order of their
    /// ids, each with all of its rows. Can be walked again; memory is one chunk.
    pub fn chunks(&self) -> Chunks<'_> {
        Chunks {
            world: self,
            daily: Some(DailyRows::new(self.people.fork(DAILY))),
            journeys: JourneyRows::new(self.config.organization_id, self.ingested_at),
            person: Person::default(),
            next_customer: 0,
        }
    }

    /// Rates to the reporting currency for every day of history.
    pub fn fx_rates(&self) -> Vec<(Date, Currency, FxRate)> {
        self.exchange.list(&self.calendar)
    }

    pub fn sources(&self) -> &'static [Source] {
        &SOURCES
    }

    pub fn first_day(&self) -> Date {
        self.calendar.first_day
    }

    pub fn last_day(&self) -> Date {
        self.config.last_day
    }

    /// The truth about the whole history.
    pub fn truth(&self) -> Truth {
        self.truth_between(self.first_day(), self.last_day())
    }

    /// The truth about the orders of some days, both included.
    pub fn truth_between(&self, first: Date, last: Date) -> Truth {
        let mut sum = Truth::default();
        for (day, truth) in self.truth.iter().enumerate() {
            if (first..=last).contains(&self.calendar.date(day)) {
                sum.merge(truth);
            }
        }
        sum
    }

    /// The truth about each order of a customer, by the shop's customer key; `None` for a customer that is not in this world.
    pub fn customer_truth(&self, key: &str) -> Option<Vec<OrderTruth>> {
        let number: u32 = key.strip_prefix('C')?.parse().ok()?;
        if customer_key(number) != key || usize::try_from(number).ok()? >= self.customers.len() {
            return None;
        }
        let mut person = Person::default();
        Some(self.truths_of(number, &mut person))
    }

    /// The truth about every order of history, customer by customer; each life is played anew, so that memory is one customer's.
    pub fn order_truths(&self) -> impl Iterator<Item = OrderTruth> + '_ {
        let mut person = Person::default();
        self.customers.iter().flat_map(move |(_, number)| self.truths_of(*number, &mut person))
    }

    fn truths_of(&self, number: u32, person: &mut Person) -> Vec<OrderTruth> {
        self.live(number, person);
        let truth = |(index, order): (usize, &crate::people::Order)| {
            let mut channels = [0.0; Channel::ALL.len()];
            channels.copy_from_slice(&order.shares[..BASELINE]);
            OrderTruth {
                order_id: order_id(number, index),
                recorded_at: Timestamp::from_microsecond(order.micros).expect("history lies within jiff's range"),
                revenue: Money {
                    micros: order.reporting.micros,
                    currency: CURRENCY,
                },
                channels,
                baseline: order.shares[BASELINE],
            }
        };
        person.orders.iter().enumerate().map(truth).collect()
    }

    fn books(&self) -> Books<'_> {
        Books {
            organization: self.config.organization_id,
            calendar: &self.calendar,
            media: &self.media,
            exchange: &self.exchange,
            claims: &self.claims,
            midnights: &self.midnights,
            scale: self.config.scale,
            reporting: CURRENCY,
            ingested_at: self.ingested_at,
        }
    }
}

/// Rows of a world, chunk by chunk.
#[derive(Debug)]
pub struct Chunks<'a> {
    world: &'a World,
    daily: Option<DailyRows>,
    journeys: JourneyRows,
    person: Person,
    next_customer: usize,
}

impl Iterator for Chunks<'_> {
    type Item = Vec<UnifiedRow>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut rows = Vec::with_capacity(CHUNK_ROWS + 512);
        while rows.len() < CHUNK_ROWS {
            if let Some(daily) = &mut self.daily {
                if !daily.next_day(self.world.books(), &mut rows) {
                    self.daily = None;
                }
                continue;
            }
            let Some((customer, number)) = self.world.customers.get(self.next_customer) else {
                break;
            };
            self.next_customer += 1;
            self.world.live(*number, &mut self.person);
            let stages = self.world.stages(*number, &self.person);
            self.journeys
                .write(*number, *customer, &self.person, &stages, &self.world.media, &mut rows);
        }
        (!rows.is_empty()).then_some(rows)
    }
}

const SOURCES: [Source; 8] = [
    Source {
        key: "meta_ads",
        name: "Meta Ads",
        category: SourceCategory::ExternalMarketing,
    },
    Source {
        key: "google_ads",
        name: "Google Ads",
        category: SourceCategory::ExternalMarketing,
    },
    Source {
        key: "tiktok_ads",
        name: "TikTok Ads",
        category: SourceCategory::ExternalMarketing,
    },
    Source {
        key: "linkedin_ads",
        name: "LinkedIn Ads",
        category: SourceCategory::ExternalMarketing,
    },
    Source {
        key: "klaviyo",
        name: "Klaviyo",
        category: SourceCategory::ExternalMarketing,
    },
    Source {
        key: "web",
        name: "Website",
        category: SourceCategory::PlatformNative,
    },
    Source {
        key: SHOP,
        name: "Shopify",
        category: SourceCategory::ExternalRevenue,
    },
    Source {
        key: crm::CRM,
        name: "HubSpot",
        category: SourceCategory::ExternalRevenue,
    },
];

#[cfg(test)]
mod tests;
