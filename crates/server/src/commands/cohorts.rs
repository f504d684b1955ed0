//! `tributary cohorts`: what customers have been worth since their first order.

use std::process::ExitCode;

use anyhow::Result;
use semantic::cohorts::{self, CohortRow, Cohorts};
use semantic::customer_value::{Fit, Parameters, sample_plan};
use semantic::{Organization, QueryEngine};
use serde::Serialize;

use super::acquisition::{Acquisition, count, label};
use super::question::refusal;
use crate::cli::Global;
use crate::output;

/// Months that fit a terminal beside the other columns.
const MONTHS_SHOWN: usize = 7;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    acquisition: Acquisition,
}

/// The table, and the parameters of its predictions.
#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    cohorts: Cohorts,
    parameters: Option<Parameters>,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.acquisition.org).await?;
    let (own, history) = installation.settings(&context).await?;
    let question = arguments.acquisition.question(&own)?;
    let defaults = Organization {
        currency: organization.currency,
        zone: &organization.zone,
        attribution: &own,
        history: &history,
    };
    let plans = cohorts::plans(&question, &defaults).map_err(|error| refusal(&error))?;
    let engine = &installation.engine;
    // All of one version, whatever is imported meanwhile.
    let version = engine.data_version(&context).await?;
    let figures = engine.query_at(&context, &plans.figures, version).await?;
    let totals = engine.query_at(&context, &plans.totals, version).await?;
    let spend = engine.query_at(&context, &plans.spend, version).await?;
    let through = engine.query_at(&context, &plans.through, version).await?;
    let prospects = engine.query_at(&context, &plans.prospects, version).await?;
    let fit = Fit::compute(&engine.query_at(&context, &sample_plan(&organization.zone), version).await?);
    let answer = Answer {
        cohorts: plans.finish([&figures, &totals, &spend, &through, &prospects], &fit),
        parameters: fit.parameters(),
    };
    output::print(global.format, &answer, |answer| text(&answer.cohorts))?;
    Ok(ExitCode::SUCCESS)
}

fn text(cohorts: &Cohorts) -> String {
    let months = cohorts.total.months.len().min(MONTHS_SHOWN);
    let mut out = format!(
        "Lifetime value in {}, by months since the first order; purchases known until {}\n",
        cohorts.currency,
        cohorts.through.as_deref().unwrap_or("never")
    );
    for (name, rows) in [(cohorts.by, &cohorts.sources), ("cohort", &cohorts.cohorts)] {
        let mut header = vec![
            name.to_owned(),
            "customers".to_owned(),
            "revenue".to_owned(),
            "cost each".to_owned(),
            "paid back".to_owned(),
        ];
        header.extend((0..months).map(|month| format!("month {month}")));
        header.extend(["to date".to_owned(), "next 12 months*".to_owned()]);
        let lines: Vec<Vec<String>> = rows.iter().chain([&cohorts.total]).map(|row| line(row, months)).collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let right: Vec<bool> = (0..header.len()).map(|column| column > 0).collect();
        out.push_str(&format!("\n{}\n", output::table(&header, &right, &lines)));
    }
    out.push_str("\n* predicted, on average per customer");
    for note in &cohorts.notes {
        out.push_str(&format!("\n{note}"));
    }
    out
}

fn line(row: &CohortRow, months: usize) -> Vec<String> {
    let money = |amount: &Option<String>| amount.clone().unwrap_or_else(|| "—".to_owned());
    let mut line = vec![
        label(row.source.as_ref(), row.cohort.as_deref()),
        count(row.customers),
        row.revenue.clone(),
        money(&row.cac),
        row.payback_month.map_or_else(|| "—".to_owned(), |month| format!("month {month}")),
    ];
    line.extend((0..months).map(|month| match row.months.get(month) {
        Some(Some(month)) => month.ltv.clone(),
        Some(None) | None => "—".to_owned(),
    }));
    line.push(money(&row.ltv));
    line.push(
        row.predicted
            .as_ref()
            .map_or_else(|| "—".to_owned(), |predicted| predicted.next_12_months.clone()),
    );
    line
}
