//! `tributary derive`: write the derived tables now. The server does it by itself.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (_, context) = installation.organization(&arguments.org).await?;
    let lake = installation.lake(&context).await?;
    let stitched = transform::stitch::stitch(&context, &lake).await?;
    let report = transform::run(
        &context,
        &installation.metastore,
        &lake,
        &installation.engine,
        installation.clock.as_ref(),
    )
    .await?;
    let answer =
        json!({ "version": report.version, "credits": report.credits, "journeys": report.journeys, "stitched_customers": stitched.customers.len() });
    output::print(global.format, &answer, |_| {
        format!(
            "Wrote {} credits and {} journeys from data version {}.",
            report.credits, report.journeys, report.version
        )
    })?;
    Ok(ExitCode::SUCCESS)
}
