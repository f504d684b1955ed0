//! The channels, and what a touch of each really does: the assumptions that make up the simulated truth.

use types::{InteractionType, SourceCategory};

/// A marketing channel of the demo company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    MetaAds,
    GoogleAds,
    TikTokAds,
    LinkedInAds,
    Email,
    OrganicSearch,
    Direct,
    Referral,
}

/// What the simulation assumes of a channel.
#[derive(Debug)]
pub(crate) struct Nature {
    /// Orders that one click of a new person adds, before fatigue and repetition.
    pub(crate) effect: f64,
    /// A view or an open does this share of what a click does.
    pub(crate) passive_share: f64,
    /// Share of touches that are views or opens.
    pub(crate) passive_chance: f64,
    /// Mean delay in shopping days between a touch and the order that it causes.
    pub(crate) delay: f64,
    /// Chance to be the touch by which a person first meets the shop.
    pub(crate) discovery: f64,
    /// Weight among the later touches of somebody who knows the shop.
    pub(crate) later: f64,
    /// Weight among the visits on the way to an order that is already decided: such touches cause nothing.
    pub(crate) on_the_way: f64,
}

impl Channel {
    pub const ALL: [Self; 8] = [
        Self::MetaAds,
        Self::GoogleAds,
        Self::TikTokAds,
        Self::LinkedInAds,
        Self::Email,
        Self::OrganicSearch,
        Self::Direct,
        Self::Referral,
    ];
    /// Channels with campaigns and daily rows, in the order of `ALL`.
    pub(crate) const WITH_CAMPAIGNS: usize = 5;
    /// Channels whose platforms claim conversions.
    pub(crate) const ADVERTISING: usize = 4;

    /// The name in the `channel` column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MetaAds => "Meta Ads",
            Self::GoogleAds => "Google Ads",
            Self::TikTokAds => "TikTok Ads",
            Self::LinkedInAds => "LinkedIn Ads",
            Self::Email => "E-mail",
            Self::OrganicSearch => "Organic search",
            Self::Direct => "Direct",
            Self::Referral => "Referral",
        }
    }

    /// Key of the source that reports the channel's rows.
    pub const fn source(self) -> &'static str {
        match self {
            Self::MetaAds => "meta_ads",
            Self::GoogleAds => "google_ads",
            Self::TikTokAds => "tiktok_ads",
            Self::LinkedInAds => "linkedin_ads",
            Self::Email => "klaviyo",
            Self::OrganicSearch | Self::Direct | Self::Referral => "web",
        }
    }

    pub(crate) const fn category(self) -> SourceCategory {
        match self {
            Self::MetaAds | Self::GoogleAds | Self::TikTokAds | Self::LinkedInAds | Self::Email => SourceCategory::ExternalMarketing,
            Self::OrganicSearch | Self::Direct | Self::Referral => SourceCategory::PlatformNative,
        }
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    pub(crate) const fn active_interaction(self) -> InteractionType {
        match self {
            Self::MetaAds | Self::GoogleAds | Self::TikTokAds | Self::LinkedInAds | Self::Email => InteractionType::Click,
            Self::OrganicSearch | Self::Direct | Self::Referral => InteractionType::Visit,
        }
    }

    pub(crate) const fn passive_interaction(self) -> InteractionType {
        match self {
            Self::TikTokAds => InteractionType::EngagedView,
            Self::Email => InteractionType::Open,
            Self::MetaAds | Self::GoogleAds | Self::LinkedInAds => InteractionType::View,
            Self::OrganicSearch | Self::Direct | Self::Referral => InteractionType::Visit,
        }
    }

    pub(crate) const fn nature(self) -> &'static Nature {
        &NATURES[self as usize]
    }
}

#[rustfmt::skip]
const NATURES: [Nature; 8] = [
    Nature { effect: 0.165, passive_share: 0.14, passive_chance: 0.30, delay: 4.0,  discovery: 0.330, later: 0.230, on_the_way: 0.06 },
    Nature { effect: 0.172, passive_share: 0.10, passive_chance: 0.03, delay: 1.6,  discovery: 0.250, later: 0.190, on_the_way: 0.15 },
    Nature { effect: 0.076, passive_share: 0.18, passive_chance: 0.36, delay: 6.0,  discovery: 0.170, later: 0.085, on_the_way: 0.01 },
    Nature { effect: 0.140, passive_share: 0.10, passive_chance: 0.15, delay: 12.0, discovery: 0.016, later: 0.009, on_the_way: 0.00 },
    Nature { effect: 0.090, passive_share: 0.15, passive_chance: 0.45, delay: 1.3,  discovery: 0.000, later: 0.270, on_the_way: 0.14 },
    Nature { effect: 0.035, passive_share: 0.00, passive_chance: 0.00, delay: 2.0,  discovery: 0.140, later: 0.095, on_the_way: 0.22 },
    Nature { effect: 0.004, passive_share: 0.00, passive_chance: 0.00, delay: 0.6,  discovery: 0.034, later: 0.090, on_the_way: 0.31 },
    Nature { effect: 0.040, passive_share: 0.00, passive_chance: 0.00, delay: 3.0,  discovery: 0.060, later: 0.031, on_the_way: 0.02 },
];
