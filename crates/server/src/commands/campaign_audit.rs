//! `tributary campaign-audit`: spend without touches, touches without spend.

use std::process::ExitCode;

use anyhow::Result;
use journeys::channel::RuleSet;
use semantic::campaign_audit::{self, CampaignAudit};
use semantic::{QueryEngine, campaign_audit::Amounts};
use serde_json::{Value, json};

use super::question::refusal;
use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// First day, included (YYYY-MM-DD).
    #[arg(long, value_name = "DAY")]
    from: String,
    /// Last day, included.
    #[arg(long, value_name = "DAY")]
    to: String,
    /// Campaigns and groups of touches to show; the sums are over everything all the same.
    #[arg(long, value_name = "ROWS", default_value_t = 20)]
    limit: usize,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.org).await?;
    let range = campaign_audit::range(&arguments.from, &arguments.to, &organization.zone).map_err(|error| refusal(&error))?;
    let rules = match installation.metastore.channel_rules(&context).await? {
        Some(saved) => serde_json::from_str(&saved.json)?,
        None => RuleSet::standard(),
    };
    let plans = campaign_audit::plans(&range);
    let spend = installation.engine.query(&context, &plans.spend).await?;
    let touches = installation.engine.query(&context, &plans.touches).await?;
    let audit = campaign_audit::finish(&spend, &touches, &rules.channel_sources(), organization.currency);
    output::print(global.format, &json(&audit, organization.currency.as_str()), |_| {
        let head = format!(
            "{} to {}, {}, days in {}",
            arguments.from, arguments.to, organization.currency, organization.zone
        );
        format!("{head}\n\n{}", text(&audit, arguments.limit))
    })?;
    Ok(ExitCode::SUCCESS)
}

fn json(audit: &CampaignAudit, currency: &str) -> Value {
    let amounts = |amounts: &Amounts| json!({"spend": amounts.spend, "touches": amounts.touches});
    json!({
        "currency": currency,
        "parts": audit.parts.iter().map(|part| json!({
            "status": part.status.as_str(), "campaigns": part.campaigns, "spend": part.amounts.spend, "touches": part.amounts.touches,
        })).collect::<Vec<_>>(),
        "total": amounts(&audit.total),
        "campaigns": audit.campaigns.iter().map(|campaign| json!({
            "status": campaign.status.as_str(), "source": campaign.source, "campaign_id": campaign.campaign_id, "key": campaign.key,
            "name": campaign.name, "channel": campaign.channel, "spend": campaign.amounts.spend, "touches": campaign.amounts.touches,
        })).collect::<Vec<_>>(),
        "touches": audit.touches.iter().map(|group| json!({
            "status": group.status.as_str(), "source": group.source, "channel": group.channel, "campaign_id": group.campaign_id,
            "campaign": group.campaign, "touches": group.touches,
            "candidates": group.candidates.iter().map(|candidate| json!({
                "source": candidate.source, "campaign_id": candidate.campaign_id, "key": candidate.key, "name": candidate.name,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "data_version": audit.data_version,
        "is_truncated": audit.is_truncated,
    })
}

fn text(audit: &CampaignAudit, limit: usize) -> String {
    let mut parts: Vec<Vec<String>> = audit
        .parts
        .iter()
        .map(|part| {
            let words = part.status.as_str().replace('_', " ");
            vec![
                words,
                part.campaigns.to_string(),
                part.amounts.spend.to_string(),
                part.amounts.touches.to_string(),
            ]
        })
        .collect();
    let campaigns: i64 = audit.parts.iter().map(|part| part.campaigns).sum();
    parts.push(vec![
        "Total".to_owned(),
        campaigns.to_string(),
        audit.total.spend.to_string(),
        audit.total.touches.to_string(),
    ]);
    let dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "—".to_owned());
    let unmatched: Vec<Vec<String>> = audit
        .campaigns
        .iter()
        .filter(|campaign| campaign.amounts.touches == 0)
        .take(limit)
        .map(|campaign| {
            let amount = campaign.amounts.spend.to_string();
            vec![
                campaign.source.clone(),
                dash(&campaign.key),
                dash(&campaign.name),
                campaign.status.as_str().replace('_', " "),
                amount,
            ]
        })
        .collect();
    let groups: Vec<Vec<String>> = audit
        .touches
        .iter()
        .take(limit)
        .map(|group| {
            let candidates = group
                .candidates
                .iter()
                .map(|candidate| format!("{} {}", candidate.source, dash(&candidate.key)));
            vec![
                dash(&group.channel),
                dash(&group.campaign),
                group.status.as_str().replace('_', " "),
                candidates.collect::<Vec<_>>().join(", "),
                group.touches.to_string(),
            ]
        })
        .collect();
    let mut out = output::table(&["Matched", "Campaigns", "Spend", "Touches"], &[false, true, true, true], &parts);
    if !unmatched.is_empty() {
        let table = output::table(
            &["Source", "Id", "Campaign", "Matched", "Spend"],
            &[false, false, false, false, true],
            &unmatched,
        );
        out.push_str(&format!("\n\nSpend without touches\n{table}"));
    }
    if !groups.is_empty() {
        let header = ["Channel", "Campaign", "Matched", "May be", "Touches"];
        let table = output::table(&header, &[false, false, false, false, true], &groups);
        out.push_str(&format!("\n\nTouches without spend\n{table}"));
    }
    if audit.is_truncated {
        out.push_str("\n\nThere are more campaigns than an answer holds: ask about fewer days.");
    }
    out
}
