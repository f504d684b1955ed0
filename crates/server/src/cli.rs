//! The command line. Its shape is stable: scripts and checks rely on it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::output::Format;
use crate::{bench, commands, reference, telemetry};

/// Which spend made which revenue?
#[derive(Debug, Parser)]
#[command(name = "tributary", version, about, long_about = None, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Where everything is kept; made if it is missing.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "tributary-data",
        env = "TRIBUTARY_DATA_DIR",
        hide_env_values = true
    )]
    data_dir: PathBuf,
    /// PostgreSQL URL for metadata and catalogues; SQLite files in the data directory without it.
    #[arg(long, global = true, value_name = "URL", env = "TRIBUTARY_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// How answers are printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an organisation.
    Init(commands::init::Arguments),
    /// Import CSV or NDJSON files with a mapping.
    Import(commands::import::Arguments),
    /// Give revenue to the touches that earned it.
    Attribute(commands::attribute::Arguments),
    /// Which paths lead to conversions.
    Paths(commands::paths::Arguments),
    /// Which channels help, and which close.
    Assists(commands::assists::Arguments),
    /// Which channels go together.
    Overlap(commands::overlap::Arguments),
    /// What customers have been worth since their first order, by what won them.
    Cohorts(commands::cohorts::Arguments),
    /// How many customers order again, month by month, and how many have gone quiet.
    Retention(commands::retention::Arguments),
    /// Ask for metrics by dimensions.
    Report(commands::report::Arguments),
    /// Follow leads through the stages of the pipeline.
    Pipeline(commands::pipeline::Arguments),
    /// Follow the way from impression to revenue.
    Funnel(commands::funnel::Arguments),
    /// The rules that give a touch its channel.
    Channels(commands::channels::Arguments),
    /// Spend without touches, touches without spend.
    CampaignAudit(commands::campaign_audit::Arguments),
    /// Say why platforms claim more than they earned, step by step.
    Reconcile(commands::reconcile::Arguments),
    /// Say how complete recent days are, and what they will come to.
    Completion(commands::completion::Arguments),
    /// Say which decisions depend on the model or the window.
    Stability(commands::stability::Arguments),
    /// Say how far each model is from the demo company's truth.
    Accuracy(commands::accuracy::Arguments),
    /// Write the derived tables: journeys and credits.
    Derive(commands::derive::Arguments),
    /// Who is one customer, and why; merge and un-merge.
    Identity(commands::identity::Arguments),
    /// Merge small files, forget old snapshots, remove what nobody names any more.
    Maintain(commands::maintain::Arguments),
    /// Make a write key for the event collector.
    WriteKey(commands::write_key::Arguments),
    /// Show, change or try attribution settings.
    Settings(commands::settings::Arguments),
    /// Serve the web app, the API and the event collector.
    Serve(commands::serve::Arguments),
    /// Check the whole store and say what was found.
    Doctor(commands::doctor::Arguments),
    /// Load the demo company and serve it.
    Demo(commands::demo::Arguments),
    /// Print a generated reference page.
    #[command(hide = true)]
    Reference(reference::Arguments),
    /// What the benchmarks call.
    #[command(hide = true)]
    Bench(bench::Arguments),
}

/// What every command is given.
#[derive(Clone, Debug)]
pub(crate) struct Global {
    pub(crate) data_dir: PathBuf,
    pub(crate) database_url: Option<String>,
    pub(crate) format: Format,
}

impl Global {
    pub(crate) async fn open(&self) -> Result<crate::installation::Installation> {
        crate::installation::Installation::open(&self.data_dir, self.database_url.as_deref()).await
    }
}

/// Planning a query recurses; tokio's two megabytes are not enough for it in builds with little optimisation.
const STACK_BYTES: usize = 16 << 20;

/// Runs the command line to its end. Exit code 1 for an error, 2 for wrong usage (clap), 3 for findings of `doctor`.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let is_server = matches!(cli.command, Command::Serve(_) | Command::Demo(_));
    telemetry::start(if is_server { "info,sqlx=warn" } else { "warn" });
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let global = Global {
        data_dir: cli.data_dir,
        database_url: cli.database_url,
        format: cli.format,
    };
    let format = global.format;
    match runtime.block_on(dispatch(global, cli.command)) {
        Ok(code) => code,
        Err(error) => {
            report_error(format, &error);
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(global: Global, command: Command) -> Result<ExitCode> {
    match command {
        Command::Init(arguments) => commands::init::run(global, arguments).await,
        Command::Import(arguments) => commands::import::run(global, arguments).await,
        Command::Attribute(arguments) => commands::attribute::run(global, arguments).await,
        Command::Paths(arguments) => commands::paths::run(global, arguments).await,
        Command::Assists(arguments) => commands::assists::run(global, arguments).await,
        Command::Overlap(arguments) => commands::overlap::run(global, arguments).await,
        Command::Cohorts(arguments) => commands::cohorts::run(global, arguments).await,
        Command::Retention(arguments) => commands::retention::run(global, arguments).await,
        Command::Report(arguments) => commands::report::run(global, arguments).await,
        Command::Pipeline(arguments) => commands::pipeline::run(global, arguments).await,
        Command::Funnel(arguments) => commands::funnel::run(global, arguments).await,
        Command::Channels(arguments) => commands::channels::run(global, arguments).await,
        Command::CampaignAudit(arguments) => commands::campaign_audit::run(global, arguments).await,
        Command::Reconcile(arguments) => commands::reconcile::run(global, arguments).await,
        Command::Completion(arguments) => commands::completion::run(global, arguments).await,
        Command::Stability(arguments) => commands::stability::run(global, arguments).await,
        Command::Accuracy(arguments) => commands::accuracy::run(global, arguments).await,
        Command::Derive(arguments) => commands::derive::run(global, arguments).await,
        Command::Identity(arguments) => commands::identity::run(global, arguments).await,
        Command::Maintain(arguments) => commands::maintain::run(global, arguments).await,
        Command::WriteKey(arguments) => commands::write_key::run(global, arguments).await,
        Command::Settings(arguments) => commands::settings::run(global, arguments).await,
        Command::Serve(arguments) => commands::serve::run(global, arguments).await,
        Command::Doctor(arguments) => commands::doctor::run(global, arguments).await,
        Command::Demo(arguments) => commands::demo::run(global, arguments).await,
        Command::Reference(arguments) => reference::run(arguments),
        Command::Bench(arguments) => bench::run(global, arguments).await,
    }
}

/// One line a cause, outermost first; the same as JSON on stderr where JSON was asked for.
fn report_error(format: Format, error: &anyhow::Error) {
    let mut causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.dedup();
    match format {
        Format::Text => eprintln!("error: {}", causes.join("\n  because: ")),
        Format::Json => eprintln!("{}", serde_json::json!({ "error": causes[0], "causes": causes[1..] })),
    }
}
