//! Which spend a touch's campaign has: by id first, by name second, and never by a guess.
//!
//! Touches come grouped by everything that names their campaign, spend by campaign. A group is matched **by id** where its campaign id is
//! the spend's, or where one of its texts is the spend's own key: many people put `{{campaign.id}}` into `utm_campaign`. Else **by name**,
//! among the campaigns of the touch's channel, if exactly one has the same [name]; if several have, it is **ambiguous** and they are listed.
//! Every touch and every amount is in exactly one [`Status`], so that the parts add up to all touches and all spend.

mod name;

use std::collections::{BTreeMap, HashMap};

use types::CampaignId;

pub use name::normalise;

/// Spend of one campaign; without an id, what is not of any campaign (an account's own rows).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpendCampaign {
    pub source: String,
    pub campaign_id: Option<CampaignId>,
    /// The source's own id.
    pub key: Option<String>,
    pub name: Option<String>,
    pub channel: Option<String>,
    /// In millionths of the reporting currency.
    pub spend_micros: i128,
}

/// Touches that name their campaign alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TouchCampaign {
    pub source: String,
    pub channel: Option<String>,
    pub campaign_id: Option<CampaignId>,
    pub key: Option<String>,
    pub name: Option<String>,
    pub utm_campaign: Option<String>,
    pub touches: i64,
}

/// How spend and touches found each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    ById,
    ByName,
    /// Several campaigns have the name that the touches give.
    Ambiguous,
    /// Spend that no touch names, or touches of a campaign that spent nothing.
    Unmatched,
    /// Touches that name no campaign, and spend that is of none.
    NoCampaign,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::ById, Self::ByName, Self::Ambiguous, Self::Unmatched, Self::NoCampaign];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ById => "by_id",
            Self::ByName => "by_name",
            Self::Ambiguous => "ambiguous",
            Self::Unmatched => "unmatched",
            Self::NoCampaign => "no_campaign",
        }
    }
}

/// Who belongs to whom. The lists are in the order of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    pub spend: Vec<MatchedSpend>,
    pub touches: Vec<MatchedTouches>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedSpend {
    pub status: Status,
    /// Touches matched to this campaign.
    pub touches: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedTouches {
    pub status: Status,
    /// Places in the list of spend: the one that was matched, or all that it may be. For unmatched touches, campaigns of the same name in
    /// other channels, which a person may know to be meant.
    pub candidates: Vec<usize>,
}

/// Matches touches to spend. `channel_sources` says for channels that have one the key of the source whose spend they are.
pub fn match_campaigns(spend: &[SpendCampaign], touches: &[TouchCampaign], channel_sources: &BTreeMap<String, String>) -> Matching {
    let index = Index::new(spend, channel_sources);
    let mut matched: Vec<MatchedSpend> = spend
        .iter()
        .map(|campaign| MatchedSpend {
            status: if campaign.campaign_id.is_some() {
                Status::Unmatched
            } else {
                Status::NoCampaign
            },
            touches: 0,
        })
        .collect();
    let touches = touches
        .iter()
        .map(|group| {
            let found = index.find(group);
            for place in &found.candidates {
                let Some(campaign) = matched.get_mut(*place) else { continue };
                match found.status {
                    // The best way in which any group found the campaign.
                    Status::ById | Status::ByName => {
                        campaign.status = campaign.status.min(found.status);
                        campaign.touches += group.touches;
                    }
                    Status::Ambiguous => campaign.status = campaign.status.min(Status::Ambiguous),
                    Status::Unmatched | Status::NoCampaign => {}
                }
            }
            found
        })
        .collect();
    Matching { spend: matched, touches }
}

struct Index<'a> {
    spend: &'a [SpendCampaign],
    channel_sources: &'a BTreeMap<String, String>,
    by_id: HashMap<CampaignId, usize>,
    by_key: HashMap<&'a str, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn new(spend: &'a [SpendCampaign], channel_sources: &'a BTreeMap<String, String>) -> Self {
        let mut index = Self {
            spend,
            channel_sources,
            by_id: HashMap::new(),
            by_key: HashMap::new(),
            by_name: HashMap::new(),
        };
        for (place, campaign) in spend.iter().enumerate() {
            let Some(id) = campaign.campaign_id else { continue };
            index.by_id.insert(id, place);
            if let Some(key) = campaign.key.as_deref() {
                index.by_key.entry(key).or_default().push(place);
            }
            let name = campaign.name.as_deref().map(normalise).filter(|name| !name.is_empty());
            if let Some(name) = name {
                index.by_name.entry(name).or_default().push(place);
            }
        }
        index
    }

    fn find(&self, group: &TouchCampaign) -> MatchedTouches {
        let found = |status, candidates| MatchedTouches { status, candidates };
        if let Some(place) = group.campaign_id.and_then(|id| self.by_id.get(&id)) {
            return found(Status::ById, vec![*place]);
        }
        let texts: Vec<&str> = [&group.key, &group.name, &group.utm_campaign]
            .into_iter()
            .filter_map(|text| text.as_deref())
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .collect();
        if texts.is_empty() {
            // An id that nothing stands behind names a campaign all the same.
            let status = if group.campaign_id.is_some() {
                Status::Unmatched
            } else {
                Status::NoCampaign
            };
            return found(status, Vec::new());
        }
        let of_channel = |places: &[usize]| -> Vec<usize> { places.iter().copied().filter(|place| self.is_of_channel(*place, group)).collect() };
        for text in &texts {
            // A key is unique within its source only: in another channel it is another campaign.
            if let Some([place]) = self.by_key.get(text).map(|places| of_channel(places)).as_deref() {
                return found(Status::ById, vec![*place]);
            }
        }
        let mut elsewhere = Vec::new();
        for text in &texts {
            let Some(places) = self.by_name.get(&normalise(text)) else { continue };
            match of_channel(places).as_slice() {
                [] => elsewhere.extend(places.iter().copied().filter(|place| !elsewhere.contains(place)).collect::<Vec<_>>()),
                [place] => return found(Status::ByName, vec![*place]),
                several => return found(Status::Ambiguous, several.to_vec()),
            }
        }
        found(Status::Unmatched, elsewhere)
    }

    /// Whether the campaign's spend is the touch's channel's: it says so itself, or its source is the channel's. Spend of a source that no
    /// channel claims, and that names no channel, may be anybody's.
    fn is_of_channel(&self, place: usize, group: &TouchCampaign) -> bool {
        let Some(campaign) = self.spend.get(place) else { return false };
        let Some(channel) = group.channel.as_deref() else {
            return campaign.source == group.source;
        };
        let own_source = self.channel_sources.get(channel).is_some_and(|source| *source == campaign.source);
        match campaign.channel.as_deref() {
            Some(of_spend) => of_spend == channel || own_source,
            None => own_source || !self.channel_sources.values().any(|source| *source == campaign.source),
        }
    }
}

#[cfg(test)]
mod tests;
