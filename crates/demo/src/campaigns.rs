//! The marketing plan: accounts, campaigns, when they run, whom they reach, and the library of creative assets.

use jiff::civil::Date;
use types::Currency;

use crate::calendar::black_friday;
use crate::channel::Channel::{self, Email, GoogleAds, LinkedInAds, MetaAds, TikTokAds};

/// An advertising account: its days are civil days of its own zone, its amounts are in its own currency.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) key: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) currency: Currency,
}

const META_DE: Account = Account {
    key: "act_20417",
    zone: "Europe/Berlin",
    currency: Currency::EUR,
};
const META_UK: Account = Account {
    key: "act_31180",
    zone: "Europe/London",
    currency: Currency::GBP,
};
const GOOGLE_EU: Account = Account {
    key: "418-220-7714",
    zone: "Europe/Berlin",
    currency: Currency::EUR,
};
const GOOGLE_US: Account = Account {
    key: "502-913-4468",
    zone: "America/New_York",
    currency: Currency::USD,
};
const TIKTOK: Account = Account {
    key: "tt-7204418",
    zone: "Europe/Berlin",
    currency: Currency::EUR,
};
const LINKEDIN: Account = Account {
    key: "li-509113",
    zone: "UTC",
    currency: Currency::USD,
};
const KLAVIYO: Account = Account {
    key: "Yk3Rt9",
    zone: "Europe/Berlin",
    currency: Currency::EUR,
};

/// Whom a campaign reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// People who do not know the shop.
    Cold,
    /// People who do.
    Warm,
    /// People who were on their way already (searches for the brand's name): part of the warm audience, with almost no effect.
    Decided,
}

/// When a campaign runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Run {
    Always,
    /// Months, both included; may wrap around the year.
    Months(i8, i8),
    /// From ten days before Black Friday until the Monday after.
    BlackFriday,
    /// From a launch day of the second year on.
    Since(Date),
    /// Until it was paused for good.
    Until(Date),
    /// Newsletter days.
    TuesdayAndFriday,
}

#[derive(Debug)]
pub(crate) struct CampaignPlan {
    pub(crate) channel: Channel,
    pub(crate) account: &'static Account,
    pub(crate) name: &'static str,
    pub(crate) audience: Audience,
    pub(crate) run: Run,
    /// Share of the channel's budget while it runs.
    pub(crate) weight: f64,
    /// Cost of one click in EUR.
    pub(crate) cost_per_click: f64,
    /// Effect of its touches relative to the channel's.
    pub(crate) effect: f64,
    /// Line of products that its assets show: index into `LINES`.
    pub(crate) line: usize,
    pub(crate) ad_sets: &'static [&'static str],
    pub(crate) ads_per_set: usize,
}

/// What a channel spends in EUR over the eighteen months at scale 1.
pub(crate) const fn budget(channel: Channel) -> f64 {
    match channel {
        MetaAds => 640_000.0,
        GoogleAds => 528_000.0,
        TikTokAds => 204_000.0,
        LinkedInAds => 76_000.0,
        Email | Channel::OrganicSearch | Channel::Direct | Channel::Referral => 0.0,
    }
}

const COLD_SETS: &[&str] = &["Interests – hiking and camping", "Lookalike 1%", "Broad 25–54"];
const WARM_SETS: &[&str] = &["Viewed product 14 d", "Added to basket 7 d", "Bought a year ago"];
const SEARCH_SETS: &[&str] = &["Exact", "Phrase", "Dynamic"];
const PMAX_SETS: &[&str] = &["Asset group – best sellers", "Asset group – new arrivals", "Asset group – clearance"];
const SPARK_SETS: &[&str] = &["Creators", "Broad 18–34", "Video viewers"];
const B2B_SETS: &[&str] = &["HR managers DACH", "Office managers UK", "Founders NL/FR"];
const SEGMENTS: &[&str] = &["Engaged 90 d", "All subscribers"];
const FLOW: &[&str] = &["Flow"];

#[rustfmt::skip]
#[allow(clippy::too_many_arguments)]
const fn plan(
    channel: Channel, account: &'static Account, name: &'static str, audience: Audience, run: Run, weight: f64, cost_per_click: f64, effect: f64,
    line: usize, ad_sets: &'static [&'static str], ads_per_set: usize,
) -> CampaignPlan {
    CampaignPlan { channel, account, name, audience, run, weight, cost_per_click, effect, line, ad_sets, ads_per_set }
}

use Audience::{Cold, Decided, Warm};
use Run::{Always, Months, Since, TuesdayAndFriday, Until};

#[rustfmt::skip]
pub(crate) const CAMPAIGNS: &[CampaignPlan] = &[
    plan(MetaAds,     &META_DE,   "Prospecting – Storm Shell AW",     Cold,    Months(9, 2),                       1.35, 1.12, 1.00, 0, COLD_SETS,   4),
    plan(MetaAds,     &META_DE,   "Prospecting – Trail SS",           Cold,    Months(3, 8),                       1.20, 0.98, 0.95, 3, COLD_SETS,   4),
    plan(MetaAds,     &META_DE,   "Lookalike – Repeat buyers",        Cold,    Always,                             0.55, 1.05, 1.15, 2, COLD_SETS,   4),
    plan(MetaAds,     &META_DE,   "Retargeting – Viewed 14 d",        Warm,    Always,                             0.70, 0.78, 0.30, 0, WARM_SETS,   4),
    plan(MetaAds,     &META_UK,   "Prospecting – UK",                 Cold,    Since(Date::constant(2026, 2, 16)), 0.45, 1.20, 0.85, 1, COLD_SETS,   3),
    plan(MetaAds,     &META_DE,   "Black Friday – Outerwear",         Warm,    Run::BlackFriday,                   1.60, 1.45, 0.80, 0, WARM_SETS,   3),
    plan(GoogleAds,   &GOOGLE_EU, "Search – Brand",                   Decided, Always,                             0.42, 0.38, 0.04, 8, SEARCH_SETS, 3),
    plan(GoogleAds,   &GOOGLE_EU, "Search – Rain jackets DE/AT",      Cold,    Always,                             0.90, 1.15, 1.20, 0, SEARCH_SETS, 4),
    plan(GoogleAds,   &GOOGLE_EU, "PMax – Outerwear DE",              Cold,    Always,                             1.10, 0.82, 0.80, 2, PMAX_SETS,   4),
    plan(GoogleAds,   &GOOGLE_US, "PMax – US",                        Cold,    Since(Date::constant(2025, 9, 8)),  0.40, 1.30, 0.75, 1, PMAX_SETS,   3),
    plan(GoogleAds,   &GOOGLE_EU, "Shopping – Trail and camp",        Cold,    Months(3, 9),                       0.55, 0.66, 0.90, 3, PMAX_SETS,   4),
    plan(GoogleAds,   &GOOGLE_EU, "Display – Awareness",              Cold,    Until(Date::constant(2025, 12, 21)), 0.30, 0.41, 0.25, 7, COLD_SETS,  3),
    plan(TikTokAds,   &TIKTOK,    "Rain test – Spark Ads",            Cold,    Always,                             1.00, 0.52, 1.10, 5, SPARK_SETS,  4),
    plan(TikTokAds,   &TIKTOK,    "Creators – Summit stories",        Cold,    Months(4, 10),                      0.70, 0.60, 0.90, 6, SPARK_SETS,  4),
    plan(TikTokAds,   &TIKTOK,    "Gift guide",                       Cold,    Months(11, 12),                     0.90, 0.70, 0.95, 4, SPARK_SETS,  3),
    plan(TikTokAds,   &TIKTOK,    "Retargeting – Video viewers",      Warm,    Since(Date::constant(2025, 11, 3)), 0.30, 0.48, 0.40, 5, WARM_SETS,   3),
    plan(LinkedInAds, &LINKEDIN,  "Corporate gifting – HR leads",     Cold,    Months(8, 12),                      1.50, 4.60, 1.10, 4, B2B_SETS,    3),
    plan(LinkedInAds, &LINKEDIN,  "Team wear – Employers",            Cold,    Always,                             0.60, 4.20, 0.90, 2, B2B_SETS,    3),
    plan(LinkedInAds, &LINKEDIN,  "Thought leadership – Repair",      Cold,    Until(Date::constant(2026, 3, 31)), 0.40, 3.80, 0.50, 7, B2B_SETS,    3),
    plan(LinkedInAds, &LINKEDIN,  "Retargeting – Site visitors",      Warm,    Since(Date::constant(2026, 1, 12)), 0.30, 3.90, 0.60, 2, B2B_SETS,    3),
    plan(Email,       &KLAVIYO,   "Newsletter",                       Warm,    TuesdayAndFriday,                   4.00, 0.00, 1.00, 8, SEGMENTS,    2),
    plan(Email,       &KLAVIYO,   "Sale – Black Friday",              Warm,    Run::BlackFriday,                   2.20, 0.00, 1.20, 0, SEGMENTS,    2),
    plan(Email,       &KLAVIYO,   "Flow – Welcome",                   Warm,    Always,                             0.60, 0.00, 1.50, 8, FLOW,        2),
    plan(Email,       &KLAVIYO,   "Flow – Abandoned basket",          Warm,    Always,                             0.75, 0.00, 0.70, 8, FLOW,        2),
    plan(Email,       &KLAVIYO,   "Flow – Win-back",                  Warm,    Always,                             0.30, 0.00, 1.30, 6, FLOW,        2),
];

/// Product lines shown by the assets.
pub(crate) const LINES: [&str; 9] = [
    "Storm shell",
    "City parka",
    "Summit fleece",
    "Trail trousers",
    "Gift box",
    "Rain test",
    "Summit story",
    "Repair service",
    "Brand",
];
/// How an asset opens.
pub(crate) const FORMATS: [&str; 6] = ["hook A", "hook B", "hook C", "carousel", "lookbook", "still"];

impl Run {
    pub(crate) fn covers(self, day: Date) -> bool {
        match self {
            Always => true,
            Months(first, last) if first <= last => (first..=last).contains(&day.month()),
            Months(first, last) => day.month() >= first || day.month() <= last,
            Self::BlackFriday => {
                let days = black_friday(day.year()).until(day).map(|span| span.get_days()).unwrap_or(i32::MAX);
                (-10..=3).contains(&days)
            }
            Since(launch) => day >= launch,
            Until(last) => day <= last,
            TuesdayAndFriday => matches!(day.weekday(), jiff::civil::Weekday::Tuesday | jiff::civil::Weekday::Friday),
        }
    }
}
