//! A new version.

use std::process::ExitCode;

use anyhow::{Context, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use metastore::NewSettings;
use serde_json::json;

use super::Changes;
use crate::cli::Global;
use crate::commands::question::read_settings;
use crate::output;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    changes: Changes,
    /// First day (YYYY-MM-DD, in the organisation's zone) whose conversions the version is for; all history without it.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Why, for those who read the history.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

pub(super) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.changes.of.org).await?;
    let (own, _) = installation.settings(&context).await?;
    let settings = read_settings(&arguments.changes.file, &own)?;
    let zone = types::date_range::parse_zone(&organization.zone).unwrap_or(TimeZone::UTC);
    let first_instant = |day: &String| -> Result<jiff::Timestamp> {
        let day: Date = day
            .parse()
            .with_context(|| format!("--from: `{day}` is not a day: write it as YYYY-MM-DD"))?;
        Ok(day.to_zoned(zone.clone())?.timestamp())
    };
    let json = serde_json::to_string(&settings)?;
    let new = NewSettings {
        json: &json,
        applies_from: arguments.from.as_ref().map(first_instant).transpose()?,
        note: arguments.note.as_deref(),
        based_on: None,
    };
    let version = installation
        .metastore
        .save_attribution_settings(&context, new, installation.clock.now())
        .await?;
    output::print(global.format, &json!({ "version": version, "applies_from": arguments.from }), |_| {
        let since = arguments
            .from
            .as_ref()
            .map_or_else(|| "all history".to_owned(), |day| format!("conversions from {day} on"));
        format!("Saved version {version}, for {since}. Run `tributary derive` to write the derived tables anew, or let the server do it.")
    })?;
    Ok(ExitCode::SUCCESS)
}
