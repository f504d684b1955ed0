//! All versions, and which one holds when.

use std::process::ExitCode;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::Of;
use crate::cli::Global;
use crate::output;

pub(super) async fn run(global: Global, of: Of) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&of.org).await?;
    let saved = installation.metastore.attribution_settings(&context).await?;
    let (_, history) = installation.settings(&context).await?;
    let zone = types::date_range::parse_zone(&organization.zone).unwrap_or(TimeZone::UTC);
    let day = |instant: Timestamp| zone.to_datetime(instant).date().to_string();
    let bound = |micros: i64| {
        Timestamp::from_microsecond(micros)
            .ok()
            .filter(|_| micros != i64::MIN && micros != i64::MAX)
            .map(day)
    };
    let versions: Vec<_> = saved
        .iter()
        .rev()
        .map(|saved| {
            json!({
                "version": saved.version, "saved_at": saved.saved_at, "saved_by": saved.saved_by, "note": saved.note,
                "applies_from": saved.applies_from.map(day), "settings": serde_json::from_str::<serde_json::Value>(&saved.json).ok(),
            })
        })
        .collect();
    let periods: Vec<_> = history
        .iter()
        .map(|variant| json!({ "version": variant.version, "from": bound(variant.interval.start), "until": bound(variant.interval.end) }))
        .collect();
    output::print(global.format, &json!({ "versions": versions, "periods": periods }), |_| {
        let rows: Vec<Vec<String>> = saved
            .iter()
            .rev()
            .map(|saved| {
                vec![
                    saved.version.to_string(),
                    saved.applies_from.map_or_else(|| "all history".to_owned(), day),
                    saved.saved_at.to_string(),
                    saved.saved_by.clone().unwrap_or_default(),
                    saved.note.clone().unwrap_or_default(),
                ]
            })
            .collect();
        let credited: Vec<Vec<String>> = history
            .iter()
            .map(|variant| {
                vec![
                    bound(variant.interval.start).unwrap_or_else(|| "the beginning".to_owned()),
                    bound(variant.interval.end).unwrap_or_else(|| "on".to_owned()),
                    variant.version.to_string(),
                ]
            })
            .collect();
        format!(
            "{}\n\nConversions are credited by (version 0: the defaults)\n\n{}",
            output::table(
                &["Version", "Holds from", "Saved at", "Saved by", "Note"],
                &[true, false, false, false, false],
                &rows
            ),
            output::table(&["From", "Until", "Version"], &[false, false, true], &credited)
        )
    })?;
    Ok(ExitCode::SUCCESS)
}
