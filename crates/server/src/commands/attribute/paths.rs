//! `tributary attribute --paths`: models of grouped paths, for analysts who bring their own file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use attribution::paths::{Attribution, ChannelCredit, GroupedPaths, Order, PathModel, Resampling, attribute, choose_order, parse};
use serde::Serialize;

use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Grouped {
    /// File of grouped paths, instead of an organisation: columns path, total_conversions and, where known, total_conversion_value and
    /// total_null; steps joined by ` > `.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["org", "by", "from", "to", "zone", "Credit"])]
    paths: Option<PathBuf>,
    /// Steps that the Markov chain remembers: 1 to 4, or auto.
    #[arg(long, value_name = "ORDER", default_value = "1")]
    pub(super) order: String,
    /// Leave journeys that did not convert out of the Markov chain.
    #[arg(long)]
    pub(super) without_nulls: bool,
    /// Name of the channel that last_non_direct passes over.
    #[arg(long, value_name = "CHANNEL", default_value = "Direct", conflicts_with = "org")]
    direct: String,
    /// Give each credit its 95 % interval: of models that learn from journeys drawn again, of rules in closed form.
    #[arg(long)]
    pub(super) intervals: bool,
    /// How often journeys are drawn again.
    #[arg(long, value_name = "NUMBER", default_value_t = 300, requires = "intervals")]
    pub(super) resamples: usize,
    /// Seed of the draws: the same seed gives the same intervals.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "intervals")]
    pub(super) seed: u64,
}

/// What a channel gets under a model. Conversions lie between `low` and `high` in 95 % of the resamples; value and removal effect likewise.
#[derive(Debug, Serialize)]
struct Row<'a> {
    model: &'a str,
    /// Of a Markov chain.
    order: Option<usize>,
    channel: &'a str,
    /// Of the touch in its journey, from 1; only of ordered_shapley.
    position: Option<u32>,
    conversions: f64,
    /// None where the file has no values.
    value: Option<f64>,
    removal_effect: Option<f64>,
    removal_effect_value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    value_low: Option<f64>,
    value_high: Option<f64>,
    removal_effect_low: Option<f64>,
    removal_effect_high: Option<f64>,
}

pub(super) fn run(global: &Global, grouped: &Grouped, models: &str) -> Result<ExitCode> {
    let Some(file) = &grouped.paths else {
        bail!("nothing to attribute: name an organisation with --org NAME, or a file of grouped paths with --paths FILE");
    };
    let markov = PathModel::Markov {
        order: Order::parse(&grouped.order).context("--order")?,
        with_nulls: !grouped.without_nulls,
    };
    let models = PathModel::parse_list(models, &grouped.direct, &markov).context("--model")?;
    let resampling = grouped.intervals.then_some(Resampling {
        resamples: grouped.resamples,
        seed: grouped.seed,
        ..Resampling::default()
    });
    let text = std::fs::read_to_string(file).with_context(|| format!("--paths: {} cannot be read", file.display()))?;
    let paths = parse(&text).with_context(|| format!("--paths: {}", file.display()))?;
    let answers = attribute(&paths, &models, resampling.as_ref())?;
    let rows: Vec<Row<'_>> = answers.iter().flat_map(|answer| rows(answer, paths.total_value() > 0.0)).collect();
    output::print(global.format, &rows, |rows| {
        let mut text = summary(&paths);
        for answer in &answers {
            text.push_str(&format!("\n\n{}\n{}", title(answer), table(answer, rows)));
        }
        if answers.iter().any(|answer| answer.order.is_some()) && grouped.order == "auto" {
            text.push_str(&format!("\n\n{}", chosen(&paths, !grouped.without_nulls)));
        }
        text
    })?;
    Ok(ExitCode::SUCCESS)
}

/// From the largest credit down.
fn rows<'a>(answer: &'a Attribution, has_value: bool) -> Vec<Row<'a>> {
    let row = |credit: &'a ChannelCredit| {
        let value_interval = credit.value_interval.filter(|_| has_value);
        Row {
            model: answer.model,
            order: answer.order,
            channel: &credit.channel,
            position: credit.position,
            conversions: credit.conversions,
            value: has_value.then_some(credit.value),
            removal_effect: credit.removal_effect,
            removal_effect_value: credit.removal_effect_value.filter(|_| has_value),
            low: credit.conversions_interval.map(|interval| interval.low),
            high: credit.conversions_interval.map(|interval| interval.high),
            value_low: value_interval.map(|interval| interval.low),
            value_high: value_interval.map(|interval| interval.high),
            removal_effect_low: credit.removal_effect_interval.map(|interval| interval.low),
            removal_effect_high: credit.removal_effect_interval.map(|interval| interval.high),
        }
    };
    let mut rows: Vec<Row<'a>> = answer.credits.iter().map(row).collect();
    rows.sort_by(|a, b| b.conversions.total_cmp(&a.conversions));
    rows
}

fn summary(paths: &GroupedPaths) -> String {
    format!(
        "{} conversions{}, {} journeys without one, {} channels, {} distinct paths",
        paths.total_conversions(),
        if paths.total_value() > 0.0 {
            format!(" worth {:.2}", paths.total_value())
        } else {
            String::new()
        },
        paths.total_nulls(),
        paths.channels().len(),
        paths.len()
    )
}

fn title(answer: &Attribution) -> String {
    answer
        .order
        .map_or_else(|| answer.model.to_owned(), |order| format!("{}, order {order}", answer.model))
}

fn chosen(paths: &GroupedPaths, with_nulls: bool) -> String {
    let choice = choose_order(paths, with_nulls);
    let criteria: Vec<String> = choice
        .criteria
        .iter()
        .zip(1..)
        .map(|(criterion, order)| format!("{order}: {criterion:.0}"))
        .collect();
    format!(
        "Order {} was chosen: it has the lowest Bayesian information criterion ({}).",
        choice.order,
        criteria.join(", ")
    )
}

/// The columns that the model and the file have.
fn table(answer: &Attribution, rows: &[Row<'_>]) -> String {
    type Figure = (&'static str, fn(&Row<'_>) -> Option<String>);
    const FIGURES: [Figure; 9] = [
        ("position", |row| row.position.map(|position| position.to_string())),
        ("conversions", |row| Some(format!("{:.2}", row.conversions))),
        ("low", |row| row.low.map(|low| format!("{low:.2}"))),
        ("high", |row| row.high.map(|high| format!("{high:.2}"))),
        ("value", |row| row.value.map(|value| format!("{value:.2}"))),
        ("value low", |row| row.value_low.map(|low| format!("{low:.2}"))),
        ("value high", |row| row.value_high.map(|high| format!("{high:.2}"))),
        ("removal effect", |row| row.removal_effect.map(|effect| format!("{effect:.4}"))),
        ("of value", |row| row.removal_effect_value.map(|effect| format!("{effect:.4}"))),
    ];
    let rows: Vec<&Row<'_>> = rows.iter().filter(|row| row.model == answer.model).collect();
    let figures: Vec<&Figure> = FIGURES
        .iter()
        .filter(|(_, figure)| rows.first().is_some_and(|row| figure(row).is_some()))
        .collect();
    let mut header = vec!["channel"];
    header.extend(figures.iter().map(|(name, _)| *name));
    let right: Vec<bool> = (0..header.len()).map(|column| column > 0).collect();
    let mut lines: Vec<Vec<String>> = Vec::with_capacity(rows.len() + 1);
    for row in &rows {
        let cells = figures.iter().map(|(_, figure)| figure(row).unwrap_or_default());
        lines.push(std::iter::once(row.channel.to_owned()).chain(cells).collect());
    }
    let total = |name: &str| match name {
        "conversions" => format!("{:.2}", answer.conversions),
        "value" => format!("{:.2}", answer.value),
        _ => String::new(),
    };
    let totals = figures.iter().map(|(name, _)| total(name));
    lines.push(std::iter::once("All".to_owned()).chain(totals).collect());
    output::table(&header, &right, &lines)
}
