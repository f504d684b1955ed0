//! Daily rows of the ad platforms and of the e-mail tool: one row an ad and civil day of its account.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use types::money::{FxRate, round_half_even};
use types::{Currency, Money, OrganizationId, RecordKind, Text, UnifiedRow};

use crate::Error;
use crate::calendar::Calendar;
use crate::campaigns::{CAMPAIGNS, Run};
use crate::channel::Channel;
use crate::claims::{Claims, rule};
use crate::exchange::Exchange;
use crate::media::{Ad, Media};
use crate::random::Random;

/// Platforms restate at least these last days.
const OPEN_DAYS: usize = 3;
/// Cost of sending one e-mail, in micros of EUR.
const EMAIL_MICROS: i64 = 2_200;

/// Everything that the daily rows are made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Books<'a> {
    pub(crate) organization: OrganizationId,
    pub(crate) calendar: &'a Calendar,
    pub(crate) media: &'a Media,
    pub(crate) exchange: &'a Exchange,
    pub(crate) claims: &'a Claims,
    pub(crate) midnights: &'a Midnights,
    pub(crate) scale: f64,
    pub(crate) reporting: Currency,
    pub(crate) ingested_at: Timestamp,
}

/// First instants of the days in the accounts' zones.
#[derive(Debug)]
pub(crate) struct Midnights(HashMap<&'static str, Vec<Timestamp>>);

impl Midnights {
    pub(crate) fn new(calendar: &Calendar) -> Result<Self, Error> {
        let mut zones = HashMap::new();
        for plan in CAMPAIGNS {
            let name = plan.account.zone;
            let zone = TimeZone::get(name).map_err(|_| Error::Zone { zone: name })?;
            let start = |day| calendar.date(day).to_zoned(zone.clone()).map(|start| start.timestamp());
            let starts: Result<Vec<_>, _> = (0..calendar.days).map(start).collect();
            zones.insert(
                name,
                starts.map_err(|_| Error::LastDay {
                    day: calendar.date(calendar.days - 1),
                })?,
            );
        }
        Ok(Self(zones))
    }
}

/// Texts that every daily row shares.
#[derive(Debug)]
struct Labels {
    channels: Vec<Text>,
    sources: Vec<Text>,
    settings: Vec<Option<Text>>,
    day: Text,
    ad: Text,
}

/// Writes the rows of one day after another.
#[derive(Debug)]
pub(crate) struct DailyRows {
    labels: Labels,
    day: usize,
    random: Random,
}

impl DailyRows {
    pub(crate) fn new(random: Random) -> Self {
        let labels = Labels {
            channels: Channel::ALL.iter().map(|channel| Text::from(channel.name())).collect(),
            sources: Channel::ALL.iter().map(|channel| Text::from(channel.source())).collect(),
            settings: Channel::ALL
                .iter()
                .map(|channel| rule(*channel).map(|rule| Text::from(rule.setting)))
                .collect(),
            day: Text::from("day"),
            ad: Text::from("ad"),
        };
        Self { labels, day: 0, random }
    }

    /// Adds the next day's rows; false when history has ended.
    pub(crate) fn next_day(&mut self, books: Books<'_>, rows: &mut Vec<UnifiedRow>) -> bool {
        if self.day >= books.calendar.days {
            return false;
        }
        for ad in 0..books.media.ads.len() {
            match books.media.ads[ad].plan.channel {
                Channel::Email => self.email(books, ad, rows),
                _ => self.advertising(books, ad, rows),
            }
        }
        self.day += 1;
        true
    }

    fn row(&self, books: Books<'_>, ad: &Ad) -> UnifiedRow {
        let (channel, date) = (ad.plan.channel, books.calendar.date(self.day));
        let key = Text::from(format!("{}/{date}", ad.ad_key));
        let source = Text::clone(&self.labels.sources[channel.index()]);
        let starts = books.midnights.0[ad.plan.account.zone][self.day];
        let mut row = UnifiedRow::new(
            books.organization,
            source,
            channel.category(),
            RecordKind::Spend,
            key,
            starts,
            books.ingested_at,
        );
        row.civil_date = Some(date);
        row.is_final = self.day + OPEN_DAYS < books.calendar.days;
        row.account_zone = Some(Text::clone(&ad.account_zone));
        row.account_id = Some(Text::clone(&ad.account_id));
        row.grain = Some(Text::clone(&self.labels.day));
        row.level = Some(Text::clone(&self.labels.ad));
        row.channel = Some(Text::clone(&self.labels.channels[channel.index()]));
        row.currency = Some(ad.plan.account.currency);
        ad.name(&mut row);
        row
    }

    fn advertising(&mut self, books: Books<'_>, index: usize, rows: &mut Vec<UnifiedRow>) {
        let planned = f64::from(books.media.spend[index][self.day]);
        if planned <= 0.0 {
            return;
        }
        let ad = &books.media.ads[index];
        let (currency, channel) = (ad.plan.account.currency, ad.plan.channel);
        let rate = books.exchange.rate(self.day, currency);
        let mut row = self.row(books, ad);
        let spend = from_reporting((planned * 1e6) as i64, rate, currency);
        put_spend(&mut row, spend, rate, books.reporting);

        let freshness = ad.freshness(self.day);
        let clicks = planned / ad.plan.cost_per_click * self.random.between(0.85, 1.15) * (0.6 + 0.4 * freshness);
        let click_rate = click_rate(channel) * ad.quality * freshness * self.random.between(0.9, 1.1);
        let impressions = clicks / click_rate;
        let frequency = self.random.between(1.15, 1.5) + 0.8 * (1.0 - freshness);
        let clicks = self.random.whole(clicks);
        row.clicks = Some(clicks);
        row.impressions = Some((impressions.round() as i64).max(clicks));
        row.reach = (channel != Channel::GoogleAds).then_some((impressions / frequency).round() as i64);
        row.video_views = match channel {
            Channel::TikTokAds => Some((impressions * 0.31 * freshness).round() as i64),
            Channel::MetaAds => Some((impressions * 0.12 * freshness).round() as i64),
            _ => None,
        };
        let claim = books.claims.of(index, self.day);
        row.platform_conversions = Some(claim.conversions);
        row.platform_revenue = Some(from_reporting(claim.revenue, rate, currency).micros);
        row.attribution_setting = self.labels.settings[channel.index()].as_ref().map(Text::clone);
        rows.push(row);
    }

    fn email(&mut self, books: Books<'_>, index: usize, rows: &mut Vec<UnifiedRow>) {
        let ad = &books.media.ads[index];
        let is_newsletter = matches!(ad.plan.run, Run::TuesdayAndFriday);
        let share = |day: usize| {
            let same = books
                .media
                .ads_of(Channel::Email)
                .filter(|other| books.media.ads[*other].campaign_id == ad.campaign_id);
            let total: f32 = same.map(|other| books.media.spend[other][day]).sum();
            if total > 0.0 {
                f64::from(books.media.spend[index][day] / total)
            } else {
                0.0
            }
        };
        let list = (30_000.0 + 45_000.0 * self.day as f64 / books.calendar.days as f64) * books.scale;
        let (audience, click_rate) = match ad.plan.run {
            Run::TuesdayAndFriday => (0.55 * list, 0.026),
            Run::BlackFriday => (0.35 * list, 0.024),
            _ => (list * 0.011 * ad.plan.weight, 0.081),
        };
        let sends = audience * share(self.day) * self.random.between(0.94, 1.06);
        // A newsletter is still opened on the day after.
        let yesterday = if is_newsletter && self.day > 0 {
            0.3 * audience * share(self.day - 1)
        } else {
            0.0
        };
        let read = (sends + yesterday) * ad.quality.sqrt() * self.random.between(0.9, 1.1);
        if sends.round() + yesterday.round() <= 0.0 {
            return;
        }
        let mut row = self.row(books, ad);
        row.sends = Some(sends.round() as i64);
        row.opens = Some((read * 0.33).round() as i64);
        row.clicks = Some(self.random.whole(read * click_rate));
        let cents = round_half_even(i128::from(sends.round() as i64 * EMAIL_MICROS), 10_000) as i64;
        let spend = Money {
            micros: cents * 10_000,
            currency: Currency::EUR,
        };
        put_spend(&mut row, spend, FxRate::ONE, books.reporting);
        rows.push(row);
    }
}

impl Ad {
    /// The names and ids that a daily row and a touch of the ad share.
    pub(crate) fn name(&self, row: &mut UnifiedRow) {
        row.campaign_id = Some(self.campaign_id);
        row.asset_id = Some(self.asset_id);
        row.campaign_key = Some(Text::clone(&self.campaign_key));
        row.campaign_name = Some(Text::clone(&self.campaign_name));
        row.ad_set_key = Some(Text::clone(&self.ad_set_key));
        row.ad_set_name = Some(Text::clone(&self.ad_set_name));
        row.ad_key = Some(Text::clone(&self.ad_key));
        row.ad_name = Some(Text::clone(&self.ad_name));
        row.asset_name = Some(Text::clone(&self.asset_name));
    }
}

fn put_spend(row: &mut UnifiedRow, spend: Money, rate: FxRate, reporting: Currency) {
    row.fx_rate = Some(rate);
    row.spend = Some(spend.micros);
    row.spend_reporting = Some(
        spend
            .convert_to_micros(rate, reporting)
            .expect("a day's spend is far below the limit of money")
            .micros,
    );
}

fn click_rate(channel: Channel) -> f64 {
    match channel {
        Channel::MetaAds => 0.0135,
        Channel::GoogleAds => 0.041,
        Channel::TikTokAds => 0.0092,
        _ => 0.0061,
    }
}

/// An amount of the reporting currency in the account's currency, whole minor units.
fn from_reporting(micros: i64, rate: FxRate, currency: Currency) -> Money {
    let unit = i128::from(currency.micros_per_minor_unit());
    let units = round_half_even(i128::from(micros) * 1_000_000_000, i128::from(rate.billionths) * unit);
    Money {
        micros: i64::try_from(units * unit).expect("a day's spend is far below the limit of money"),
        currency,
    }
}
