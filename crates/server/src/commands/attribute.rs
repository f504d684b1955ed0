//! `tributary attribute`: revenue and conversions by model, of an organisation or of a file of grouped paths.

mod learned;
mod paths;

use std::process::ExitCode;

use anyhow::{Result, bail};
use attribution::Model;
use semantic::attribution_table::intervals::{Interval, attribution_intervals};
use semantic::attribution_table::{AttributionQuestion, AttributionTable, attribution_table};
use semantic::{Cell, Organization, QueryEngine};
use serde_json::{Map, Value, json};
use types::money;

use super::question::{Credit, refusal};
use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation; not with --paths.
    #[arg(long, value_name = "NAME")]
    org: Option<String>,
    /// Dimensions to split by: channel, campaign, asset …
    #[arg(long, value_name = "DIMENSIONS", value_delimiter = ',', default_value = "channel")]
    by: Vec<String>,
    /// `all` rules, or models separated by commas: first_touch, last_touch, linear, time_decay, position_based, custom, last_non_direct, j_shaped,
    /// inverse_j, w_shaped, full_path; or those that learn from paths: markov, shapley, ordered_shapley, leave_one_out. With --paths:
    /// first_touch, last_touch, last_non_direct, linear, position_based, j_shaped, inverse_j, markov, shapley, ordered_shapley, leave_one_out.
    #[arg(long, value_name = "MODELS", default_value = "all")]
    model: String,
    /// First day, included (YYYY-MM-DD); all time without it.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day, included.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Zone of the days; the organisation's own without it.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    #[command(flatten)]
    credit: Credit,
    #[command(flatten)]
    grouped: paths::Grouped,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let Some(org) = arguments.org else {
        return paths::run(&global, &arguments.grouped, &arguments.model);
    };
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&org).await?;
    let (own, history) = installation.settings(&context).await?;
    let settings = arguments.credit.settings(&own)?;
    let names: Vec<&str> = arguments.model.split(',').map(str::trim).collect();
    if names.iter().any(|name| learned::MODELS.contains(name)) {
        if let Some(rule) = names.iter().find(|name| !learned::MODELS.contains(name)) {
            bail!(
                "--model: `{rule}` is a rule: ask for rules and for models that learn from paths ({}) one after the other",
                learned::MODELS.join(", ")
            );
        }
        let question = learned::Question {
            models: names.into_iter().map(str::to_owned).collect(),
            by: &arguments.by,
            days: [arguments.from, arguments.to],
            zone: arguments.zone,
            settings: settings.unwrap_or(own),
            grouped: &arguments.grouped,
        };
        return learned::run(&global, &installation, &context, &organization, question).await;
    }
    let models = Model::parse_list(&arguments.model)?;
    let question = AttributionQuestion {
        by: arguments.by,
        models,
        settings,
        from: arguments.from,
        to: arguments.to,
        zone: arguments.zone,
        ..AttributionQuestion::default()
    };
    let defaults = Organization {
        currency: organization.currency,
        zone: &organization.zone,
        attribution: &own,
        history: &history,
    };
    let prepared = attribution_table(&question, &defaults).map_err(|error| refusal(&error))?;
    let raw = installation.engine.query(&context, prepared.plan()).await?;
    let table = prepared.finish(raw);
    let intervals = match arguments.grouped.intervals {
        false => None,
        true => {
            let spread = attribution_intervals(&question, &defaults).map_err(|error| refusal(&error))?;
            let squares = installation.engine.query(&context, spread.plan()).await?;
            Some(spread.finish(&table, &squares))
        }
    };
    if table.totals.iter().any(|total| total.revenue != table.totals[0].revenue) {
        bail!("the models do not add up to the same revenue: this is a defect, report it with the output of `tributary doctor`");
    }
    let rows = rows(&table, intervals.as_deref(), organization.currency);
    output::print(global.format, &rows, |_| {
        let mut text = text(&table, organization.currency);
        if let Some(intervals) = &intervals {
            text.push_str(&interval_text(&table, intervals));
        }
        text
    })?;
    Ok(ExitCode::SUCCESS)
}

/// `{model, <dimension>…, revenue, conversions}`; for every model one row with null dimensions holds what is unattributed, even if nothing is.
fn rows(table: &AttributionTable, intervals: Option<&[Option<Interval>]>, currency: types::Currency) -> Vec<Value> {
    let mut out = Vec::new();
    for total in &table.totals {
        let of_model = table.rows.iter().enumerate().filter(|(_, row)| row.model == total.model);
        let mut has_unattributed = false;
        for (at, row) in of_model {
            has_unattributed |= row.is_unattributed;
            let mut object = object(table, total.model, &row.dimensions, &row.revenue, row.conversions);
            if let (Some(intervals), Value::Object(fields)) = (intervals, &mut object) {
                let interval = intervals.get(at).and_then(Option::as_ref);
                let [revenue_low, revenue_high] = interval.map_or([Value::Null, Value::Null], |interval| interval.revenue.clone().map(Value::from));
                let [low, high] = interval.map_or([Value::Null, Value::Null], |interval| interval.conversions.map(Value::from));
                for (name, value) in [("revenue_low", revenue_low), ("revenue_high", revenue_high), ("low", low), ("high", high)] {
                    fields.insert(name.to_owned(), value);
                }
            }
            out.push(object);
        }
        if !has_unattributed {
            let none = vec![Cell::Null; table.dimensions.len()];
            out.push(object(table, total.model, &none, &money::format_amount(0, currency), 0.0));
        }
    }
    out
}

fn object(table: &AttributionTable, model: Model, dimensions: &[Cell], revenue: &str, conversions: f64) -> Value {
    let mut object = Map::new();
    object.insert("model".to_owned(), json!(model));
    for (column, cell) in table.dimensions.iter().zip(dimensions) {
        object.insert(column.id.clone(), json!(cell));
    }
    object.insert("revenue".to_owned(), json!(revenue));
    object.insert("conversions".to_owned(), json!(conversions));
    Value::Object(object)
}

/// Models side by side: one row for each combination of dimensions, unattributed above the total.
fn text(table: &AttributionTable, currency: types::Currency) -> String {
    let models: Vec<Model> = table.totals.iter().map(|total| total.model).collect();
    let mut lines: Vec<(bool, Vec<String>, Vec<String>)> = Vec::new();
    for row in &table.rows {
        let names: Vec<String> = row
            .dimensions
            .iter()
            .map(|cell| if row.is_unattributed { "(unattributed)".to_owned() } else { name(cell) })
            .collect();
        let at = models
            .iter()
            .position(|model| *model == row.model)
            .expect("every row's model has a total");
        let line = match lines
            .iter()
            .position(|(is_unattributed, known, _)| *is_unattributed == row.is_unattributed && *known == names)
        {
            Some(found) => found,
            None => {
                lines.push((row.is_unattributed, names, vec!["0".to_owned(); models.len()]));
                lines.len() - 1
            }
        };
        lines[line].2[at].clone_from(&row.revenue);
    }
    lines.sort_by_key(|(is_unattributed, ..)| *is_unattributed);
    let mut header: Vec<&str> = table.dimensions.iter().map(|column| column.label.as_str()).collect();
    header.extend(models.iter().map(|model| model.as_str()));
    let right: Vec<bool> = (0..header.len()).map(|column| column >= table.dimensions.len()).collect();
    let mut rows: Vec<Vec<String>> = lines.into_iter().map(|(_, names, figures)| [names, figures].concat()).collect();
    let mut total = vec![String::new(); table.dimensions.len()];
    if let Some(first) = total.first_mut() {
        *first = "All revenue".to_owned();
    }
    total.extend(table.totals.iter().map(|total| total.revenue.clone()));
    rows.push(total);
    format!(
        "Revenue in {currency}, {} conversions\n\n{}",
        table.totals.first().map_or(0.0, |total| total.conversions),
        output::table(&header, &right, &rows)
    )
}

/// One line a row: between which figures 95 of 100 draws of customers would be.
fn interval_text(table: &AttributionTable, intervals: &[Option<Interval>]) -> String {
    let rows = table.rows.iter().zip(intervals).filter_map(|(row, interval)| {
        let [low, high] = interval.as_ref()?.revenue.clone();
        let names: Vec<String> = row.dimensions.iter().map(name).collect();
        let shown = if row.is_unattributed {
            "(unattributed)".to_owned()
        } else {
            names.join(", ")
        };
        Some(vec![row.model.to_string(), shown, row.revenue.clone(), low, high])
    });
    let rows: Vec<Vec<String>> = rows.collect();
    format!(
        "\n\n{}",
        output::table(&["Model", "Name", "Revenue", "From", "To"], &[false, false, true, true, true], &rows)
    )
}

fn name(cell: &Cell) -> String {
    super::report::shown(cell)
}
