//! `cargo xtask demo`: from a fresh clone to the demo company in the browser.

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

/// The web app, into `web/dist`, from where the binary embeds it.
pub(crate) fn build_web() -> Result<()> {
    machine::install_npm_packages()?;
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
