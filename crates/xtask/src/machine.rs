//! What the commands need of the machine: named if missing, installed where that can be done (Debian, as root).

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::run;

/// Cargo's companions and npm, without which nothing can be built.
pub(crate) fn require_npm() -> Result<()> {
    if run::is_on_path("npm") && run::is_on_path("node") {
        return Ok(());
    }
    bail!("npm is missing: install Node.js 20 or newer (Debian: `apt-get install nodejs npm`), then run the command again")
}

/// npm packages, as the lock file has them; nothing to do if they are there already.
pub(crate) fn install_npm_packages() -> Result<()> {
    require_npm()?;
    let (lock, stamp) = (run::web().join("package-lock.json"), run::web().join("node_modules/.xtask-lock"));
    let wanted = std::fs::read(&lock)?;
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("installing npm packages");
    run::check(&mut run::npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}

/// A Chromium for the browser tests.
pub(crate) fn chromium() -> Result<PathBuf> {
    const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
    if let Some(found) = find(&NAMES) {
        return Ok(found);
    }
    install_debian_package("chromium", "headless Chromium runs the browser tests")?;
    match find(&NAMES) {
        Some(found) => Ok(found),
        None => bail!("chromium was installed but is not on PATH"),
    }
}

/// PostgreSQL's server programs; the tests start a private server of their own.
pub(crate) fn postgresql() -> Result<()> {
    if std::env::var_os("TEST_POSTGRES_URL").is_some() || has_postgres_server() {
        return Ok(());
    }
    install_debian_package("postgresql", "the metadata store and the lake's catalogue are tested on PostgreSQL too")?;
    if has_postgres_server() {
        Ok(())
    } else {
        bail!("postgresql was installed but no server program was found under /usr/lib/postgresql")
    }
}

fn has_postgres_server() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin/initdb")).any(|initdb| initdb.is_file()) || run::is_on_path("initdb")
}

/// A Python environment with `packages`, made once under the user's cache; `None` where there is no Python or no registry.
pub(crate) fn python_environment(name: &str, packages: &[&str]) -> Option<PathBuf> {
    let home = std::env::var_os("HOME")?;
    let folder = PathBuf::from(home).join(".cache/tributary").join(name);
    let (python, stamp) = (folder.join("bin/python"), folder.join("packages"));
    let wanted = packages.join("\n");
    if python.is_file() && std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Some(python);
    }
    println!("making a Python environment with {}", packages.join(", "));
    let made = run::check(Command::new("python3").args(["-m", "venv"]).arg(&folder))
        .and_then(|()| {
            run::check(
                Command::new(&python)
                    .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                    .args(packages),
            )
        })
        .and_then(|()| Ok(std::fs::write(&stamp, wanted)?));
    match made {
        Ok(()) => Some(python),
        Err(error) => {
            println!("no Python environment: {error:#}");
            None
        }
    }
}

fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names
        .iter()
        .find_map(|name| std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file()))
}

fn install_debian_package(package: &str, purpose: &str) -> Result<()> {
    let is_root = run::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !is_root || !run::is_on_path("apt-get") {
        bail!("{package} is missing ({purpose}): install it (Debian: `apt-get install {package}`) and run the command again")
    }
    println!("installing {package}: {purpose}");
    run::check(Command::new("apt-get").args(["update", "-qq"]))?;
    run::check(
        Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends", package])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}
