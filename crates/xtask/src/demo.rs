//! `cargo xtask demo`: from a fresh clone to the demo company in the browser.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::run::Optimisation;
use crate::{machine, run};

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    build_web()?;
    build_binary(Optimisation::Full)?;
    let data = run::root().join("data");
    let mut serve = run::command(run::tributary()?.to_str().context("the target directory's name is not UTF-8")?, &["demo"]);
    serve.arg("--data-dir").arg(data).args(arguments);
    // Ctrl-C goes to the whole process group: the server shuts down in order, and we leave when it has.
    let mut child = serve.spawn().context("could not start the server")?;
    let status = loop {
        match child.wait() {
            Ok(status) => break status,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    };
    if status.success() {
        Ok(())
    } else {
        anyhow::bail!("the server stopped with {status}")
    }
}

/// Folders of `web` that are made, or that the app is not made of.
const NOT_SOURCES: &[&str] = &["dist", "e2e", "node_modules", "playwright-report", "test-results"];

/// The web app, into `web/dist`, from where the binary embeds it. Nothing to do if it is newer than all of its sources: then the binary
/// need not be linked again either, and a second start begins at once.
pub(crate) fn build_web() -> Result<()> {
    machine::install_npm_packages()?;
    let web = run::web();
    let built = fs::metadata(web.join("dist/index.html")).and_then(|file| file.modified());
    if built.is_ok_and(|built| newest(&web).is_ok_and(|source| source <= built)) {
        return Ok(());
    }
    println!("building the web app");
    run::check(&mut run::npm(&["run", "--silent", "build"]))
}

pub(crate) fn build_binary(optimisation: Optimisation) -> Result<()> {
    println!("building the release binary (the first time, the query engine takes some minutes)");
    run::check(&mut run::release(
        optimisation,
        &["build", "--release", "--package", "server", "--bin", "tributary"],
    ))
}

/// When any source of the app, or the list of its packages, was last changed. A folder changes when a file in it goes.
fn newest(folder: &Path) -> std::io::Result<SystemTime> {
    let mut latest = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        latest = latest.max(entry.metadata()?.modified()?);
        if entry.file_type()?.is_dir() {
            latest = latest.max(newest(&entry.path())?);
        }
    }
    Ok(latest)
}
