//! What a touch cost.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use types::CampaignId;

use crate::Error;

const MICROS_MAX: i64 = 999_999_999_999_999_999;

/// Level at which a platform reported a cost, coarsest first. Levels repeat each other's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Campaign,
    AdSet,
    Ad,
}

impl Level {
    /// The text of the `level` column. Rows without a level stand for themselves, like campaigns; an account's rows name no campaign.
    pub fn parse(text: Option<&str>) -> Option<Self> {
        match text {
            None | Some("campaign") => Some(Self::Campaign),
            Some("ad_set") => Some(Self::AdSet),
            Some("ad") => Some(Self::Ad),
            Some(_) => None,
        }
    }
}

/// Cost of a touch: the spend of its campaign on its day in the ad account's zone, divided by the touches of that campaign recorded on
/// that day. The touches of a day so cost together what was spent on it, whatever share of the clicks was recorded; rounding is to the
/// micro, downwards. Where a platform reports several levels, the coarsest is used.
///
/// First all spend is added, then all touches are counted, then costs can be asked for.
#[derive(Debug, Default)]
pub struct TouchCosts {
    campaigns: HashMap<CampaignId, Campaign>,
}

#[derive(Debug)]
struct Campaign {
    zone: TimeZone,
    days: HashMap<Date, Day>,
}

#[derive(Debug, Default)]
struct Day {
    spend: Option<(Level, i64)>,
    touches: i64,
}

impl TouchCosts {
    /// Adds a platform's row of spend: micros of the reporting currency, for a civil day of `zone`.
    pub fn add_spend(&mut self, campaign: CampaignId, zone: &TimeZone, day: Date, level: Level, micros: i64) -> Result<(), Error> {
        let campaign = self.campaigns.entry(campaign).or_insert_with(|| Campaign {
            zone: zone.clone(),
            days: HashMap::new(),
        });
        let day = campaign.days.entry(day).or_default();
        day.spend = Some(match day.spend {
            Some((known, sum)) if known == level => (level, sum.checked_add(micros).filter(|sum| sum.abs() <= MICROS_MAX).ok_or(Error::Spend)?),
            Some(coarser) if coarser.0 < level => coarser,
            Some(_) | None => (level, micros),
        });
        Ok(())
    }

    /// Counts a touch; touches of days without spend need no counting.
    pub fn count_touch(&mut self, campaign: CampaignId, at: Timestamp) {
        if let Some(campaign) = self.campaigns.get_mut(&campaign)
            && let Some(day) = campaign.days.get_mut(&campaign.zone.to_datetime(at).date())
        {
            day.touches += 1;
        }
    }

    /// Cost of a touch in micros; none where no spend is known for its campaign and day.
    pub fn cost(&self, campaign: CampaignId, at: Timestamp) -> Option<i64> {
        let campaign = self.campaigns.get(&campaign)?;
        let day = campaign.days.get(&campaign.zone.to_datetime(at).date())?;
        let (_, micros) = day.spend?;
        Some(micros.div_euclid(day.touches.max(1)))
    }

    /// Whether any spend is known; without, touches need not be counted.
    pub fn is_empty(&self) -> bool {
        self.campaigns.is_empty()
    }
}

#[cfg(test)]
mod tests;
