//! `cargo xtask test`: everything that must hold, in one command. Every step runs even if an earlier one failed; the last line counts.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::run::Optimisation;
use crate::{demo, generate, machine, run, tidy};

/// What a step found: single tests for the test runners, one for a check that passes or fails as a whole.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    passed: u64,
    failed: u64,
}

type Step = (&'static str, fn() -> Result<Count>);

const STEPS: &[Step] = &[
    ("format", || whole(run::check(&mut run::cargo(&["fmt", "--all", "--check"])))),
    ("tidy", || whole(tidy::run())),
    ("web-build", || whole(demo::build_web())),
    ("clippy", || {
        whole(run::check(&mut run::cargo(&[
            "clippy",
            "--release",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "--deny",
            "warnings",
        ])))
    }),
    ("rust", rust_tests),
    ("generated", || whole(generate::run(generate::Mode::Compare))),
    ("web-check", || whole(run::check(&mut run::npm(&["run", "--silent", "check"])))),
    ("web-unit", || count(&mut run::npm(&["run", "--silent", "test"]))),
    ("browser", browser_tests),
];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let only: Option<Vec<&str>> = match arguments {
        [] => None,
        [flag, steps] if flag == "--only" => Some(steps.split(',').collect()),
        _ => bail!("usage: cargo xtask test [--only STEP[,STEP]] with steps {}", names()),
    };
    if let Some(unknown) = only.iter().flatten().find(|step| !STEPS.iter().any(|(name, _)| name == *step)) {
        bail!("there is no step `{unknown}`; the steps are {}", names());
    }
    prepare()?;
    let mut total = Count::default();
    let mut summary = Vec::new();
    for (name, step) in STEPS {
        if only.as_ref().is_some_and(|only| !only.contains(name)) {
            continue;
        }
        println!("\n== {name}");
        let start = Instant::now();
        let found = step().unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            Count { passed: 0, failed: 1 }
        });
        total = Count {
            passed: total.passed + found.passed,
            failed: total.failed + found.failed,
        };
        summary.push(format!(
            "{name:<10} {:>5} passed {:>3} failed {:>5} s",
            found.passed,
            found.failed,
            start.elapsed().as_secs()
        ));
    }
    println!("\n{}\n\n{} passed, {} failed", summary.join("\n"), total.passed, total.failed);
    if total.failed == 0 { Ok(()) } else { bail!("{} failed", total.failed) }
}

fn names() -> String {
    STEPS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// Everything that the steps need and that can be missing.
fn prepare() -> Result<()> {
    machine::install_npm_packages()?;
    machine::chromium()?;
    machine::postgresql()?;
    if run::root().join("../shared").is_dir() {
        println!("../shared is here: the tests that read it will run");
    } else {
        println!("../shared is not here: tests that read it in place are SKIPPED");
    }
    Ok(())
}

fn whole(outcome: Result<()>) -> Result<Count> {
    match outcome {
        Ok(()) => Ok(Count { passed: 1, failed: 0 }),
        Err(error) => {
            println!("{error:#}");
            Ok(Count { passed: 0, failed: 1 })
        }
    }
}

fn rust_tests() -> Result<Count> {
    let mut tests = if run::is_on_path("cargo-nextest") {
        run::cargo(&[
            "nextest",
            "run",
            "--release",
            "--workspace",
            "--no-fail-fast",
            "--status-level",
            "fail",
            "--final-status-level",
            "fail",
        ])
    } else {
        run::release(Optimisation::Quick, &["test", "--release", "--workspace", "--no-fail-fast"])
    };
    // The interop tests read our catalogue with a real DuckDB.
    let packages = [
        "duckdb==1.5.5",
        "duckdb-extension-ducklake==1.5.5",
        "duckdb-extension-sqlite-scanner==1.5.5",
        "pyarrow",
    ];
    if let Some(python) = machine::python_environment("venv-duckdb", &packages) {
        tests.env("TRIBUTARY_DUCKDB_PYTHON", python);
    }
    count(&mut tests)
}

/// Browser tests against the real server with the demo company.
fn browser_tests() -> Result<Count> {
    demo::build_binary(Optimisation::Quick)?;
    let folder = std::env::temp_dir().join(format!("tributary-browser-{}", std::process::id()));
    let outcome = with_server(&folder, |url, email, password| {
        let mut tests = run::npm(&["run", "--silent", "e2e"]);
        tests
            .env("BASE_URL", url)
            .env("E2E_EMAIL", email)
            .env("E2E_PASSWORD", password)
            .env("CHROMIUM", machine::chromium()?);
        count(&mut tests)
    });
    std::fs::remove_dir_all(&folder).ok();
    outcome
}

/// Starts `tributary demo` on a free port and waits for the line that gives address and login.
fn with_server(folder: &PathBuf, tests: impl FnOnce(&str, &str, &str) -> Result<Count>) -> Result<Count> {
    let mut server = Command::new(run::tributary()?)
        .args(["demo", "--listen", "127.0.0.1:0", "--format", "json", "--data-dir"])
        .arg(folder)
        .env("TRIBUTARY_LOG", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start the server")?;
    let stdout = server.stdout.take().context("the server's output was asked for")?;
    let mut lines = BufReader::new(stdout).lines();
    let ready = lines.by_ref().map_while(Result::ok).find_map(|line| {
        serde_json::from_str::<serde_json::Value>(&line)
            .ok()
            .filter(|value| value["url"].is_string())
    });
    let outcome = match ready {
        Some(ready) => tests(text(&ready, "url")?, text(&ready, "email")?, text(&ready, "password")?),
        None => Err(anyhow::anyhow!("the server ended before it was ready")),
    };
    server.kill().ok();
    server.wait().ok();
    outcome
}

fn text<'a>(value: &'a serde_json::Value, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("the server's ready line has no `{key}`"))
}

/// Runs a test runner, shows its output, and reads the counts from its closing lines (nextest, cargo test, vitest, Playwright).
fn count(command: &mut Command) -> Result<Count> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("could not start the test runner")?;
    let stderr = child.stderr.take().context("stderr was asked for")?;
    let side = std::thread::spawn(move || tee(stderr));
    let stdout = child.stdout.take().context("stdout was asked for")?;
    let mut lines = tee(stdout);
    lines.extend(side.join().expect("reading lines does not panic"));
    let status = child.wait()?;
    let mut found = Count::default();
    for line in &lines {
        let line = plain(line);
        if line.contains("tests run:") || line.starts_with("test result:") || line.trim_start().starts_with("Tests ") || is_playwright(&line) {
            found.passed += number_before(&line, "passed");
            found.failed += number_before(&line, "failed");
        }
    }
    match (status.success(), found) {
        (true, Count { passed: 0, .. }) => bail!("the test runner ran no test"),
        (false, Count { failed: 0, .. }) => Ok(Count { failed: 1, ..found }),
        _ => Ok(found),
    }
}

fn tee(stream: impl std::io::Read) -> Vec<String> {
    let mut kept = Vec::new();
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{line}");
        kept.push(line);
    }
    kept
}

/// Playwright closes with lines such as `  5 passed (12.3s)` and `  1 failed`.
fn is_playwright(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_count = words.next().is_some_and(|word| word.parse::<u64>().is_ok());
    is_count && matches!(words.next(), Some("passed" | "failed")) && words.next().is_none_or(|word| word.starts_with('('))
}

fn number_before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';' || c == '|')
        .filter(|part| !part.is_empty())
        .collect();
    words
        .windows(2)
        .filter(|pair| pair[1] == word)
        .filter_map(|pair| pair[0].parse::<u64>().ok())
        .sum()
}

/// Without terminal colours.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().find(|c| c.is_ascii_alphabetic());
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests;
