//! `tributary attribute --org … --model markov`: models that learn from an organisation's own paths.

use std::process::ExitCode;

use anyhow::{Result, bail};
use attribution::Settings;
use authz::OrgContext;
use metastore::Organization;
use semantic::QueryEngine;
use semantic::data_driven::{self, Asked, DataDriven, StepCredit};
use semantic::engine::PathStep;
use serde_json::{Value, json};
use types::DateRange;

use super::paths::Grouped;
use crate::cli::Global;
use crate::commands::question::refusal;
use crate::installation::Installation;
use crate::output;

/// Names of the models that learn.
pub(super) const MODELS: [&str; 4] = ["markov", "shapley", "ordered_shapley", "leave_one_out"];

/// What is asked beside the models.
pub(super) struct Question<'a> {
    pub(super) models: Vec<String>,
    pub(super) by: &'a [String],
    pub(super) days: [Option<String>; 2],
    pub(super) zone: Option<String>,
    pub(super) settings: Settings,
    pub(super) grouped: &'a Grouped,
}

pub(super) async fn run(
    global: &Global,
    installation: &Installation,
    context: &OrgContext,
    organization: &Organization,
    question: Question<'_>,
) -> Result<ExitCode> {
    let by: Vec<&str> = question.by.iter().map(String::as_str).collect();
    let step = match by[..] {
        ["channel"] => PathStep::Channel,
        ["campaign"] => PathStep::Campaign,
        ["data_source" | "source"] => PathStep::Source,
        _ => bail!("--by: models that learn from paths are split by channel, campaign or data_source alone"),
    };
    let zone = question.zone.unwrap_or_else(|| organization.zone.clone());
    let range = match question.days {
        [Some(from), Some(to)] => Some(DateRange::parse(&from, &to, &zone)?),
        [None, None] => None,
        _ => bail!("give both --from and --to, or neither for all time"),
    };
    let asked = Asked {
        models: question.models,
        order: Some(question.grouped.order.clone()),
        without_nulls: question.grouped.without_nulls,
        step,
        intervals: question.grouped.intervals,
        resamples: Some(question.grouped.resamples),
        seed: Some(question.grouped.seed),
    };
    let prepared = data_driven::question(&asked, &question.settings, range).map_err(|error| refusal(&error))?;
    let raw = installation.engine.query(context, &prepared.plan()).await?;
    let answer = prepared.finish(&raw, organization.currency).map_err(|error| refusal(&error))?;
    output::print(global.format, &rows(&answer), |_| text(&answer))?;
    Ok(ExitCode::SUCCESS)
}

/// `{model, order, channel, position, conversions, revenue, removal_effect, low, high, revenue_low, revenue_high}`; for every model one row
/// without a channel holds what is unattributed.
fn rows(answer: &DataDriven) -> Vec<Value> {
    let mut rows = Vec::new();
    for model in &answer.models {
        rows.extend(model.rows.iter().map(|credit| {
            let (conversions, revenue) = (credit.conversions_interval.as_ref(), credit.revenue_interval.as_ref());
            json!({
                "model": model.model, "order": model.order, "channel": credit.step, "position": credit.position,
                "conversions": credit.conversions, "revenue": credit.revenue, "removal_effect": credit.removal_effect,
                "low": conversions.map(|interval| interval.low), "high": conversions.map(|interval| interval.high),
                "revenue_low": revenue.map(|interval| &interval.low), "revenue_high": revenue.map(|interval| &interval.high),
            })
        }));
        rows.push(json!({
            "model": model.model, "order": model.order, "channel": null, "position": null, "conversions": model.unattributed_conversions,
            "revenue": model.unattributed_revenue, "removal_effect": null, "low": null, "high": null, "revenue_low": null, "revenue_high": null,
        }));
    }
    rows
}

fn text(answer: &DataDriven) -> String {
    let mut out = format!(
        "Revenue in {}: {}, {} conversions, {} journeys that led to none, {} different paths",
        answer.currency, answer.revenue, answer.conversions, answer.not_converted, answer.distinct_paths
    );
    for model in &answer.models {
        let order = model.order.map_or_else(String::new, |order| format!(", order {order}"));
        let mut rows: Vec<Vec<String>> = model.rows.iter().map(line).collect();
        rows.push(vec![
            "(unattributed)".to_owned(),
            format!("{:.2}", model.unattributed_conversions),
            model.unattributed_revenue.clone(),
            String::new(),
            String::new(),
        ]);
        out.push_str(&format!(
            "\n\n{}{order}\n{}",
            model.model,
            output::table(
                &["Name", "Conversions", "Revenue", "95 % interval", "Removal effect"],
                &[false, true, true, true, true],
                &rows
            )
        ));
    }
    out
}

fn line(credit: &StepCredit) -> Vec<String> {
    let name = match credit.position {
        Some(position) => format!("{} ({position})", credit.step),
        None => credit.step.clone(),
    };
    let interval = credit.revenue_interval.as_ref();
    vec![
        name,
        format!("{:.2}", credit.conversions),
        credit.revenue.clone(),
        interval.map_or_else(String::new, |interval| format!("{} to {}", interval.low, interval.high)),
        credit.removal_effect.map_or_else(String::new, |effect| format!("{effect:.4}")),
    ]
}
