//! `tributary report`: metrics by dimensions.

use std::process::ExitCode;

use anyhow::{Result, bail};
use semantic::{Cell, ColumnRole, Organization, Query, QueryEngine, ResultTable, Sort};
use types::TimeGrain;

use super::question::{Credit, date_basis, refusal};
use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Metrics separated by commas: spend, revenue, roas, attributed_revenue{linear} …
    #[arg(long, value_name = "METRICS")]
    metrics: String,
    /// Dimensions separated by commas: channel, campaign …
    #[arg(long, value_name = "DIMENSIONS", default_value = "")]
    dimensions: String,
    /// First day, included (YYYY-MM-DD).
    #[arg(long, value_name = "DAY")]
    from: String,
    /// Last day, included.
    #[arg(long, value_name = "DAY")]
    to: String,
    /// 15min, hour, day, week, month, quarter, year or total.
    #[arg(long, value_name = "GRAIN", default_value = "total")]
    grain: String,
    /// Zone in which days are cut; the organisation's own without it.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Filters, each `dimension=value[|value]` or `dimension!=value[|value]`.
    #[arg(long = "filter", value_name = "FILTER")]
    filters: Vec<String>,
    /// Metric or dimension to sort by, `-` in front for descending.
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    sort: Option<String>,
    /// Rows to show; totals are over everything all the same.
    #[arg(long, value_name = "ROWS")]
    limit: Option<u32>,
    /// Count attributed revenue on the day of the order (conversion) or of the touch (touch).
    #[arg(long, value_name = "BASIS", default_value = "conversion")]
    date_basis: String,
    #[command(flatten)]
    credit: Credit,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.org).await?;
    let (own, history) = installation.settings(&context).await?;
    let settings = arguments.credit.settings(&own)?;
    let query = Query {
        metrics: list(&arguments.metrics),
        dimensions: list(&arguments.dimensions),
        filters: arguments.filters.iter().map(|text| filter(text)).collect::<Result<_>>()?,
        from: arguments.from,
        to: arguments.to,
        grain: grain(&arguments.grain)?,
        zone: arguments.zone,
        attribution: settings,
        date_basis: date_basis(&arguments.date_basis)?,
        sort: arguments.sort.iter().map(|text| sort(text)).collect(),
        limit: arguments.limit,
    };
    let defaults = Organization {
        currency: organization.currency,
        zone: &organization.zone,
        attribution: &own,
        history: &history,
    };
    let prepared = semantic::plan(&query, &defaults).map_err(|error| refusal(&error))?;
    let raw = installation.engine.query(&context, &prepared.plan).await?;
    let table = prepared.finish(raw);
    output::print(global.format, &table, text)?;
    Ok(ExitCode::SUCCESS)
}

/// Commas inside braces belong to the metric: `attributed_revenue{linear, window=28d}`.
fn list(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_u32;
    for character in text.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("there is always a part").push(character);
    }
    parts
        .into_iter()
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

fn grain(text: &str) -> Result<TimeGrain> {
    match TimeGrain::parse(text) {
        Some(grain) => Ok(grain),
        None => bail!(
            "--grain: `{text}` is not a grain: use one of {}",
            TimeGrain::ALL.iter().map(|grain| grain.as_str()).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn filter(text: &str) -> Result<semantic::Filter> {
    let (dimension, operator, values) = match (text.split_once("!="), text.split_once('=')) {
        (Some((dimension, values)), _) => (dimension, semantic::FilterOperator::IsNot, values),
        (None, Some((dimension, values))) => (dimension, semantic::FilterOperator::Is, values),
        (None, None) => bail!("--filter: `{text}` has no `=`: write dimension=value or dimension!=value"),
    };
    Ok(semantic::Filter {
        dimension: dimension.trim().to_owned(),
        operator,
        values: values.split('|').map(|value| value.trim().to_owned()).collect(),
    })
}

fn sort(text: &str) -> Sort {
    match text.strip_prefix('-') {
        Some(by) => Sort {
            by: by.to_owned(),
            descending: true,
        },
        None => Sort {
            by: text.to_owned(),
            descending: false,
        },
    }
}

fn text(table: &ResultTable) -> String {
    let header: Vec<&str> = table.columns.iter().map(|column| column.label.as_str()).collect();
    let right: Vec<bool> = table.columns.iter().map(|column| column.role == ColumnRole::Metric).collect();
    let mut rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    let mut totals: Vec<String> = table
        .totals
        .iter()
        .zip(&table.columns)
        .map(|(cell, column)| if column.role == ColumnRole::Metric { shown(cell) } else { String::new() })
        .collect();
    if let (Some(first), Some(column)) = (totals.first_mut(), table.columns.first())
        && column.role != ColumnRole::Metric
    {
        *first = "Total".to_owned();
    }
    rows.push(totals);
    let mut out = format!(
        "{} to {}, {}, days in {}\n\n{}",
        table.meta.from,
        table.meta.to,
        table.meta.currency,
        table.meta.zone,
        output::table(&header, &right, &rows)
    );
    for warning in &table.meta.warnings {
        out.push_str(&format!("\n{warning}"));
    }
    out
}

/// A cell as text; `—` for null.
pub(super) fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Null => "—".to_owned(),
        Cell::Text(text) => text.to_string(),
        Cell::Decimal(decimal) => decimal.to_string(),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => format!("{number:.4}"),
        Cell::Bool(value) => value.to_string(),
    }
}
