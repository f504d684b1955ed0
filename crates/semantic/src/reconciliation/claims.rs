//! What platforms claim: sums of their own rows by channel, source and stated attribution setting.

use types::{Currency, DateRange};

use super::rule::Rule;
use crate::engine::{Param, Plan, RawTable};
use crate::plan::Statement;
use crate::row::Reader;
use crate::spend;

/// A channel whose platform claims conversions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claim {
    /// The channel that touches and credit are known by; none where the platform's rows name none.
    pub channel: Option<String>,
    pub sources: Vec<String>,
    /// As the rows state them, the one with most conversions first.
    pub settings: Vec<String>,
    /// Of the first setting.
    pub rule: Option<Rule>,
    /// In millionths.
    pub(super) conversions: i128,
    /// Millionths of the reporting currency; none where no row states a value.
    pub(super) revenue: Option<i128>,
    /// Rows whose value could not be converted, for want of an exchange rate.
    pub(super) rows_without_rate: i64,
}

impl Claim {
    /// The channel, or the source where the rows name no channel.
    pub fn name(&self) -> &str {
        match (&self.channel, self.sources.first()) {
            (Some(channel), _) => channel,
            (None, Some(source)) => source,
            (None, None) => "",
        }
    }

    /// The channel and the rule, where both are known: without them nobody can say which orders the platform means.
    pub(super) fn reproducible(&self) -> Option<(&str, &Rule)> {
        self.channel.as_deref().zip(self.rule.as_ref())
    }
}

/// Platforms report civil days of their account's zone, which no zone of ours shifts.
pub(super) fn plan(range: &DateRange, currency: Currency) -> Plan {
    let mut statement = Statement::default();
    let reporting = statement.bind_text(currency.as_str());
    let (first, end) = (statement.bind(Param::Date(range.start())), statement.bind(Param::Date(range.end())));
    // The table keeps the platforms' claims in their own currency only.
    let sql = format!(
        "SELECT channel, data_source, attribution_setting, CAST(SUM(platform_conversions) AS DECIMAL(38, 6)) AS conversions,\n\
         \x20 CAST(SUM(CASE WHEN currency = {reporting} THEN platform_revenue ELSE CAST(platform_revenue * fx_rate AS DECIMAL(18, 6)) END) AS DECIMAL(38, 6)) AS revenue,\n\
         \x20 COUNT(CASE WHEN currency <> {reporting} AND fx_rate IS NULL THEN platform_revenue END) AS without_rate\n\
         FROM {}\n\
         WHERE civil_date >= {first} AND civil_date < {end} AND (platform_conversions IS NOT NULL OR platform_revenue IS NOT NULL)\n\
         GROUP BY channel, data_source, attribution_setting\n\
         ORDER BY channel, data_source, attribution_setting",
        spend::COUNTED
    );
    Plan {
        sql,
        params: statement.into_params(),
        ..Plan::default()
    }
}

/// By name. Rows of one channel from several sources are one platform; where its rows state several settings, the first is that with most
/// conversions.
pub(super) fn finish(raw: &RawTable) -> Vec<Claim> {
    let mut claims: Vec<(Claim, Vec<(i128, String)>)> = Vec::new();
    for cells in &raw.rows {
        let mut row = Reader::new(cells);
        let (channel, source, setting) = (row.text(), row.text(), row.text());
        let (conversions, revenue, without_rate) = (row.micros(), row.micros(), row.integer());
        let Some(source) = source else { continue };
        let same = |(claim, _): &(Claim, Vec<_>)| claim.channel == channel && (channel.is_some() || claim.sources.contains(&source));
        let at = match claims.iter().position(same) {
            Some(at) => at,
            None => {
                claims.push((Claim { channel, ..Claim::default() }, Vec::new()));
                claims.len() - 1
            }
        };
        let (claim, settings) = &mut claims[at];
        if !claim.sources.contains(&source) {
            claim.sources.push(source);
        }
        let conversions = conversions.unwrap_or(0);
        claim.conversions += conversions;
        claim.revenue = match (claim.revenue, revenue) {
            (None, None) => None,
            (known, added) => Some(known.unwrap_or(0) + added.unwrap_or(0)),
        };
        claim.rows_without_rate += without_rate;
        if let Some(setting) = setting {
            match settings.iter_mut().find(|(_, known)| *known == setting) {
                Some((count, _)) => *count += conversions,
                None => settings.push((conversions, setting)),
            }
        }
    }
    let mut claims: Vec<Claim> = claims
        .into_iter()
        .map(|(mut claim, mut settings)| {
            settings.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
            claim.settings = settings.into_iter().map(|(_, setting)| setting).collect();
            claim.rule = claim.settings.first().and_then(|setting| Rule::parse(setting));
            claim
        })
        .collect();
    claims.sort_by(|left, right| left.name().cmp(right.name()));
    claims
}
