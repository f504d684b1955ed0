//! The plan carried out: which ad ran on which day, how much of its campaign's money it got, how tired it was. Spend rows and touches
//! are drawn from the same weights, so that clicks, touches and money tell one story.

use types::{AssetId, CampaignId, OrganizationId, Text};

use crate::calendar::Calendar;
use crate::campaigns::{Audience, CAMPAIGNS, CampaignPlan, FORMATS, LINES, Run, budget};
use crate::channel::Channel;
use crate::random::{Random, exp};

/// Growth of budgets over history, beside that of the season.
const BUDGET_GROWTH: f64 = 0.25;

/// One ad (or one e-mail message), with all the text that its rows share.
#[derive(Debug)]
pub(crate) struct Ad {
    pub(crate) plan: &'static CampaignPlan,
    pub(crate) campaign_id: CampaignId,
    pub(crate) asset_id: AssetId,
    pub(crate) campaign_key: Text,
    pub(crate) campaign_name: Text,
    pub(crate) ad_set_key: Text,
    pub(crate) ad_set_name: Text,
    pub(crate) ad_key: Text,
    pub(crate) ad_name: Text,
    pub(crate) asset_name: Text,
    pub(crate) account_id: Text,
    pub(crate) account_zone: Text,
    /// Attraction of the asset: multiplies click-through and effect.
    pub(crate) quality: f64,
    /// First and last day it may run, counted from the first day of history; its audience tires from the first on.
    first: i64,
    last: i64,
}

#[derive(Debug)]
pub(crate) struct Media {
    pub(crate) ads: Vec<Ad>,
    /// EUR planned, by ad and day.
    pub(crate) spend: Vec<Vec<f32>>,
    /// Cumulative weights of touches by day for cold and warm audiences, by channel with campaigns.
    touches: Vec<[Vec<f32>; 2]>,
    /// First ad of each channel with campaigns, with the end.
    first_ad: [usize; Channel::WITH_CAMPAIGNS + 1],
    days: usize,
}

impl Ad {
    /// 1 when new, falling to less than a half as its audience has seen it.
    pub(crate) fn freshness(&self, day: usize) -> f64 {
        let age = (i64::try_from(day).unwrap_or(0) - self.first).max(0);
        0.42 + 0.58 * exp(-(age as f64) / 50.0)
    }

    fn runs(&self, calendar: &Calendar, day: usize) -> bool {
        let number = i64::try_from(day).unwrap_or(0);
        self.first <= number && number <= self.last && self.plan.run.covers(calendar.date(day))
    }
}

impl Media {
    pub(crate) fn generate(organization: OrganizationId, calendar: &Calendar, scale: f64, random: &mut Random) -> Self {
        let library = library(random);
        let mut media = Self {
            ads: Vec::new(),
            spend: Vec::new(),
            touches: Vec::new(),
            first_ad: [0; Channel::WITH_CAMPAIGNS + 1],
            days: calendar.days,
        };
        for channel in &Channel::ALL[..Channel::WITH_CAMPAIGNS] {
            media.first_ad[channel.index()] = media.ads.len();
            for (number, plan) in CAMPAIGNS.iter().enumerate().filter(|(_, plan)| plan.channel == *channel) {
                add_ads(organization, number, plan, &library, calendar.days, random, &mut media.ads);
            }
        }
        media.first_ad[Channel::WITH_CAMPAIGNS] = media.ads.len();
        media.weigh(calendar, scale, random);
        media
    }

    /// Shares each channel's budget out over its ads and days, and turns clicks into the weights of touches.
    fn weigh(&mut self, calendar: &Calendar, scale: f64, random: &mut Random) {
        for ad in &self.ads {
            let by_day = |day: usize| {
                let noise = random.between(0.8, 1.2);
                let growth = 1.0 + BUDGET_GROWTH * day as f64 / calendar.days as f64;
                let wanted = ad.plan.weight * ad.quality * (0.7 + 0.3 * ad.freshness(day));
                if ad.runs(calendar, day) {
                    calendar.season[day] * growth * wanted * noise
                } else {
                    0.0
                }
            };
            self.spend.push((0..calendar.days).map(by_day).map(|weight| weight as f32).collect());
        }
        for channel in &Channel::ALL[..Channel::WITH_CAMPAIGNS] {
            let range = self.first_ad[channel.index()]..self.first_ad[channel.index() + 1];
            let total: f64 = self.spend[range.clone()].iter().flatten().map(|weight| f64::from(*weight)).sum();
            if budget(*channel) > 0.0 && total > 0.0 {
                let unit = (budget(*channel) * scale / total) as f32;
                self.spend[range.clone()].iter_mut().flatten().for_each(|weight| *weight *= unit);
            }
            let table = |cold: bool| {
                let mut cumulative = Vec::with_capacity(range.len() * calendar.days);
                for day in 0..calendar.days {
                    let mut sum = 0.0;
                    for ad in range.clone() {
                        sum += self.touch_weight(ad, day, cold);
                        cumulative.push(sum);
                    }
                }
                cumulative
            };
            let tables = [table(true), table(false)];
            self.touches.push(tables);
        }
    }

    /// Ads take touches from their second day on, so that a touch in the organisation's zone never precedes the first day that the
    /// account's zone reports. A newsletter is read on the day after, too.
    fn touch_weight(&self, ad: usize, day: usize, cold: bool) -> f32 {
        let before = if day == 0 { self.spend[ad][0] } else { self.spend[ad][day - 1] };
        let today = self.spend[ad][day];
        let plan = self.ads[ad].plan;
        if matches!(plan.run, Run::TuesdayAndFriday) {
            return today + before * 0.35;
        }
        if before == 0.0 || today == 0.0 {
            return 0.0;
        }
        let clicks = today / (plan.cost_per_click.max(0.05) as f32);
        match (plan.audience, cold) {
            (Audience::Cold, true) => clicks,
            (Audience::Warm | Audience::Decided, true) => 0.0,
            (Audience::Cold, false) => clicks * 0.35,
            (Audience::Warm, false) => clicks * 2.0,
            (Audience::Decided, false) => clicks * 0.8,
        }
    }

    /// An ad of the channel that ran on the day, or `None` when nothing did.
    pub(crate) fn draw(&self, channel: Channel, day: usize, cold: bool, random: &mut Random) -> Option<usize> {
        let first = self.first_ad[channel.index()];
        let width = self.first_ad[channel.index() + 1] - first;
        let table = &self.touches[channel.index()][usize::from(!cold)];
        random.pick(&table[day * width..(day + 1) * width]).map(|within| first + within)
    }

    /// Ads of a channel.
    pub(crate) fn ads_of(&self, channel: Channel) -> std::ops::Range<usize> {
        self.first_ad[channel.index()]..self.first_ad[channel.index() + 1]
    }

    pub(crate) fn days(&self) -> usize {
        self.days
    }
}

struct Asset {
    key: String,
    name: Text,
    quality: f64,
}

/// Every line in every format.
fn library(random: &mut Random) -> Vec<Asset> {
    let asset = |number: usize| Asset {
        key: format!("dam-{:04}", 1001 + number),
        name: Text::from(format!("{}, {}", LINES[number / FORMATS.len()], FORMATS[number % FORMATS.len()])),
        quality: exp(0.28 * random.normal()),
    };
    (0..LINES.len() * FORMATS.len()).map(asset).collect()
}

fn add_ads(
    organization: OrganizationId,
    number: usize,
    plan: &'static CampaignPlan,
    library: &[Asset],
    days: usize,
    random: &mut Random,
    ads: &mut Vec<Ad>,
) {
    let campaign_key = Text::from(format!("{}", 120_210 + number * 137));
    let (campaign_name, account_id, account_zone) = (Text::from(plan.name), Text::from(plan.account.key), Text::from(plan.account.zone));
    for (set, set_name) in plan.ad_sets.iter().enumerate() {
        let (ad_set_key, ad_set_name) = (Text::from(format!("{campaign_key}-{}", set + 1)), Text::from(*set_name));
        for index in 0..plan.ads_per_set {
            let asset = &library[plan.line * FORMATS.len() + (index + set) % FORMATS.len()];
            // A set gets a new ad before the last one is tired, and few are ever stopped. The first began before history.
            let slot = days as f64 / plan.ads_per_set as f64;
            let step = (days as f64 + 0.7 * slot) / (plan.ads_per_set as f64 - 1.0);
            let first = (index as f64 * step - 1.1 * slot + random.between(-0.15, 0.15) * slot) as i64;
            ads.push(Ad {
                plan,
                campaign_id: CampaignId::derive(organization, plan.channel.source(), &campaign_key),
                asset_id: AssetId::derive(organization, &asset.key),
                campaign_key: Text::clone(&campaign_key),
                campaign_name: Text::clone(&campaign_name),
                ad_set_key: Text::clone(&ad_set_key),
                ad_set_name: Text::clone(&ad_set_name),
                ad_key: Text::from(format!("{ad_set_key}-{}", index + 1)),
                ad_name: Text::from(format!("{} {}", asset.name, index + 1)),
                asset_name: Text::clone(&asset.name),
                account_id: Text::clone(&account_id),
                account_zone: Text::clone(&account_zone),
                quality: asset.quality,
                first,
                last: first + (slot * 6.5) as i64,
            });
        }
    }
}
