//! A private PostgreSQL server for the tests, on a socket in a temporary folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Stops and removes the server when dropped.
pub(super) struct Server {
    url: String,
    private: Option<(TempDir, PathBuf)>,
}

impl Server {
    /// The server at TEST_POSTGRES_URL, else a private one. None where PostgreSQL is not installed.
    pub(super) fn start() -> Option<Self> {
        if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
            return Some(Self { url, private: None });
        }
        let programs = programs()?;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let socket = folder.path().display().to_string();
        run("chmod", &["777", &socket]);
        let initdb = programs.join("initdb").display().to_string();
        assert!(
            as_postgres(&[&initdb, "-D", &data.display().to_string(), "-U", "postgres", "-A", "trust", "--no-sync"]),
            "initdb failed"
        );
        let options = format!("-c listen_addresses='' -c unix_socket_directories={socket} -c fsync=off");
        let pg_ctl = programs.join("pg_ctl").display().to_string();
        let log = folder.path().join("log").display().to_string();
        assert!(
            as_postgres(&[&pg_ctl, "-D", &data.display().to_string(), "-o", &options, "-l", &log, "-w", "start"]),
            "pg_ctl start failed"
        );
        let url = format!("postgres://postgres@localhost/postgres?host={socket}");
        Some(Self {
            url,
            private: Some((folder, programs)),
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some((folder, programs)) = &self.private {
            let data = folder.path().join("data").display().to_string();
            as_postgres(&[&programs.join("pg_ctl").display().to_string(), "-D", &data, "-m", "immediate", "stop"]);
        }
    }
}

fn programs() -> Option<PathBuf> {
    let from_config = Command::new("pg_config")
        .arg("--bindir")
        .output()
        .ok()
        .map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"));
    from_config
        .into_iter()
        .chain(versions)
        .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

/// PostgreSQL refuses to run as root.
fn as_postgres(command: &[&str]) -> bool {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if is_root {
        let mut arguments = vec!["-u", "postgres", "--"];
        arguments.extend(command);
        run("runuser", &arguments)
    } else {
        run(command[0], &command[1..])
    }
}

fn run(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .current_dir(Path::new("/"))
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .status()
        .is_ok_and(|status| status.success())
}
