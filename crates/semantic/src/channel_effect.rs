//! What other channel rules would have made of touches that are there: the effect of a change before it is saved.
//!
//! Only touches that the rules gave their channel are asked about; where the source named it, rules change nothing.

use std::collections::BTreeMap;

use journeys::channel::{Facts, Raw, RuleSet, split_click_id};
use types::DateRange;

use crate::engine::{Param, Plan, RawTable, RowOrder};
use crate::row::Reader;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelEffect {
    /// Touches whose channel the rules gave.
    pub touches: i64,
    /// Those that would get another channel.
    pub changed: i64,
    /// From which channel to which, most touches first.
    pub moves: Vec<Move>,
    pub data_version: i64,
    /// True where the touches differ in more ways than an answer holds: the figures are then of those that were read.
    pub is_truncated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub from: String,
    pub to: String,
    pub touches: i64,
}

pub fn plan(range: &DateRange) -> Plan {
    const FACTS: &str = "channel, data_source, utm_source, utm_medium, utm_campaign, utm_content, utm_term, click_id, referrer, landing_page";
    Plan {
        sql: format!(
            "SELECT {FACTS}, COUNT(*) AS touches\nFROM unified_marketing_data\n\
             WHERE record_kind = 'touch' AND channel_rule IS NOT NULL AND recorded_at >= $1 AND recorded_at < $2\n\
             GROUP BY {FACTS}\nORDER BY touches DESC, {FACTS}"
        ),
        params: vec![Param::Instant(range.start_instant()), Param::Instant(range.end_instant())],
        credits: Vec::new(),
        paths: Vec::new(),
        totals: Vec::new(),
        order: RowOrder::OfCap,
    }
}

pub fn finish(raw: &RawTable, rules: &RuleSet) -> ChannelEffect {
    let mut effect = ChannelEffect {
        data_version: raw.data_version,
        is_truncated: raw.is_truncated,
        ..ChannelEffect::default()
    };
    let mut moves: BTreeMap<(String, String), i64> = BTreeMap::new();
    for cells in &raw.rows {
        let mut row = Reader::new(cells);
        let before = row.text().unwrap_or_default();
        let [
            source,
            utm_source,
            utm_medium,
            utm_campaign,
            utm_content,
            utm_term,
            click_id,
            referrer,
            landing_page,
        ] = std::array::from_fn(|_| row.text());
        let touches = row.integer();
        let facts = Facts::of(&Raw {
            data_source: source.as_deref().unwrap_or_default(),
            utm_source: utm_source.as_deref(),
            utm_medium: utm_medium.as_deref(),
            utm_campaign: utm_campaign.as_deref(),
            utm_content: utm_content.as_deref(),
            utm_term: utm_term.as_deref(),
            click_id: click_id.as_deref().and_then(split_click_id),
            referrer: referrer.as_deref(),
            landing_page: landing_page.as_deref(),
        });
        let after = rules.decide(&facts).channel;
        effect.touches += touches;
        if after != before {
            effect.changed += touches;
            *moves.entry((before, after.to_owned())).or_default() += touches;
        }
    }
    effect.moves = moves.into_iter().map(|((from, to), touches)| Move { from, to, touches }).collect();
    effect.moves.sort_by_key(|step| std::cmp::Reverse(step.touches));
    effect
}

#[cfg(test)]
mod tests;
