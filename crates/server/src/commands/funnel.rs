//! `tributary funnel`: from impression to revenue, or from one step of customers to the next.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use attribution::Model;
use semantic::funnel::ordered::{OrderedFunnel, OrderedQuestion, prepare};
use semantic::funnel::{Compare, Funnel, FunnelQuestion, FunnelRow, Next, Step, start};
use semantic::{Cell, Organization, QueryEngine};

use super::question::{Credit, Days, date_basis, duration, percent, refusal};
use super::report::shown;
use crate::cli::Global;
use crate::output;

const WINDOW_DEFAULT: &str = "30d";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    #[command(flatten)]
    days: Days,
    /// channel, campaign, data_source, asset, country or device.
    #[arg(long, value_name = "DIMENSION", default_value = "channel")]
    by: String,
    /// Model that shares leads, orders and revenue among touches.
    #[arg(long, value_name = "MODEL", default_value = "linear")]
    model: String,
    /// Count leads, orders and revenue on the day of the order (conversion) or of the touch (touch).
    #[arg(long, value_name = "BASIS", default_value = "conversion")]
    date_basis: String,
    /// Conversion types that are leads, separated by commas; all that are no orders without it.
    #[arg(long, value_name = "TYPES", value_delimiter = ',')]
    goals: Vec<String>,
    /// Compare with as many days before (previous), the year before (year) or nothing (none).
    #[arg(long, value_name = "COMPARE", default_value = "previous")]
    compare: String,
    /// Instead of the marketing funnel: customers who did these steps in order within `--window` (30d): visit, touch, purchase, or names of
    /// channels, goals and stages.
    #[arg(long, value_name = "STEPS", value_delimiter = ',')]
    steps: Vec<String>,
    #[command(flatten)]
    credit: Credit,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.org).await?;
    let (own, history) = installation.settings(&context).await?;
    let (from, to) = arguments.days.resolve(&organization.zone, installation.clock.now());
    let zone = arguments.days.zone.clone();
    let defaults = Organization {
        currency: organization.currency,
        zone: &organization.zone,
        attribution: &own,
        history: &history,
    };
    if !arguments.steps.is_empty() {
        let window = arguments.credit.window().unwrap_or(WINDOW_DEFAULT);
        let question = OrderedQuestion {
            from,
            to,
            zone,
            steps: arguments.steps,
            window_seconds: attribution::parse_duration(window).context("--window")?,
        };
        let prepared = prepare(question, &defaults).map_err(|error| refusal(&error))?;
        let raw = installation.engine.query(&context, &prepared.plan).await?;
        output::print(global.format, &prepared.finish(&raw), ordered_text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let question = FunnelQuestion {
        from,
        to,
        zone,
        by: arguments.by,
        model: match Model::parse(&arguments.model) {
            Some(model) => model,
            None => bail!(
                "--model: `{}` is not a model: use one of {}",
                arguments.model,
                Model::ALL.map(Model::as_str).join(", ")
            ),
        },
        attribution: arguments.credit.settings(&own)?,
        date_basis: date_basis(&arguments.date_basis)?,
        goals: arguments.goals,
        compare: match arguments.compare.as_str() {
            "previous" => Compare::Previous,
            "year" => Compare::Year,
            "none" => Compare::None,
            other => bail!("--compare: `{other}` is not a comparison: use previous, year or none"),
        },
    };
    let mut asking = start(question, &defaults).map_err(|error| refusal(&error))?;
    let funnel = loop {
        let raw = installation.engine.query(&context, &asking.plan()).await?;
        match asking.answer(raw).map_err(|error| refusal(&error))? {
            Next::Ask(next) => asking = *next,
            Next::Done(funnel) => break *funnel,
        }
    };
    output::print(global.format, &funnel, text)?;
    Ok(ExitCode::SUCCESS)
}

/// The steps of every row side by side, then the totals' rates with what they were.
fn text(funnel: &Funnel) -> String {
    let header = [
        funnel.by.as_str(),
        "impressions",
        "clicks",
        "visits",
        "leads",
        "orders",
        "revenue",
        "orders/visit",
        "revenue/order",
    ];
    let right: Vec<bool> = (0..header.len()).map(|column| column > 0).collect();
    let mut rows: Vec<Vec<String>> = funnel.rows.iter().map(|row| line(row, "(no touch, or not stated)")).collect();
    rows.extend(funnel.others.iter().map(|row| line(row, "(all others)")));
    rows.push(line(&funnel.total, "Total"));
    let mut out = format!(
        "{} to {}, days in {}, revenue in {} under {}; leads: {}\n\n{}\n",
        funnel.from,
        funnel.to,
        funnel.zone,
        funnel.currency,
        funnel.model,
        if funnel.goals.is_empty() {
            "none recorded".to_owned()
        } else {
            funnel.goals.join(", ")
        },
        output::table(&header, &right, &rows)
    );
    for figures in &funnel.total.steps {
        let Some(of) = figures.step.rate_of() else { continue };
        let was = match (&figures.compared_rate, &funnel.compared) {
            (Cell::Null, _) | (_, None) => String::new(),
            (rate, Some([from, to])) => format!(" ({} from {from} to {to})", rate_text(figures.step, rate)),
        };
        out.push_str(&format!(
            "\n{:?} by {:?}: {}{was}",
            figures.step,
            of,
            rate_text(figures.step, &figures.rate)
        ));
    }
    out
}

fn line(row: &FunnelRow, nameless: &str) -> Vec<String> {
    let name = row.name.as_ref().or(row.key.as_ref());
    let mut line = vec![name.cloned().unwrap_or_else(|| nameless.to_owned())];
    line.extend(row.steps.iter().map(|figures| count(&figures.value)));
    for step in [Step::Orders, Step::Revenue] {
        let rate = row.steps.iter().find(|figures| figures.step == step).map(|figures| &figures.rate);
        line.push(rate.map_or_else(String::new, |rate| rate_text(step, rate)));
    }
    line
}

/// Credited counts are fractions; two digits are enough here.
fn count(cell: &Cell) -> String {
    match cell {
        Cell::Number(number) => format!("{number:.2}"),
        Cell::Null | Cell::Text(_) | Cell::Integer(_) | Cell::Decimal(_) | Cell::Bool(_) => shown(cell),
    }
}

fn rate_text(step: Step, rate: &Cell) -> String {
    match (step, rate) {
        (Step::Revenue, Cell::Decimal(amount)) => format!("{:.2}", amount.to_string().parse::<f64>().unwrap_or_default()),
        (_, Cell::Number(rate)) => percent(Some(*rate)),
        (_, Cell::Integer(rate)) => percent(Some(*rate as f64)),
        (_, Cell::Null | Cell::Text(_) | Cell::Decimal(_) | Cell::Bool(_)) => shown(rate),
    }
}

fn ordered_text(funnel: &OrderedFunnel) -> String {
    let header = ["step", "customers", "of the step before", "of the first", "median time"];
    let right: Vec<bool> = (0..header.len()).map(|column| column > 0).collect();
    let rows: Vec<Vec<String>> = funnel
        .steps
        .iter()
        .map(|step| {
            vec![
                step.step.clone(),
                step.customers.to_string(),
                percent(step.rate),
                percent(step.rate_of_first),
                duration(step.median_seconds),
            ]
        })
        .collect();
    let mut out = format!(
        "First step from {} to {}, days in {}, all steps within {}\n\n{}",
        funnel.from,
        funnel.to,
        funnel.zone,
        duration(Some(funnel.window_seconds as f64)),
        output::table(&header, &right, &rows)
    );
    for step in funnel.steps.iter().filter(|step| step.events == 0) {
        out.push_str(&format!(
            "\nNothing is called `{}`: no touch of such a channel, no goal, no stage",
            step.step
        ));
    }
    out
}
