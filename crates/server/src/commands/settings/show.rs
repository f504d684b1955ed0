//! The newest settings.

use std::process::ExitCode;

use anyhow::Result;

use super::Of;
use crate::cli::Global;
use crate::output;

pub(super) async fn run(global: Global, of: Of) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (_, context) = installation.organization(&of.org).await?;
    let (settings, _) = installation.settings(&context).await?;
    let yaml = serde_norway::to_string(&settings)?;
    output::print(global.format, &settings, |_| yaml.trim_end().to_owned())?;
    Ok(ExitCode::SUCCESS)
}
