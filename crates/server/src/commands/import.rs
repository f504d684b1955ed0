//! `tributary import`: files into the lake, all or nothing.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use ingest::{ImportRequest, Mapping, Progress};

use crate::cli::Global;
use crate::{imports, output};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Key of the source that the rows come from, such as meta_ads or shopify.
    #[arg(long, value_name = "KEY")]
    source: String,
    /// Mapping file: which column is which field (docs/reference/mapping.md).
    #[arg(long, value_name = "MAP.yaml")]
    map: PathBuf,
    /// Read and check everything, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// CSV or NDJSON files, also gzipped.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let mapping = read_mapping(&arguments.map)?;
    if let Some(missing) = arguments.files.iter().find(|file| !file.is_file()) {
        bail!("{} is not a file", missing.display());
    }
    let installation = global.open().await?;
    let (_, context) = installation.organization(&arguments.org).await?;
    let lake = installation.lake(&context).await?;
    let request = ImportRequest {
        source: arguments.source,
        mapping,
        files: arguments.files,
        dry_run: arguments.dry_run,
    };
    let mut line = ProgressLine::new();
    let _running = imports::begin(&installation).await?;
    let summary = ingest::import(
        &context,
        &installation.metastore,
        &lake,
        installation.clock.as_ref(),
        request,
        &mut |progress| line.show(progress),
    )
    .await?;
    line.clear();
    output::print(global.format, &summary, |summary| {
        let verb = if arguments.dry_run { "Would accept" } else { "Accepted" };
        let mut text = format!(
            "Read {} rows. {verb} {} records, {} duplicates, {} rows quarantined.",
            summary.rows_read, summary.accepted, summary.duplicates, summary.quarantined
        );
        if summary.quarantined > 0 && !arguments.dry_run {
            text.push_str(&format!(
                "\nThe quarantined rows are kept with line and reason under import {}.",
                summary.import_id
            ));
        }
        text
    })?;
    Ok(ExitCode::SUCCESS)
}

fn read_mapping(path: &Path) -> Result<Mapping> {
    let text = std::fs::read_to_string(path).with_context(|| format!("--map: {} cannot be read", path.display()))?;
    Ok(Mapping::parse(&text, &path.display().to_string())?)
}

/// One line on a terminal, rewritten as the import goes on; nothing where stderr is a file.
struct ProgressLine {
    is_terminal: bool,
}

impl ProgressLine {
    fn new() -> Self {
        Self {
            is_terminal: std::io::stderr().is_terminal(),
        }
    }

    fn show(&mut self, progress: Progress) {
        if self.is_terminal {
            let percent = 100 * progress.bytes_read / progress.bytes_total.max(1);
            eprint!(
                "\r\x1b[K{percent:>3} %  {}  {} rows, {} quarantined",
                progress.file, progress.rows_read, progress.quarantined
            );
            let _ = std::io::stderr().flush();
        }
    }

    fn clear(&mut self) {
        if self.is_terminal {
            eprint!("\r\x1b[K");
        }
    }
}
