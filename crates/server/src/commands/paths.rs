//! `tributary paths`: which paths lead to conversions.

use std::process::ExitCode;

use anyhow::Result;
use semantic::paths::lags::LagBucket;
use semantic::paths::report::{self, PathReport};
use semantic::paths::{Figures, LIMIT_MAX};
use types::Currency;

use super::path_question::{Paths, decimal, percent, summary};
use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    paths: Paths,
    /// Whether equal consecutive steps become one.
    #[arg(long, value_name = "true|false", default_value_t = true, action = clap::ArgAction::Set)]
    collapse: bool,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let asked = arguments
        .paths
        .open(&global, report::LIMIT_DEFAULT, LIMIT_MAX, arguments.collapse)
        .await?;
    let plans = report::plans(&asked.question);
    let (top, distribution, flow) = (
        asked.ask(&plans.top).await?,
        asked.ask(&plans.distribution).await?,
        asked.ask(&plans.flow).await?,
    );
    let report = report::finish(&top, &distribution, &flow, asked.currency);
    output::print(global.format, &report, |report| text(report, asked.currency))?;
    Ok(ExitCode::SUCCESS)
}

fn text(report: &PathReport, currency: Currency) -> String {
    let figures = |figures: &Figures| {
        [
            figures.conversions.to_string(),
            figures.revenue.clone(),
            figures.not_converted.to_string(),
            percent(figures.conversion_rate),
        ]
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for path in &report.paths {
        let mut row = vec![path.path.clone()];
        row.extend(figures(&path.figures));
        row.extend([decimal(path.average_touches), decimal(path.average_days)]);
        rows.push(row);
    }
    let mut rest = vec!["(other paths)".to_owned()];
    rest.extend(figures(&report.rest));
    rest.extend([String::new(), String::new()]);
    rows.push(rest);
    let header = ["Path", "Conversions", "Revenue", "Not converted", "Rate", "Touches", "Days"];
    let paths = output::table(&header, &[false, true, true, true, true, true, true], &rows);
    let lengths = report.lengths.iter().map(|bucket| {
        let mut row = vec![format!("{}{}", bucket.steps, if bucket.is_open { " or more" } else { "" })];
        row.extend(figures(&bucket.figures));
        row
    });
    let lengths = output::table(
        &["Steps", "Conversions", "Revenue", "Not converted", "Rate"],
        &[false, true, true, true, true],
        &lengths.collect::<Vec<_>>(),
    );
    let lags = report.lag_of_first.iter().zip(&report.lag_of_last);
    let lags = lags.map(|(first, last)| vec![span(first), first.conversions.to_string(), last.conversions.to_string()]);
    let lags = output::table(
        &["Time to conversion", "From first touch", "From last touch"],
        &[false, true, true],
        &lags.collect::<Vec<_>>(),
    );
    let cut = match report.paths_cut {
        0 => String::new(),
        cut => format!("\n\n{cut} paths have more than 200 steps; the further ones are not named."),
    };
    format!("{}\n\n{paths}\n\n{lengths}\n\n{lags}{cut}", summary(&report.summary, currency))
}

fn span(bucket: &LagBucket) -> String {
    let time = |seconds: i64| match seconds {
        0 => "0".to_owned(),
        3_600 => "1 hour".to_owned(),
        86_400 => "1 day".to_owned(),
        seconds => format!("{} days", seconds / 86_400),
    };
    match bucket.until_seconds {
        Some(until) => format!("{} to {}", time(bucket.from_seconds), time(until)),
        None => format!("{} and more", time(bucket.from_seconds)),
    }
}
