//! `tributary stability`: which decisions depend on the model or the window.

use std::process::ExitCode;

use anyhow::{Context, Result};
use semantic::stability::{Stability, StabilityQuestion, Verdict, stability};
use semantic::{Organization, QueryEngine};

use super::question::{Credit, date_basis, one_model, refusal};
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
    /// Zone of the days; the organisation's own without it.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// The model that decisions are made by now.
    #[arg(long, value_name = "MODEL", default_value = "linear")]
    model: String,
    /// Windows to compare, separated by commas; the one in use is added.
    #[arg(long, value_name = "DURATIONS", value_delimiter = ',', default_value = "1d,7d,14d,30d,60d,90d")]
    windows: Vec<String>,
    /// ROAS from which a channel pays.
    #[arg(long, value_name = "ROAS", default_value_t = 1.0)]
    break_even: f64,
    /// Count credit on the day of the order (conversion) or of the touch (touch).
    #[arg(long, value_name = "BASIS", default_value = "conversion")]
    date_basis: String,
    #[command(flatten)]
    credit: Credit,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let model = one_model(&arguments.model)?;
    let windows = arguments
        .windows
        .iter()
        .map(|text| attribution::parse_duration(text))
        .collect::<Result<_, _>>();
    let windows = windows.context("--windows")?;
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.org).await?;
    let (own, history) = installation.settings(&context).await?;
    let question = StabilityQuestion {
        from: arguments.from,
        to: arguments.to,
        zone: arguments.zone,
        settings: arguments.credit.settings(&own)?,
        model,
        windows,
        break_even: arguments.break_even,
        date_basis: date_basis(&arguments.date_basis)?,
    };
    let defaults = Organization {
        currency: organization.currency,
        zone: &organization.zone,
        attribution: &own,
        history: &history,
    };
    let prepared = stability(&question, &defaults).map_err(|error| refusal(&error))?;
    let mut raw = Vec::new();
    for plan in prepared.plans() {
        raw.push(installation.engine.query(&context, plan).await?);
    }
    let answer = prepared.finish(raw);
    output::print(global.format, &answer, text)?;
    Ok(ExitCode::SUCCESS)
}

fn text(answer: &Stability) -> String {
    let rows: Vec<Vec<String>> = answer
        .channels
        .iter()
        .map(|channel| {
            let now = channel
                .cells
                .iter()
                .find(|cell| cell.model == answer.model && cell.window_seconds == answer.window_seconds);
            let roas = channel.cells.iter().filter_map(|cell| cell.roas);
            let (low, high) = (roas.clone().fold(f64::INFINITY, f64::min), roas.fold(f64::NEG_INFINITY, f64::max));
            let range = if low <= high {
                format!("{low:.2} to {high:.2}")
            } else {
                "—".to_owned()
            };
            vec![
                channel.channel.clone(),
                channel.spend.clone().unwrap_or_else(|| "—".to_owned()),
                now.and_then(|cell| cell.roas).map_or_else(|| "—".to_owned(), |roas| format!("{roas:.2}")),
                range,
                now.map_or_else(String::new, |cell| cell.rank.to_string()),
                format!("{} to {}", channel.rank_best, channel.rank_worst),
                verdict(channel.verdict).to_owned(),
                reason(channel.crosses_break_even.on_model || channel.crosses_break_even.on_window).to_owned(),
            ]
        })
        .collect();
    let windows: Vec<String> = answer.windows.iter().map(|seconds| attribution::format_duration(*seconds)).collect();
    format!(
        "{} to {}, {}, days in {}; now {} over {}, break-even at {:.2}\n{} models under windows of {}\n\n{}",
        answer.from,
        answer.to,
        answer.currency,
        answer.zone,
        answer.model,
        attribution::format_duration(answer.window_seconds),
        answer.break_even,
        answer.models.len(),
        windows.join(", "),
        output::table(
            &["Channel", "Spend", "ROAS now", "ROAS", "Rank now", "Rank", "Verdict", ""],
            &[false, true, true, true, true, true, false, false],
            &rows
        )
    )
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Stable => "stable",
        Verdict::DependsOnModel => "depends on the model",
        Verdict::DependsOnWindow => "depends on the window",
        Verdict::DependsOnBoth => "depends on the model and the window",
    }
}

const fn reason(crosses: bool) -> &'static str {
    if crosses { "crosses break-even" } else { "" }
}
