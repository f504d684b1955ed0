//! `tributary assists`: which channels help, and which close.

use std::process::ExitCode;

use anyhow::Result;
use semantic::paths::LIMIT_MAX;
use semantic::paths::assists::{self, Assists};
use types::Currency;

use super::path_question::{Paths, decimal, percent, summary};
use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    paths: Paths,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let asked = arguments.paths.open(&global, assists::LIMIT_DEFAULT, LIMIT_MAX, false).await?;
    let plans = assists::plans(&asked.question);
    let (steps, all) = (asked.ask(&plans.steps).await?, asked.ask(&plans.summary).await?);
    let found = assists::finish(&asked.question, &steps, &all, asked.currency);
    output::print(global.format, &found, |found| text(found, asked.currency))?;
    Ok(ExitCode::SUCCESS)
}

fn text(found: &Assists, currency: Currency) -> String {
    let row = |row: &assists::AssistRow| {
        vec![
            row.step.clone(),
            row.conversions.to_string(),
            row.first_conversions.to_string(),
            row.assisted_conversions.to_string(),
            row.last_conversions.to_string(),
            row.sole_conversions.to_string(),
            decimal(row.assists_per_last),
            percent(row.influence),
            percent(row.conversion_rate_with),
            percent(row.conversion_rate_without),
            decimal(row.average_touches),
            decimal(row.average_days),
        ]
    };
    let header = [
        "Step",
        "Conversions",
        "First",
        "Assisted",
        "Last",
        "Sole",
        "Assists per last",
        "Influence",
        "Rate with",
        "Rate without",
        "Touches",
        "Days",
    ];
    let right = std::array::from_fn::<bool, 12, _>(|column| column > 0);
    let table = output::table(&header, &right, &found.steps.iter().map(row).collect::<Vec<_>>());
    let more = if found.is_truncated {
        "\n\nThere are more steps: raise --limit."
    } else {
        ""
    };
    format!("{}\n\n{table}{more}", summary(&found.summary, currency))
}
