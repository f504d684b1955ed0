//! `tributary pipeline`: how leads pass the stages.

use std::process::ExitCode;

use anyhow::{Result, bail};
use jiff::ToSpan;
use jiff::tz::TimeZone;
use semantic::pipeline::{Cohort, Next, Pipeline, PipelineQuestion, Wish, start};
use semantic::{Organization, QueryEngine};

use super::question::{Days, duration, percent, refusal};
use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    #[command(flatten)]
    days: Days,
    /// Leads that became one in the range (lead), or at each stage those that entered it in the range (stage).
    #[arg(long, value_name = "COHORT", default_value = "lead")]
    cohort: String,
    /// Split by the first touch before the lead: channel, campaign, data_source, country or device.
    #[arg(long, value_name = "DIMENSION")]
    by: Option<String>,
    /// Steps in their order, separated by commas; told from the data without it.
    #[arg(long, value_name = "STAGES", value_delimiter = ',')]
    stages: Vec<String>,
    /// Stages that mean won; told by their names without it.
    #[arg(long, value_name = "STAGES", value_delimiter = ',')]
    won: Vec<String>,
    /// Stages that mean lost; told by their names without it.
    #[arg(long, value_name = "STAGES", value_delimiter = ',')]
    lost: Vec<String>,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.org).await?;
    let (own, history) = installation.settings(&context).await?;
    let now = installation.clock.now();
    let (from, to) = arguments.days.resolve(&organization.zone, now);
    let zone = types::date_range::parse_zone(&organization.zone).unwrap_or(TimeZone::UTC);
    let end = zone.to_datetime(now).date().saturating_add(1.day()).to_zoned(zone)?.timestamp();
    let question = PipelineQuestion {
        from,
        to,
        zone: arguments.days.zone,
        cohort: match arguments.cohort.as_str() {
            "lead" => Cohort::Lead,
            "stage" => Cohort::Stage,
            other => bail!("--cohort: `{other}` is not a cohort: use lead or stage"),
        },
        wish: Wish {
            steps: arguments.stages,
            won: arguments.won,
            lost: arguments.lost,
        },
        by: arguments.by,
    };
    let defaults = Organization {
        currency: organization.currency,
        zone: &organization.zone,
        attribution: &own,
        history: &history,
    };
    let mut asking = start(question, &defaults, end).map_err(|error| refusal(&error))?;
    let pipeline = loop {
        let raw = installation.engine.query(&context, &asking.plan()).await?;
        match asking.answer(&raw).map_err(|error| refusal(&error))? {
            Next::Ask(next) => asking = *next,
            Next::Done(pipeline) => break *pipeline,
        }
    };
    output::print(global.format, &pipeline, text)?;
    Ok(ExitCode::SUCCESS)
}

fn text(pipeline: &Pipeline) -> String {
    let outcome = &pipeline.outcome;
    let mut out = format!(
        "{} to {}, days in {}, values in {}\n{} leads: {} won, {} lost, {} open; {} of those that ended were won",
        pipeline.from,
        pipeline.to,
        pipeline.zone,
        pipeline.currency,
        outcome.leads,
        outcome.won,
        outcome.lost,
        outcome.open,
        percent(outcome.win_rate)
    );
    if let Some(velocity) = &outcome.velocity_per_day {
        out.push_str(&format!(
            "\n{velocity} a day = {} leads × {} win rate × {} average value ÷ {} median cycle",
            outcome.leads,
            percent(outcome.win_rate),
            outcome.average_value.as_deref().unwrap_or("—"),
            duration(outcome.cycle_median_seconds)
        ));
    }
    let header = [
        "Stage",
        "entered",
        "progressed",
        "lost",
        "open",
        "skipped",
        "went back",
        "progressed %",
        "median",
        "p90",
        "stuck",
        "won value",
    ];
    let rows: Vec<Vec<String>> = pipeline
        .stages
        .iter()
        .map(|stage| {
            vec![
                stage.stage.clone(),
                stage.entered.to_string(),
                stage.progressed.to_string(),
                stage.lost.to_string(),
                stage.open.to_string(),
                stage.skipped.to_string(),
                stage.went_back.to_string(),
                percent(stage.conversion_rate),
                duration(stage.median_seconds),
                duration(stage.p90_seconds),
                stage.stuck.map_or_else(|| "—".to_owned(), |stuck| stuck.to_string()),
                stage.won_value.clone(),
            ]
        })
        .collect();
    out.push_str(&format!("\n\n{}", table(&header, &rows)));
    if let Some(by) = &pipeline.by {
        let header = [by.as_str(), "leads", "won", "lost", "open", "win rate", "median cycle", "won value"];
        let rows: Vec<Vec<String>> = pipeline
            .groups
            .iter()
            .map(|group| {
                let name = group.name.as_ref().or(group.key.as_ref());
                let of = &group.outcome;
                vec![
                    name.cloned().unwrap_or_else(|| "(no touch known)".to_owned()),
                    of.leads.to_string(),
                    of.won.to_string(),
                    of.lost.to_string(),
                    of.open.to_string(),
                    percent(of.win_rate),
                    duration(of.cycle_median_seconds),
                    of.won_value.clone(),
                ]
            })
            .collect();
        out.push_str(&format!("\n\n{}", table(&header, &rows)));
    }
    if pipeline.rows_without_customer > 0 {
        out.push_str(&format!(
            "\n{} rows of stages name no customer and are left out",
            pipeline.rows_without_customer
        ));
    }
    out
}

/// The first column is a name, the others are figures.
fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let right: Vec<bool> = (0..header.len()).map(|column| column > 0).collect();
    output::table(header, &right, rows)
}
