//! What `tributary bench …` does: the product's own side of the comparisons in `bench/`. Hidden from the help text; nothing here is part
//! of the product's promise.
//!
//! Each command measures inside the process, repeats, and gives the seconds of every repetition beside its answer, so that `bench/run.py`
//! can compare answers and speeds with DuckDB and chDB on the same files.

mod attribution;
mod collector;
mod derive;
mod files;
mod generate;
mod late;
mod limits;
mod memory;
mod paths;
mod report;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use engine::{Engine, KnownCurrencies, Limits};
use semantic::Organization;

use crate::cli::Global;
use crate::output;

/// A question may take this long here: the benchmark measures, it does not protect.
const SECONDS_MAX: u64 = 3_600;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Fill an organisation with generated journeys, in twelve imports, and compact.
    Generate {
        #[command(flatten)]
        of: Of,
        /// Number of touches.
        #[arg(long)]
        touches: usize,
    },
    /// Five models in one pass, credit summed by campaign.
    Attribution {
        #[command(flatten)]
        of: Of,
        /// Repetitions.
        #[arg(long, default_value_t = 5)]
        repeat: usize,
    },
    /// Spend and its ratios by day and campaign.
    Report {
        #[command(flatten)]
        of: Of,
        /// Repetitions.
        #[arg(long, default_value_t = 5)]
        repeat: usize,
    },
    /// Markov attribution of a file of grouped paths; needs no organisation.
    Paths {
        #[arg(long)]
        file: PathBuf,
        /// Repetitions.
        #[arg(long, default_value_t = 20)]
        repeat: usize,
    },
    /// Derive the tables: what changed, or everything.
    Derive {
        #[command(flatten)]
        of: Of,
        /// Everything, whatever changed.
        #[arg(long)]
        whole: bool,
        /// Repetitions; of changes only the first has something to do.
        #[arg(long, default_value_t = 1)]
        repeat: usize,
    },
    /// Append touches that come late, without deriving them.
    Late {
        #[command(flatten)]
        of: Of,
        /// Number of touches.
        #[arg(long, default_value_t = 10_000)]
        touches: usize,
        /// They happened on the last so many days of the year.
        #[arg(long, default_value_t = 365)]
        days: i64,
        /// Another seed gives other touches.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// What the pass over customers cannot be faster than: its columns decoded and nothing done with them, and its bytes read from memory.
    Limits {
        #[command(flatten)]
        of: Of,
        /// Repetitions.
        #[arg(long, default_value_t = 5)]
        repeat: usize,
    },
    /// The Parquet files of a table.
    Files {
        #[command(flatten)]
        of: Of,
        /// Name of the table.
        #[arg(long, default_value = "unified_marketing_data")]
        table: String,
    },
    /// Send events to a collector in this process and count what it acknowledges.
    Collector {
        #[command(flatten)]
        of: Of,
        /// Connections, each with one request at a time.
        #[arg(long, default_value_t = 64)]
        connections: usize,
        /// Events of a request.
        #[arg(long, default_value_t = 10)]
        batch: usize,
        /// How long to send.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
}

#[derive(Debug, clap::Args)]
struct Of {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
}

impl Command {
    /// None where the command needs no lake.
    fn organization(&self) -> Option<&str> {
        match self {
            Self::Paths { .. } => None,
            Self::Generate { of, .. }
            | Self::Attribution { of, .. }
            | Self::Report { of, .. }
            | Self::Derive { of, .. }
            | Self::Late { of, .. }
            | Self::Limits { of, .. }
            | Self::Files { of, .. }
            | Self::Collector { of, .. } => Some(&of.org),
        }
    }
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    if let Command::Paths { file, repeat } = &arguments.command {
        print(&global, &paths::paths(file, *repeat)?)?;
    }
    let Some(name) = arguments.command.organization() else {
        return Ok(ExitCode::SUCCESS);
    };
    let installation = global.open().await?;
    let (organization, context) = installation.organization(name).await?;
    let lake = installation.lake(&context).await?;
    // A kept answer would be measured as an answer: this engine keeps none.
    let limits = Limits {
        cache_bytes: 0,
        seconds: SECONDS_MAX,
        ..Limits::default()
    };
    let currencies = Arc::new(KnownCurrencies(HashMap::from([(organization.id, organization.currency)])));
    let engine = Engine::new(installation.lakes.clone(), currencies, limits, Arc::clone(&installation.clock));
    match arguments.command {
        Command::Generate { touches, .. } => {
            let mut progress = |text: &str| eprintln!("{text}");
            print(
                &global,
                &generate::generate(&lake, touches, installation.clock.now(), &mut progress).await?,
            )?;
        }
        Command::Attribution { repeat, .. } => print(&global, &attribution::attribution(&engine, &context, repeat).await?)?,
        Command::Report { repeat, .. } => {
            let (settings, _) = installation.settings(&context).await?;
            let defaults = Organization {
                currency: organization.currency,
                zone: &organization.zone,
                attribution: &settings,
                history: &[],
            };
            print(&global, &report::report(&engine, &context, &defaults, repeat).await?)?;
        }
        Command::Paths { .. } => {}
        Command::Derive { whole, repeat, .. } => {
            print(&global, &derive::derive(&installation, &context, &lake, &engine, whole, repeat).await?)?;
        }
        Command::Late { touches, days, seed, .. } => {
            let late = late::Late { touches, days, seed };
            print(&global, &late::late(&lake, &late, installation.clock.now()).await?)?;
        }
        Command::Limits { repeat, .. } => print(&global, &limits::limits(&lake, repeat).await?)?,
        Command::Files { table, .. } => print(&global, &files::files(&lake, &installation.data_dir, &table).await?)?,
        Command::Collector {
            connections, batch, seconds, ..
        } => {
            print(
                &global,
                &collector::collector(&installation, &context, collector::Load { connections, batch, seconds }).await?,
            )?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Programs read the answers; for people they are only indented.
fn print<T: serde::Serialize>(global: &Global, answer: &T) -> Result<()> {
    output::print(global.format, answer, |answer| serde_json::to_string_pretty(answer).unwrap_or_default())
}

/// Runs `work` so many times, at least once, and gives the seconds of each run with the last answer.
async fn repeat<T, F: Future<Output = Result<T>>>(times: usize, mut work: impl FnMut() -> F) -> Result<(Vec<f64>, T)> {
    let mut seconds = Vec::with_capacity(times);
    loop {
        let started = Instant::now();
        let answer = work().await?;
        seconds.push(started.elapsed().as_secs_f64());
        if seconds.len() >= times {
            return Ok((seconds, answer));
        }
    }
}
