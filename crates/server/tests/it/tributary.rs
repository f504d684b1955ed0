//! The binary under test on a data directory of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A data directory; gone when the test ends.
#[derive(Debug)]
pub(crate) struct Tributary {
    folder: TempDir,
}

impl Tributary {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With an organisation `shop` in euros, days in UTC.
    pub(crate) fn with_shop() -> Self {
        let tributary = Self::new();
        tributary.json(&["init", "--org", "shop", "--currency", "EUR", "--zone", "UTC"]);
        tributary
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tributary"));
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(self.path("data"))
            .env_remove("TRIBUTARY_DATABASE_URL");
        command
    }

    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs to success and reads the JSON answer.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.command(arguments).args(["--format", "json"]).output().unwrap();
        assert!(
            output.status.success(),
            "tributary {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
    }

    /// Runs to failure and gives the error text.
    pub(crate) fn error(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        assert!(
            !output.status.success(),
            "tributary {arguments:?} should have failed: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        let text = String::from_utf8(output.stderr).unwrap();
        text.replace(&self.folder.path().display().to_string(), "DIR")
    }

    pub(crate) fn serve(&self) -> Server {
        Server::start(self.command(&["serve", "--listen", "127.0.0.1:0", "--format", "json"]))
    }

    /// The one figure of a report over all time.
    pub(crate) fn figure(&self, metric: &str) -> String {
        let report = self.json(&[
            "report",
            "--org",
            "shop",
            "--metrics",
            metric,
            "--from",
            "2000-01-01",
            "--to",
            "2049-12-31",
        ]);
        match &report["totals"][0] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) ready: Value,
}

impl Server {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("the server did not get ready ({error}): {line}"));
        Self { child, ready }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.ready["url"].as_str().unwrap())
    }

    /// SIGKILL: no chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM and an orderly end.
    pub(crate) fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// A file of `../shared`, where that exists; otherwise says aloud that the test was skipped.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let file = repository("../shared").join(path);
    if !file.exists() {
        println!("SKIPPED: ../shared/{path} is not here");
        return None;
    }
    Some(file)
}
