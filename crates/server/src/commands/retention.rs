//! `tributary retention`: how many customers order again.

use std::process::ExitCode;

use anyhow::Result;
use semantic::retention::{self, Retention, RetentionRow};
use semantic::{Organization, QueryEngine};

use super::acquisition::{Acquisition, count, label};
use super::question::refusal;
use crate::cli::Global;
use crate::output;

/// Months that fit a terminal beside the other columns.
const MONTHS_SHOWN: usize = 9;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    acquisition: Acquisition,
    /// Days without an order after which a customer counts as churned; 90 without it.
    #[arg(long, value_name = "DAYS", allow_hyphen_values = true)]
    quiet_days: Option<i64>,
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
    let plans = retention::plans(&question, arguments.quiet_days, &defaults).map_err(|error| refusal(&error))?;
    let engine = &installation.engine;
    // All of one version, whatever is imported meanwhile.
    let version = engine.data_version(&context).await?;
    let activity = engine.query_at(&context, &plans.activity, version).await?;
    let customers = engine.query_at(&context, &plans.customers, version).await?;
    let through = engine.query_at(&context, &plans.through, version).await?;
    let table = plans.finish([&activity, &customers, &through]);
    output::print(global.format, &table, text)?;
    Ok(ExitCode::SUCCESS)
}

fn text(retention: &Retention) -> String {
    let months = retention.total.months.len().min(MONTHS_SHOWN);
    let mut out = format!(
        "Share of customers that ordered in the month since their first order; purchases known until {}\n\
         Churned: no order in the {} days before that\n",
        retention.through.as_deref().unwrap_or("never"),
        retention.quiet_days
    );
    for (name, rows) in [(retention.by, &retention.sources), ("cohort", &retention.cohorts)] {
        let mut header = vec![name.to_owned(), "customers".to_owned(), "repeat rate".to_owned(), "churn rate".to_owned()];
        header.extend((1..months).map(|month| format!("month {month}")));
        let lines: Vec<Vec<String>> = rows.iter().chain([&retention.total]).map(|row| line(row, months)).collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let right: Vec<bool> = (0..header.len()).map(|column| column > 0).collect();
        out.push_str(&format!("\n{}\n", output::table(&header, &right, &lines)));
    }
    for note in &retention.notes {
        out.push_str(&format!("\n{note}"));
    }
    out
}

fn line(row: &RetentionRow, months: usize) -> Vec<String> {
    let percent = |rate: Option<f64>| rate.map_or_else(|| "—".to_owned(), |rate| format!("{:.1} %", rate * 100.0));
    let mut line = vec![
        label(row.source.as_ref(), row.cohort.as_deref()),
        count(row.customers),
        percent(row.repeat_rate),
        percent(row.churn_rate),
    ];
    line.extend((1..months).map(|month| percent(row.months.get(month).and_then(|month| month.as_ref()).map(|month| month.ordered))));
    line
}
