//! `tributary maintain`: compaction, expiry and garbage collection now. The server does it by itself.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::ToSpan;
use serde_json::json;

use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Forget snapshots older than so many days; figures can no longer be asked for as of then.
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    keep_days: u32,
    /// Delete files that nobody names only if they are older than so many minutes.
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    grace_minutes: u32,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (_, context) = installation.organization(&arguments.org).await?;
    let lake = installation.lake(&context).await?;
    let compaction = lake.compact().await?;
    let keep_since = installation
        .clock
        .now()
        .checked_sub((i64::from(arguments.keep_days) * 24).hours())
        .context("--keep-days")?;
    let expiry = lake.expire(keep_since).await?;
    let garbage = lake.collect_garbage(Duration::from_secs(u64::from(arguments.grace_minutes) * 60)).await?;
    let answer = json!({
        "files_before": compaction.files_before,
        "files_after": compaction.files_after,
        "snapshots_expired": expiry.snapshots,
        "files_deleted": garbage.unreferenced + garbage.orphans,
        "bytes_deleted": garbage.bytes,
    });
    output::print(global.format, &answer, |_| {
        format!(
            "Merged {} files into {}, forgot {} snapshots, deleted {} files.",
            compaction.files_before,
            compaction.files_after,
            expiry.snapshots,
            garbage.unreferenced + garbage.orphans
        )
    })?;
    Ok(ExitCode::SUCCESS)
}
