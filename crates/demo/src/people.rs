//! One person's story: touches, the orders that would have come anyway, and the orders that touches caused.
//!
//! Orders are a Poisson process on shopping time whose intensity is a sum: the person's own propensity, plus for every touch
//! `effect / delay × e^(−age / delay)`. Each order is therefore born of exactly one term, and the probability that a term was the one is
//! its share of the intensity at that moment (see [`crate::truth`]). Visits on the way to an order that is already decided (direct,
//! organic, brand search) have no effect at all: they are what misleads last-touch attribution.

use types::money::FxRate;
use types::{Currency, InteractionType, Money};

use crate::calendar::Calendar;
use crate::campaigns::Audience;
use crate::channel::Channel;
use crate::exchange::Exchange;
use crate::media::Media;
use crate::random::{Random, exp};

/// Channels, and last the person's own propensity.
pub(crate) const CAUSES: usize = Channel::ALL.len() + 1;
/// Index of the cause "would have bought anyway".
pub(crate) const BASELINE: usize = Channel::ALL.len();

/// Countries with their currency and share.
const COUNTRIES: [(&str, Currency, f64); 6] = [
    ("DE", Currency::EUR, 0.56),
    ("AT", Currency::EUR, 0.10),
    ("NL", Currency::EUR, 0.07),
    ("FR", Currency::EUR, 0.06),
    ("GB", Currency::GBP, 0.12),
    ("US", Currency::USD, 0.09),
];
pub(crate) const DEVICES: [&str; 3] = ["mobile", "desktop", "tablet"];
/// Median basket in minor units of the person's currency; the mean lies about a fifth higher.
const BASKET_MEDIAN: f64 = 9_350.0;
const REFUND_CHANCE: f64 = 0.055;
/// Shopping days before history in which people may have met the shop.
const DAYS_BEFORE: f64 = 150.0;

pub(crate) fn country_codes() -> impl Iterator<Item = &'static str> {
    COUNTRIES.iter().map(|(code, _, _)| *code)
}

#[derive(Clone, Debug)]
pub(crate) struct Touch {
    /// Shopping time.
    at: f64,
    pub(crate) micros: i64,
    pub(crate) day: u16,
    pub(crate) channel: Channel,
    pub(crate) ad: Option<u16>,
    pub(crate) interaction: InteractionType,
    pub(crate) device: u8,
    /// Expected number of orders that it adds.
    effect: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct Refund {
    pub(crate) micros: i64,
    pub(crate) amount: Money,
    pub(crate) reporting: Money,
}

#[derive(Clone, Debug)]
pub(crate) struct Order {
    at: f64,
    pub(crate) micros: i64,
    pub(crate) day: u16,
    pub(crate) amount: Money,
    pub(crate) rate: FxRate,
    pub(crate) reporting: Money,
    pub(crate) refund: Option<Refund>,
    pub(crate) device: u8,
    /// The term that the order was born of: a channel's index or `BASELINE`.
    pub(crate) cause: usize,
    /// Probability of each cause, given the whole journey; sums to 1.
    pub(crate) shares: [f64; CAUSES],
    /// A draw by which platforms decide whether to count a conversion that they only model.
    pub(crate) modelled: f64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) country: usize,
    pub(crate) touches: Vec<Touch>,
    pub(crate) orders: Vec<Order>,
    /// When the person signed up for the newsletter.
    pub(crate) signed_up: Option<(i64, u16)>,
}

/// How closely somebody deals with the shop.
struct Kind {
    share: f64,
    touches_mean: f64,
    /// Shopping days between touches.
    gap: f64,
    /// Orders per shopping year that nothing causes.
    orders_per_year: f64,
    subscribes: f64,
}

#[rustfmt::skip]
const KINDS: [Kind; 4] = [
    Kind { share: 0.440, touches_mean: 2.2,  gap: 1.5, orders_per_year: 0.03, subscribes: 0.02 },
    Kind { share: 0.385, touches_mean: 7.2,  gap: 4.0, orders_per_year: 0.155, subscribes: 0.35 },
    Kind { share: 0.145, touches_mean: 24.0, gap: 9.0, orders_per_year: 0.65, subscribes: 0.90 },
    // Refuses every kind of measurement: only the orders are known.
    Kind { share: 0.030, touches_mean: 0.0,  gap: 1.0, orders_per_year: 1.00, subscribes: 0.00 },
];

/// The world in which people live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) calendar: &'a Calendar,
    pub(crate) media: &'a Media,
    pub(crate) exchange: &'a Exchange,
    pub(crate) reporting: Currency,
}

impl Person {
    /// Plays one life. The buffers of `self` are reused.
    pub(crate) fn live(&mut self, world: Surroundings<'_>, random: &mut Random) {
        self.touches.clear();
        self.orders.clear();
        self.signed_up = None;
        let kind = draw(KINDS.iter().map(|kind| kind.share), random);
        self.country = draw(COUNTRIES.iter().map(|country| country.2), random);
        let device = draw([0.62, 0.32, 0.06].into_iter(), random) as u8;
        let kind = &KINDS[kind];
        // Some met the shop before history begins: what they saw then is not recorded, what they do later is.
        let arrival = random.unit() * (world.calendar.end() + DAYS_BEFORE) - DAYS_BEFORE;
        let rate = kind.orders_per_year / 365.0 * random.between(0.4, 1.6);

        self.meet(world, kind, arrival, device, random);
        self.buy(world, arrival.max(0.0), rate, device, random);
        for index in 0..self.orders.len() {
            self.find_the_way(world, index, device, random);
        }
        self.touches.sort_by(|a, b| a.at.total_cmp(&b.at));
        self.explain(rate);
    }

    /// Touches from the arrival on.
    fn meet(&mut self, world: Surroundings<'_>, kind: &Kind, arrival: f64, device: u8, random: &mut Random) {
        if kind.touches_mean == 0.0 {
            return;
        }
        let count = random.geometric(kind.touches_mean);
        let subscribes_at = if random.chance(kind.subscribes) {
            1 + random.below(2) as u32
        } else {
            u32::MAX
        };
        let mut seen = [0_u32; Channel::ALL.len()];
        let mut last = Channel::Direct;
        let mut at = arrival;
        for number in 0..count {
            if at >= world.calendar.end() {
                break;
            }
            let cold = number == 0;
            let subscribed = number > subscribes_at;
            let channel = if !cold && random.chance(0.22) && (subscribed || last != Channel::Email) {
                last
            } else {
                later_channel(cold, subscribed, random)
            };
            if at >= 0.0 {
                last = self.touch(world, channel, at, cold, device, &mut seen, random);
            }
            if number == subscribes_at && at >= 0.0 {
                let moment = world.calendar.moment((at + 0.002).min(world.calendar.end() - 1e-6));
                self.signed_up = Some((moment.micros, moment.day));
            }
            at += random.exponential(kind.gap);
        }
    }

    /// Adds one touch that may cause something; returns the channel that it went through in the end.
    #[allow(clippy::too_many_arguments)]
    fn touch(
        &mut self,
        world: Surroundings<'_>,
        channel: Channel,
        at: f64,
        cold: bool,
        device: u8,
        seen: &mut [u32; 8],
        random: &mut Random,
    ) -> Channel {
        let moment = world.calendar.moment(at);
        let has_campaigns = channel.index() < Channel::WITH_CAMPAIGNS;
        let ad = if has_campaigns {
            world.media.draw(channel, usize::from(moment.day), cold, random)
        } else {
            None
        };
        let channel = if has_campaigns && ad.is_none() { Channel::Direct } else { channel };
        let nature = channel.nature();
        let passive = random.chance(nature.passive_chance);
        let mut effect = nature.effect * if passive { nature.passive_share } else { 1.0 };
        if let Some(index) = ad {
            let ad = &world.media.ads[index];
            effect *= ad.plan.effect * ad.quality * ad.freshness(usize::from(moment.day));
        }
        // The fifth ad of a channel says little that the first did not. Repetition weakens a channel by its own touches only, so that
        // the channels' effects still add up.
        effect /= 1.0 + 0.35 * f64::from(seen[channel.index()]);
        seen[channel.index()] += 1;
        let device = if random.chance(0.85) { device } else { random.below(2) as u8 };
        let interaction = if passive {
            channel.passive_interaction()
        } else {
            channel.active_interaction()
        };
        let ad = ad.and_then(|index| u16::try_from(index).ok());
        self.touches.push(Touch {
            at,
            micros: moment.micros,
            day: moment.day,
            channel,
            ad,
            interaction,
            device,
            effect,
        });
        channel
    }

    /// Orders: those of the person's own accord, and those that each touch begets.
    fn buy(&mut self, world: Surroundings<'_>, arrival: f64, rate: f64, device: u8, random: &mut Random) {
        let end = world.calendar.end();
        let mut at = arrival + random.exponential(1.0 / rate);
        while at < end {
            self.order(world, at, BASELINE, device, random);
            at += random.exponential(1.0 / rate);
        }
        for index in 0..self.touches.len() {
            let (start, effect, channel) = (self.touches[index].at, self.touches[index].effect, self.touches[index].channel);
            for _ in 0..random.poisson(effect) {
                let at = start + random.exponential(channel.nature().delay);
                if at < end {
                    self.order(world, at, channel.index(), device, random);
                }
            }
        }
        self.orders.sort_by(|a, b| a.at.total_cmp(&b.at));
    }

    fn order(&mut self, world: Surroundings<'_>, at: f64, cause: usize, device: u8, random: &mut Random) {
        let moment = world.calendar.moment(at);
        let currency = COUNTRIES[self.country].1;
        let units = (BASKET_MEDIAN * exp(0.56 * random.normal())).max(900.0) as i64;
        // Prices end in 0, 50, 90 or 95.
        let ending = [0, 50, 90, 95][random.below(4) as usize];
        let amount = minor(units / 100 * 100 + ending, currency);
        let rate = world.exchange.rate(usize::from(moment.day), currency);
        let reporting = amount.convert(rate, world.reporting).expect("a basket is far below the limit of money");
        let refund = if random.chance(REFUND_CHANCE) {
            refund(world, &moment.micros, amount, rate, random)
        } else {
            None
        };
        let modelled = random.unit();
        let (micros, day) = (moment.micros, moment.day);
        self.orders.push(Order {
            at,
            micros,
            day,
            amount,
            rate,
            reporting,
            refund,
            device,
            cause,
            shares: [0.0; CAUSES],
            modelled,
        });
    }

    /// Once an order is decided, people come back for it: by the name, a search, a link in an old mail.
    fn find_the_way(&mut self, world: Surroundings<'_>, order: usize, device: u8, random: &mut Random) {
        if self.touches.is_empty() {
            return;
        }
        let until = self.orders[order].at;
        let mut before = 1.2;
        while random.chance(0.42) {
            let at = until - before * random.unit();
            before = (until - at).max(0.001);
            if at <= 0.0 || before <= 0.001 {
                break;
            }
            let channel = Channel::ALL[draw(Channel::ALL.iter().map(|channel| channel.nature().on_the_way), random)];
            let mut seen = [0; 8];
            self.touch(world, channel, at, false, device, &mut seen, random);
            let touch = self.touches.last_mut().expect("a touch was just added");
            touch.effect = 0.0;
            // Decided people search for the name: the advertising click is the brand campaign's wherever that one runs.
            if touch.channel == Channel::GoogleAds {
                let day = usize::from(touch.day);
                let brand = world
                    .media
                    .ads_of(Channel::GoogleAds)
                    .filter(|ad| world.media.ads[*ad].plan.audience == Audience::Decided);
                touch.ad = brand
                    .clone()
                    .find(|ad| world.media.spend[*ad][day] > 0.0)
                    .and_then(|ad| u16::try_from(ad).ok())
                    .or(touch.ad);
            }
        }
    }

    /// Shares of the intensity at each order.
    fn explain(&mut self, rate: f64) {
        for order in &mut self.orders {
            let mut intensity = [0.0; CAUSES];
            intensity[BASELINE] = rate;
            for touch in self
                .touches
                .iter()
                .take_while(|touch| touch.at < order.at)
                .filter(|touch| touch.effect > 0.0)
            {
                let delay = touch.channel.nature().delay;
                intensity[touch.channel.index()] += touch.effect / delay * exp((touch.at - order.at) / delay);
            }
            let total: f64 = intensity.iter().sum();
            order.shares = intensity.map(|part| part / total);
        }
    }
}

fn later_channel(cold: bool, subscribed: bool, random: &mut Random) -> Channel {
    let weight = |channel: &Channel| match (cold, channel) {
        (true, channel) => channel.nature().discovery,
        (false, Channel::Email) if !subscribed => 0.0,
        (false, channel) => channel.nature().later,
    };
    Channel::ALL[draw(Channel::ALL.iter().map(weight), random)]
}

/// Four to twenty-five days later, all of it or some of it.
fn refund(world: Surroundings<'_>, ordered: &i64, amount: Money, rate: FxRate, random: &mut Random) -> Option<Refund> {
    let micros = ordered + (random.between(4.0, 25.0) * 86_400_000.0) as i64 * 1000;
    let units = amount.minor_units().expect("orders are whole minor units");
    let given_back = if random.chance(0.55) {
        units
    } else {
        (units as f64 * random.between(0.15, 0.85)) as i64
    };
    let amount = minor(given_back.max(1), amount.currency);
    let reporting = amount.convert(rate, world.reporting).expect("a refund is smaller than its order");
    (micros < world.calendar.end_micros()).then_some(Refund { micros, amount, reporting })
}

fn minor(units: i64, currency: Currency) -> Money {
    Money::from_minor_units(units, currency).expect("a basket is far below the limit of money")
}

/// An index drawn by weight.
fn draw(weights: impl Iterator<Item = f64> + Clone, random: &mut Random) -> usize {
    let mut mark = random.unit() * weights.clone().sum::<f64>();
    let mut last = 0;
    for (index, weight) in weights.enumerate() {
        if weight > 0.0 {
            last = index;
            if mark < weight {
                return index;
            }
            mark -= weight;
        }
    }
    last
}
