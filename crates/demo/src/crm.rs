//! Business customers: the sales pipeline of a small share of people, as a CRM records it.
//!
//! Companies that clothe their teams ask for an offer, are qualified, get an offer, and order in the shop, or are lost. The stages lie
//! around the orders that people place anyway, so that a won deal is a real order; nothing else about a person changes. Randomness comes
//! from a stream of its own, so that the world without the pipeline is the same.

use crate::channel::Channel;
use crate::people::Person;
use crate::random::Random;

/// Source of the stages.
pub(crate) const CRM: &str = "crm_hubspot";

pub(crate) const LEAD: &str = "lead";
pub(crate) const QUALIFIED: &str = "qualified";
pub(crate) const OPPORTUNITY: &str = "opportunity";
pub(crate) const WON: &str = "won";
pub(crate) const LOST: &str = "lost";

const HOUR: i64 = 3_600_000_000;
const DAY: f64 = 86_400_000_000.0;
/// Longest time between becoming a lead and the order.
const CYCLE_DAYS_MAX: f64 = 60.0;

/// Chance that somebody with touches is a company: who met the shop on LinkedIn mostly is.
const COMPANY: f64 = 0.022;
const COMPANY_ON_LINKEDIN: f64 = 0.34;

/// A stage that a lead entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) micros: i64,
    pub(crate) name: &'static str,
}

/// Stages of one person in the order in which they are written; none for most people. Nothing lies at or after `end`.
pub(crate) fn stages(person: &Person, end: i64, random: &mut Random) -> Vec<Stage> {
    let met_on_linkedin = person.touches.iter().any(|touch| touch.channel == Channel::LinkedInAds);
    let is_company = random.chance(if met_on_linkedin { COMPANY_ON_LINKEDIN } else { COMPANY });
    if !is_company {
        return Vec::new();
    }
    let order = person.orders.first().map(|order| order.micros);
    let Some(asked_at) = asks(person, order, random) else {
        return Vec::new();
    };
    let mut stages = match order {
        Some(order) => until_order(asked_at, order, random),
        None => without_order(asked_at, random),
    };
    stages.retain(|stage| stage.micros < end);
    stages
}

/// When the company asks for an offer: minutes after one of its touches, and before its first order.
fn asks(person: &Person, order: Option<i64>, random: &mut Random) -> Option<i64> {
    let earliest = order.map_or(i64::MIN, |order| order - (CYCLE_DAYS_MAX * DAY) as i64);
    let latest = order.unwrap_or(i64::MAX);
    let within: Vec<i64> = person
        .touches
        .iter()
        .map(|touch| touch.micros + HOUR / 6)
        .filter(|micros| (earliest..latest).contains(micros))
        .collect();
    if within.is_empty() {
        return None;
    }
    let at = random.below(within.len() as u64) as usize;
    within.get(at).copied()
}

/// On the way to an order. Steps that would come after it were skipped: small companies just order.
fn until_order(asked_at: i64, order: i64, random: &mut Random) -> Vec<Stage> {
    let mut stages = vec![Stage {
        micros: asked_at,
        name: LEAD,
    }];
    let mut at = asked_at;
    for (name, days) in [(QUALIFIED, 2.0), (OPPORTUNITY, 4.0)] {
        // Somebody whom sales knows already is not qualified again.
        let is_skipped = name == QUALIFIED && random.chance(0.07);
        let next = later(at, days, random);
        if next >= order {
            break;
        }
        if !is_skipped {
            at = next;
            stages.push(Stage { micros: at, name });
        }
    }
    // Sales notes the order in the CRM hours later.
    let noted = order + HOUR / 2 + later(0, 0.3, random);
    stages.push(Stage { micros: noted, name: WON });
    stages
}

/// A lead that never orders: lost at some stage, or still waiting there.
fn without_order(asked_at: i64, random: &mut Random) -> Vec<Stage> {
    let mut stages = vec![Stage {
        micros: asked_at,
        name: LEAD,
    }];
    let mut at = asked_at;
    for (name, days, chance) in [(QUALIFIED, 3.0, 0.52), (OPPORTUNITY, 6.0, 0.55)] {
        if !random.chance(chance) {
            break;
        }
        at = later(at, days, random);
        stages.push(Stage { micros: at, name });
    }
    if stages.len() == 3 && random.chance(0.12) {
        // The offer did not fit: back to the requirements, and a second offer.
        for name in [QUALIFIED, OPPORTUNITY] {
            at = later(at, 4.0, random);
            stages.push(Stage { micros: at, name });
        }
    }
    if random.chance(0.86) {
        stages.push(Stage {
            micros: later(at, 11.0, random),
            name: LOST,
        });
    }
    stages
}

/// An instant that lies `days` later on average, and an hour at least.
fn later(at: i64, days: f64, random: &mut Random) -> i64 {
    at + HOUR + (random.exponential(days) * DAY) as i64
}

#[cfg(test)]
mod tests;
