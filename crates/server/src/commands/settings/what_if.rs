//! What a change would do.

use std::process::ExitCode;

use anyhow::Result;
use attribution::Model;
use semantic::attribution_table::{AttributionQuestion, AttributionTable, attribution_table, tried_beside};
use semantic::{Cell, Organization, QueryEngine};
use serde_json::json;

use super::Changes;
use crate::cli::Global;
use crate::commands::question::{read_settings, refusal};
use crate::output;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    changes: Changes,
    /// Model that is compared.
    #[arg(long, value_name = "MODEL", default_value = "linear")]
    model: String,
    /// Dimension to split by.
    #[arg(long, value_name = "DIMENSION", default_value = "channel")]
    by: String,
    /// First day, included (YYYY-MM-DD); all time without it.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day, included.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
}

pub(super) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.changes.of.org).await?;
    let (own, history) = installation.settings(&context).await?;
    let tried = read_settings(&arguments.changes.file, &own)?;
    let models = Model::parse_list(&arguments.model)?;
    let (variants, sides) = tried_beside(&history, tried);
    let question = AttributionQuestion {
        by: vec![arguments.by, "settings_version".to_owned()],
        models: models.clone(),
        variants,
        from: arguments.from,
        to: arguments.to,
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
    let tables = prepared.finish_versions(raw, &sides);
    let [before, after] = &tables[..] else {
        anyhow::bail!("the comparison lacks a table: this is a defect, report it");
    };
    let lines = lines(before, after);
    let rows: Vec<_> = lines
        .iter()
        .map(|(model, name, before, after)| json!({ "model": model, "name": name, "before": before, "after": after }))
        .collect();
    output::print(global.format, &rows, |_| {
        let rows: Vec<Vec<String>> = lines
            .iter()
            .map(|(model, name, before, after)| vec![model.to_string(), name.clone(), before.clone(), after.clone()])
            .collect();
        format!(
            "Revenue in {}\n\n{}",
            organization.currency,
            output::table(&["Model", "Name", "Before", "After"], &[false, false, true, true], &rows)
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Model, name, and revenue before and after; the totals of each model last.
fn lines(before: &AttributionTable, after: &AttributionTable) -> Vec<(Model, String, String, String)> {
    let mut lines: Vec<(Model, String, String, String)> = Vec::new();
    for (table, is_after) in [(before, false), (after, true)] {
        for row in &table.rows {
            let name = if row.is_unattributed {
                "(unattributed)".to_owned()
            } else {
                let cells: Vec<String> = row
                    .dimensions
                    .iter()
                    .filter(|cell| **cell != Cell::Null)
                    .map(super::super::report::shown)
                    .collect();
                cells.join(", ")
            };
            let at = lines
                .iter()
                .position(|(model, known, ..)| *model == row.model && *known == name)
                .unwrap_or_else(|| {
                    lines.push((row.model, name.clone(), "0".to_owned(), "0".to_owned()));
                    lines.len() - 1
                });
            let slot = if is_after { &mut lines[at].3 } else { &mut lines[at].2 };
            slot.clone_from(&row.revenue);
        }
    }
    lines.sort_by_key(|(model, name, ..)| (*model, name == "(unattributed)"));
    for (old, new) in before.totals.iter().zip(&after.totals) {
        lines.push((old.model, "All revenue".to_owned(), old.revenue.clone(), new.revenue.clone()));
    }
    lines
}
