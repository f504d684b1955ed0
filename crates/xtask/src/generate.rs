//! Generated files: written by `gen`, compared by `tidy`. The product prints them, so that they cannot differ from the code.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{demo, machine, run};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Compare,
}

/// Every generated file and the arguments with which the binary prints it.
const FILES: &[(&str, &[&str])] = &[
    ("docs/reference/tables.md", &["reference", "tables"]),
    ("docs/reference/metrics.md", &["reference", "metrics"]),
    ("docs/reference/permissions.md", &["reference", "permissions"]),
    ("docs/reference/cli.md", &["reference", "cli"]),
    ("docs/api/openapi.json", &["reference", "openapi"]),
];
const WEB_TYPES: &str = "web/src/api/generated/openapi.d.ts";

pub(crate) fn run(mode: Mode) -> Result<()> {
    demo::build_binary(run::Optimisation::Quick)?;
    let binary = run::tributary()?;
    let mut stale = Vec::new();
    for (file, arguments) in FILES {
        let text = run::capture(&mut run::command(&binary.to_string_lossy(), arguments))?;
        settle(mode, file, &text, &mut stale)?;
    }
    machine::install_npm_packages()?;
    let types = run::capture(&mut run::npm(&[
        "exec",
        "--silent",
        "--",
        "openapi-typescript",
        "../docs/api/openapi.json",
    ]))?;
    settle(mode, WEB_TYPES, &types, &mut stale)?;
    if stale.is_empty() {
        Ok(())
    } else {
        bail!("generated files are out of date: {}; run `cargo xtask gen` and commit", stale.join(", "))
    }
}

fn settle(mode: Mode, file: &str, text: &str, stale: &mut Vec<String>) -> Result<()> {
    let path: PathBuf = run::root().join(file);
    let text = format!("{}\n", text.trim_end());
    match mode {
        Mode::Write => {
            std::fs::create_dir_all(path.parent().context("a generated file lies in a folder")?)?;
            std::fs::write(&path, text)?;
            println!("wrote {file}");
        }
        Mode::Compare => {
            if std::fs::read_to_string(&path).unwrap_or_default() != text {
                stale.push(file.to_owned());
            }
        }
    }
    Ok(())
}
