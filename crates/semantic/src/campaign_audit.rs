//! The audit of campaigns: which spend has touches and which touches have spend, in amounts that add up to all of both.
//!
//! Two plans, one over the spend that counts and one over the touches of the same days, both grouped by what names a campaign; the
//! matching itself is [`journeys::campaign_match`].

use std::collections::BTreeMap;

use journeys::campaign_match::{Matching, SpendCampaign, Status, TouchCampaign, match_campaigns};
use types::{CampaignId, Currency, DateRange, date_range};

use crate::decimal::Decimal;
use crate::engine::{Param, Plan, RawTable, RowOrder};
use crate::problem::{Problem, ProblemCode, QueryError};
use crate::row::Reader;
use crate::spend::COUNTED;

/// The two questions behind the audit.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditPlans {
    pub spend: Plan,
    pub touches: Plan,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignAudit {
    /// One for every status, in the order of [`Status::ALL`]; they add up to the totals.
    pub parts: Vec<Part>,
    /// All spend and all touches of the days.
    pub total: Amounts,
    /// By spend, the largest first.
    pub campaigns: Vec<AuditedCampaign>,
    /// Touches without a match that name a campaign, most first.
    pub touches: Vec<AuditedTouches>,
    pub data_version: i64,
    /// True where there are more groups than an answer holds: the figures are then of those that were read.
    pub is_truncated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub status: Status,
    pub amounts: Amounts,
    pub campaigns: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// In the reporting currency.
    pub spend: Decimal,
    pub touches: i64,
}

/// Spend of a campaign, and what was found for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedCampaign {
    pub status: Status,
    pub source: String,
    pub campaign_id: Option<CampaignId>,
    pub key: Option<String>,
    pub name: Option<String>,
    pub channel: Option<String>,
    pub amounts: Amounts,
}

/// Touches that name a campaign which cannot be told, or which spent nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedTouches {
    /// [`Status::Ambiguous`] or [`Status::Unmatched`].
    pub status: Status,
    pub source: String,
    pub channel: Option<String>,
    pub campaign_id: Option<CampaignId>,
    /// What they call their campaign.
    pub campaign: Option<String>,
    pub touches: i64,
    /// Campaigns with that name: of the channel where it is ambiguous, of other channels where it is unmatched.
    pub candidates: Vec<Candidate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub source: String,
    pub campaign_id: Option<CampaignId>,
    pub key: Option<String>,
    pub name: Option<String>,
}

/// The days of an audit, both included.
pub fn range(from: &str, to: &str, zone: &str) -> Result<DateRange, QueryError> {
    DateRange::parse(from, to, zone).map_err(|error| {
        let (pointer, code) = match &error {
            date_range::Error::Day { text } if text == from => ("/from", ProblemCode::InvalidDate),
            date_range::Error::Day { .. } => ("/to", ProblemCode::InvalidDate),
            date_range::Error::Zone { .. } => ("/zone", ProblemCode::InvalidZone),
            _ => ("/to", ProblemCode::InvalidRange),
        };
        QueryError {
            problems: vec![Problem::new(pointer, code, error.to_string())],
        }
    })
}

/// Spend belongs to a day by its civil date, a touch by its instant in the range's zone.
pub fn plans(range: &DateRange) -> AuditPlans {
    let spend = format!(
        "SELECT data_source, campaign_id, MAX(campaign_key), MAX(campaign_name), MAX(channel), SUM(spend_reporting) AS spend\n\
         FROM {COUNTED}\nWHERE civil_date >= $1 AND civil_date < $2\nGROUP BY data_source, campaign_id\n\
         ORDER BY spend DESC, data_source, campaign_id"
    );
    let touches = "SELECT data_source, channel, campaign_id, campaign_key, campaign_name, utm_campaign, COUNT(*) AS touches\n\
                   FROM unified_marketing_data\nWHERE record_kind = 'touch' AND recorded_at >= $1 AND recorded_at < $2\n\
                   GROUP BY data_source, channel, campaign_id, campaign_key, campaign_name, utm_campaign\n\
                   ORDER BY touches DESC, data_source, channel, campaign_id, campaign_key, campaign_name, utm_campaign";
    AuditPlans {
        spend: plan(spend, vec![Param::Date(range.start()), Param::Date(range.end())]),
        touches: plan(
            touches.to_owned(),
            vec![Param::Instant(range.start_instant()), Param::Instant(range.end_instant())],
        ),
    }
}

fn plan(sql: String, params: Vec<Param>) -> Plan {
    Plan {
        sql,
        params,
        credits: Vec::new(),
        paths: Vec::new(),
        totals: Vec::new(),
        order: RowOrder::Wanted,
    }
}

/// `channel_sources`: for channels that have one, the key of the source whose spend they are.
pub fn finish(spend: &RawTable, touches: &RawTable, channel_sources: &BTreeMap<String, String>, currency: Currency) -> CampaignAudit {
    let campaigns: Vec<SpendCampaign> = spend.rows.iter().filter_map(|cells| spend_campaign(cells)).collect();
    let groups: Vec<TouchCampaign> = touches.rows.iter().filter_map(|cells| touch_campaign(cells)).collect();
    let matching = match_campaigns(&campaigns, &groups, channel_sources);
    let digits = u8::try_from(currency.digits()).unwrap_or(2);
    let money = |micros: i128| Decimal::new(micros, 6, digits);
    let part = |status: Status| {
        let of_spend = || campaigns.iter().zip(&matching.spend).filter(|(_, found)| found.status == status);
        let of_touches = groups.iter().zip(&matching.touches).filter(|(_, found)| found.status == status);
        Part {
            status,
            campaigns: i64::try_from(of_spend().filter(|(campaign, _)| campaign.campaign_id.is_some()).count()).unwrap_or(i64::MAX),
            amounts: Amounts {
                spend: money(of_spend().map(|(campaign, _)| campaign.spend_micros).sum()),
                touches: of_touches.map(|(group, _)| group.touches).sum(),
            },
        }
    };
    CampaignAudit {
        parts: Status::ALL.map(part).into(),
        total: Amounts {
            spend: money(campaigns.iter().map(|campaign| campaign.spend_micros).sum()),
            touches: groups.iter().map(|group| group.touches).sum(),
        },
        touches: audited_touches(&campaigns, &groups, &matching),
        campaigns: campaigns
            .into_iter()
            .zip(&matching.spend)
            .map(|(campaign, found)| AuditedCampaign {
                status: found.status,
                source: campaign.source,
                campaign_id: campaign.campaign_id,
                key: campaign.key,
                name: campaign.name,
                channel: campaign.channel,
                amounts: Amounts {
                    spend: money(campaign.spend_micros),
                    touches: found.touches,
                },
            })
            .collect(),
        data_version: spend.data_version,
        is_truncated: spend.is_truncated || touches.is_truncated,
    }
}

fn audited_touches(campaigns: &[SpendCampaign], groups: &[TouchCampaign], matching: &Matching) -> Vec<AuditedTouches> {
    let candidate = |place: &usize| {
        campaigns.get(*place).map(|campaign| Candidate {
            source: campaign.source.clone(),
            campaign_id: campaign.campaign_id,
            key: campaign.key.clone(),
            name: campaign.name.clone(),
        })
    };
    groups
        .iter()
        .zip(&matching.touches)
        .filter(|(_, found)| matches!(found.status, Status::Ambiguous | Status::Unmatched))
        .map(|(group, found)| AuditedTouches {
            status: found.status,
            source: group.source.clone(),
            channel: group.channel.clone(),
            campaign_id: group.campaign_id,
            campaign: [&group.name, &group.utm_campaign, &group.key].into_iter().flatten().next().cloned(),
            touches: group.touches,
            candidates: found.candidates.iter().filter_map(candidate).collect(),
        })
        .collect()
}

fn spend_campaign(cells: &[crate::result::Cell]) -> Option<SpendCampaign> {
    let mut row = Reader::new(cells);
    Some(SpendCampaign {
        source: row.text()?,
        campaign_id: row.uuid().map(CampaignId),
        key: row.text(),
        name: row.text(),
        channel: row.text(),
        spend_micros: row.micros_or_zero(),
    })
}

fn touch_campaign(cells: &[crate::result::Cell]) -> Option<TouchCampaign> {
    let mut row = Reader::new(cells);
    Some(TouchCampaign {
        source: row.text()?,
        channel: row.text(),
        campaign_id: row.uuid().map(CampaignId),
        key: row.text(),
        name: row.text(),
        utm_campaign: row.text(),
        touches: row.integer(),
    })
}

#[cfg(test)]
mod tests;
