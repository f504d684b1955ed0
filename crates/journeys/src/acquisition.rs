//! What a touch cost.

mod calendar;
mod changes;

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use types::CampaignId;

use crate::Error;
use calendar::Calendar;
pub use changes::{CostChanges, holds};

const MICROS_MAX: i64 = 999_999_999_999_999_999;

/// Level at which a platform reported a cost, coarsest first. Levels repeat each other's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Campaign,
    AdSet,
    Ad,
}

impl Level {
    /// The text of the `level` column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::AdSet => "ad_set",
            Self::Ad => "ad",
        }
    }

    /// Reads the `level` column. Rows without a level stand for themselves, like campaigns; an account's rows name no campaign.
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
#[derive(Clone, Debug, Default)]
pub struct TouchCosts {
    by_id: HashMap<CampaignId, usize>,
    campaigns: Vec<(CampaignId, Campaign)>,
}

/// A campaign of [`TouchCosts`], for whoever looks at many touches of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignNumber(usize);

/// One campaign and day with spend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostDay {
    pub campaign: CampaignId,
    pub zone: TimeZone,
    pub date: Date,
    pub level: Level,
    pub spend_micros: i64,
    pub touches: i64,
}

impl CostDay {
    /// What a touch of the day cost.
    pub const fn cost_micros(&self) -> i64 {
        cost(self.spend_micros, self.touches)
    }
}

#[derive(Clone, Debug)]
struct Campaign {
    zone: TimeZone,
    slots: HashMap<Date, usize>,
    days: Vec<Day>,
    /// Made when the first touch is counted: the slot of every day from the first to the last.
    calendar: Option<(Calendar, Vec<Option<usize>>)>,
}

impl Default for Campaign {
    fn default() -> Self {
        Self::of(&TimeZone::UTC)
    }
}

#[derive(Clone, Debug, Default)]
struct Day {
    spend: Option<(Level, i64)>,
    touches: i64,
}

impl TouchCosts {
    /// Adds a platform's row of spend: micros of the reporting currency, for a civil day of `zone`.
    pub fn add_spend(&mut self, campaign: CampaignId, zone: &TimeZone, day: Date, level: Level, micros: i64) -> Result<(), Error> {
        let day = self.day(campaign, zone, day);
        day.spend = Some(match day.spend {
            Some((known, sum)) if known == level => (level, sum.checked_add(micros).filter(|sum| sum.abs() <= MICROS_MAX).ok_or(Error::Spend)?),
            Some(coarser) if coarser.0 < level => coarser,
            Some(_) | None => (level, micros),
        });
        Ok(())
    }

    /// Takes over a day as it was known before, its touches counted.
    pub fn add_day(&mut self, known: &CostDay) {
        let day = self.day(known.campaign, &known.zone, known.date);
        day.spend = Some((known.level, known.spend_micros));
        day.touches = known.touches;
    }

    /// Counts a touch; touches of days without spend need no counting.
    pub fn count_touch(&mut self, campaign: CampaignId, at: Timestamp) {
        if let Some(number) = self.number(&campaign) {
            self.count_touches(number, at.as_microsecond(), 1);
        }
    }

    /// Counts `count` touches of one instant, in microseconds; fewer than none where touches went.
    pub fn count_touches(&mut self, campaign: CampaignNumber, at_micros: i64, count: i64) {
        let campaign = &mut self.campaigns[campaign.0].1;
        campaign.prepare();
        if let Some(slot) = campaign.slot(at_micros) {
            campaign.days[slot].touches += count;
        }
    }

    /// The campaign's number; none without spend.
    pub fn number(&self, campaign: &CampaignId) -> Option<CampaignNumber> {
        self.by_id.get(campaign).copied().map(CampaignNumber)
    }

    /// Cost of a touch in micros; none where no spend is known for its campaign and day.
    pub fn cost(&self, campaign: CampaignId, at: Timestamp) -> Option<i64> {
        let campaign = self.campaign(&campaign)?;
        campaign.days[campaign.slot(at.as_microsecond())?].cost()
    }

    /// Whether any spend is known; without, touches need not be counted.
    pub fn is_empty(&self) -> bool {
        self.campaigns.is_empty()
    }

    /// The same spend, without any touch.
    pub fn without_touches(mut self) -> Self {
        let days = self.campaigns.iter_mut().flat_map(|(_, campaign)| &mut campaign.days);
        days.for_each(|day| day.touches = 0);
        self
    }

    /// Touches counted by another one of the same spend are added.
    pub fn add_counts(&mut self, other: &Self) {
        for ((_, campaign), (_, counted)) in self.campaigns.iter_mut().zip(&other.campaigns) {
            for (day, counted) in campaign.days.iter_mut().zip(&counted.days) {
                day.touches += counted.touches;
            }
        }
    }

    /// All days with spend, ordered by campaign and day.
    pub fn days(&self) -> Vec<CostDay> {
        let mut days = Vec::new();
        for (id, campaign) in &self.campaigns {
            for (date, slot) in &campaign.slots {
                let day = &campaign.days[*slot];
                if let Some((level, spend_micros)) = day.spend {
                    days.push(CostDay {
                        campaign: *id,
                        zone: campaign.zone.clone(),
                        date: *date,
                        level,
                        spend_micros,
                        touches: day.touches,
                    });
                }
            }
        }
        days.sort_unstable_by_key(|day| (*day.campaign.as_bytes(), day.date));
        days
    }

    fn day(&mut self, id: CampaignId, zone: &TimeZone, day: Date) -> &mut Day {
        let next = self.campaigns.len();
        let number = *self.by_id.entry(id).or_insert(next);
        if number == next {
            self.campaigns.push((id, Campaign::of(zone)));
        }
        let campaign = &mut self.campaigns[number].1;
        campaign.calendar = None;
        let slot = *campaign.slots.entry(day).or_insert(campaign.days.len());
        if slot == campaign.days.len() {
            campaign.days.push(Day::default());
        }
        &mut campaign.days[slot]
    }

    fn campaign(&self, id: &CampaignId) -> Option<&Campaign> {
        self.by_id.get(id).map(|number| &self.campaigns[*number].1)
    }

    fn campaigns(&self) -> impl Iterator<Item = (&CampaignId, &Campaign)> {
        self.campaigns.iter().map(|(id, campaign)| (id, campaign))
    }
}

impl Campaign {
    fn of(zone: &TimeZone) -> Self {
        Self {
            zone: zone.clone(),
            slots: HashMap::new(),
            days: Vec::new(),
            calendar: None,
        }
    }

    fn prepare(&mut self) {
        if self.calendar.is_some() {
            return;
        }
        let (Some(first), Some(last)) = (self.slots.keys().min(), self.slots.keys().max()) else {
            return;
        };
        self.calendar = Calendar::new(&self.zone, *first, *last).map(|calendar| {
            let dates = first.series(1.day()).take_while(|date| date <= last);
            let slots = dates.map(|date| self.slots.get(&date).copied()).collect();
            (calendar, slots)
        });
    }

    /// The day with spend in which an instant lies.
    fn slot(&self, at_micros: i64) -> Option<usize> {
        match &self.calendar {
            Some((calendar, slots)) => *slots.get(calendar.day(at_micros)?)?,
            None => {
                let at = Timestamp::from_microsecond(at_micros).ok()?;
                self.slots.get(&self.zone.to_datetime(at).date()).copied()
            }
        }
    }
}

impl Day {
    fn cost(&self) -> Option<i64> {
        self.spend.map(|(_, micros)| cost(micros, self.touches))
    }
}

const fn cost(spend_micros: i64, touches: i64) -> i64 {
    spend_micros.div_euclid(if touches > 1 { touches } else { 1 })
}

#[cfg(test)]
mod tests;
