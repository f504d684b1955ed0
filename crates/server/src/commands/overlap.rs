//! `tributary overlap`: which channels go together.

use std::collections::HashMap;
use std::process::ExitCode;

use anyhow::Result;
use semantic::paths::OVERLAP_LIMIT_MAX;
use semantic::paths::overlap::{self, Overlap};
use types::Currency;

use super::path_question::{Paths, percent, summary};
use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    paths: Paths,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let asked = arguments.paths.open(&global, overlap::LIMIT_DEFAULT, OVERLAP_LIMIT_MAX, false).await?;
    let plans = overlap::plans(&asked.question);
    let (pairs, all) = (asked.ask(&plans.pairs).await?, asked.ask(&plans.summary).await?);
    let found = overlap::finish(&asked.question, &pairs, &all, asked.currency);
    output::print(global.format, &found, |found| text(found, asked.currency))?;
    Ok(ExitCode::SUCCESS)
}

/// Conversions that both touched; on the diagonal those that a step touched, and beside it those that it touched alone.
fn text(found: &Overlap, currency: Currency) -> String {
    let mut both = HashMap::new();
    for pair in &found.pairs {
        both.insert((pair.step.as_str(), pair.other_step.as_str()), pair.conversions);
        both.insert((pair.other_step.as_str(), pair.step.as_str()), pair.conversions);
    }
    let mut header = vec!["Step", "Alone", "Shared"];
    header.extend(found.steps.iter().map(|step| step.step.as_str()));
    let row = |step: &overlap::OverlapStep| {
        let mut row = vec![step.step.clone(), step.sole_conversions.to_string(), percent(step.shared)];
        row.extend(found.steps.iter().map(|other| {
            let count = if other.step == step.step {
                step.conversions
            } else {
                both.get(&(step.step.as_str(), other.step.as_str())).copied().unwrap_or(0)
            };
            count.to_string()
        }));
        row
    };
    let right = (0..header.len()).map(|column| column > 0).collect::<Vec<_>>();
    let table = output::table(&header, &right, &found.steps.iter().map(row).collect::<Vec<_>>());
    let more = match found.steps_left_out {
        0 => String::new(),
        count => format!("\n\n{count} more steps are not shown: raise --limit."),
    };
    format!("{}\n\n{table}{more}", summary(&found.summary, currency))
}
