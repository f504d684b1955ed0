//! `tributary settings`: an organisation's attribution settings, by version.

mod history;
mod save;
mod show;
mod what_if;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::cli::Global;

#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print the newest settings as YAML, ready to be edited and saved.
    Show(Of),
    /// Print every version that was ever saved, and which one credits which days.
    History(Of),
    /// Save a file with settings as a new version; what it does not name stays as it is.
    Save(save::Arguments),
    /// Show what a file with settings would do to credit, without saving it.
    WhatIf(what_if::Arguments),
}

#[derive(Debug, clap::Args)]
struct Of {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
}

/// A file with changes.
#[derive(Debug, clap::Args)]
struct Changes {
    #[command(flatten)]
    of: Of,
    /// YAML file with the settings that change, as `tributary settings show` prints them.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    match arguments.command {
        Command::Show(of) => show::run(global, of).await,
        Command::History(of) => history::run(global, of).await,
        Command::Save(arguments) => save::run(global, arguments).await,
        Command::WhatIf(arguments) => what_if::run(global, arguments).await,
    }
}
