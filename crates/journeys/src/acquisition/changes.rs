//! Which touches cost something else than before.

use std::collections::HashMap;
use std::ops::Range;

use types::CampaignId;

use super::calendar::start;
use super::{Campaign, TouchCosts};

/// Instants by campaign whose touches changed their cost.
#[derive(Debug, Default)]
pub struct CostChanges {
    /// Ascending, in microseconds.
    by_campaign: HashMap<CampaignId, Vec<Range<i64>>>,
}

impl CostChanges {
    pub fn between(before: &TouchCosts, after: &TouchCosts) -> Self {
        let nothing = Campaign::default();
        let mut by_campaign = HashMap::new();
        let added = after.campaigns().filter(|(id, _)| before.campaign(id).is_none());
        for (id, _) in before.campaigns().chain(added) {
            let old = before.campaign(id).unwrap_or(&nothing);
            let new = after.campaign(id).unwrap_or(&nothing);
            let ranges = differing(old, new);
            if !ranges.is_empty() {
                by_campaign.insert(*id, ranges);
            }
        }
        Self { by_campaign }
    }

    pub fn is_empty(&self) -> bool {
        self.by_campaign.is_empty()
    }

    /// The instants of a campaign.
    pub fn of(&self, campaign: &CampaignId) -> &[Range<i64>] {
        self.by_campaign.get(campaign).map_or(&[], Vec::as_slice)
    }
}

fn differing(old: &Campaign, new: &Campaign) -> Vec<Range<i64>> {
    let is_one_zone = old.days.is_empty() || new.days.is_empty() || old.zone == new.zone;
    let mut ranges = Vec::new();
    // In another zone the days are others: all of both are looked at.
    for (campaign, other) in [(old, new), (new, old)] {
        for (date, slot) in &campaign.slots {
            let other_cost = other.slots.get(date).and_then(|slot| other.days[*slot].cost());
            if is_one_zone && campaign.days[*slot].cost() == other_cost {
                continue;
            }
            let next = date.tomorrow().ok();
            let begin = start(&campaign.zone, *date).unwrap_or(i64::MIN);
            ranges.push(begin..next.and_then(|next| start(&campaign.zone, next)).unwrap_or(i64::MAX));
        }
    }
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, range| {
        let is_near = next.start <= range.end;
        if is_near {
            range.end = range.end.max(next.end);
        }
        is_near
    });
    ranges
}

/// Whether one of ascending ranges holds the instant.
pub fn holds(ranges: &[Range<i64>], micros: i64) -> bool {
    let at = ranges.partition_point(|range| range.end <= micros);
    ranges.get(at).is_some_and(|range| range.start <= micros)
}
