//! `tributary derive`: write the derived tables now. The server does it by itself.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;
use transform::Report;

use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Derive everything anew, also what did not change. It gives the same rows.
    #[arg(long)]
    whole: bool,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (_, context) = installation.organization(&arguments.org).await?;
    let lake = installation.lake(&context).await?;
    let stitched = transform::stitch::stitch(&context, &lake).await?;
    let (metastore, engine, clock) = (&installation.metastore, &installation.engine, installation.clock.as_ref());
    let report = if arguments.whole {
        transform::run_whole(&context, metastore, &lake, engine, clock).await?
    } else {
        transform::run(&context, metastore, &lake, engine, clock).await?
    };
    let Report {
        version,
        credits,
        journeys,
        customers,
        took_ms,
        ..
    } = report;
    let answer = json!({
        "version": version, "credits": credits, "journeys": journeys, "customers": customers, "took_ms": took_ms,
        "stitched_customers": stitched.customers.len(),
    });
    output::print(global.format, &answer, |_| {
        let whose = customers.map_or_else(|| "all customers".to_owned(), |customers| format!("{customers} customers"));
        format!("Wrote {credits} credits and {journeys} journeys of {whose} from data version {version}.")
    })?;
    Ok(ExitCode::SUCCESS)
}
