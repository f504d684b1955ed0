//! The project's own commands, so that `cargo` (and `npm`) are all that a machine needs: `cargo xtask demo | test | bench | gen | tidy`.
//!
//! Each command is one file. This crate deliberately knows nothing of the product: what it needs from it (the OpenAPI document, the
//! reference pages) it asks of the built binary.

mod bench;
mod demo;
mod generate;
mod machine;
mod run;
mod suite;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  demo [--port N] [--no-open-data]   build the web app and the release binary, load the demo company, serve it
  test [--only STEP[,STEP]]          format, clippy, tidy, Rust tests, web checks and tests, browser tests
  bench [--rows N]                   compare with DuckDB and chDB on the same files, write docs/bench.md
  gen                                write the generated files: docs/reference, docs/api/openapi.json, web API types
  tidy                               check the dependency table, crate headers, generated files, stray paths
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match command {
        "demo" => demo::run(rest),
        "test" => suite::run(rest),
        "bench" => bench::run(rest),
        "gen" => generate::run(generate::Mode::Write),
        "tidy" => tidy::run(),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => Err(anyhow::anyhow!("there is no command `{other}`\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
