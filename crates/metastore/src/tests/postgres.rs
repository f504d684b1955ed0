//! A PostgreSQL server of our own in a temporary directory: no port, no network, gone with the test.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::Connection;
use tempfile::TempDir;

use crate::Metastore;

pub(super) struct Server {
    /// URL of a database that may create others, with `{}` in place of the database's name.
    template: String,
    /// Stops the server when the test is over.
    _private: Option<Private>,
    databases: AtomicU32,
}

struct Private {
    programs: PathBuf,
    directory: TempDir,
}

impl Server {
    /// TEST_POSTGRES_URL (its database name is replaced), else a private server, else none, said loudly.
    pub(super) fn start() -> Option<Self> {
        if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
            let (before, options) = url.split_once('?').unwrap_or((&url, ""));
            let (host, _) = before.rsplit_once('/').expect("TEST_POSTGRES_URL names a database");
            return Some(Self {
                template: format!("{host}/{{}}?{options}"),
                _private: None,
                databases: AtomicU32::new(0),
            });
        }
        let Some(programs) = programs() else {
            eprintln!("SKIPPED: no PostgreSQL here. Install the package `postgresql` or set TEST_POSTGRES_URL to run the suite on it.");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        let private = Private { programs, directory };
        let at = private.directory.path();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(at));
        }
        let data = at.join("data");
        run(private
            .command("initdb")
            .args(["--auth=trust", "--username=tributary", "--no-sync", "--encoding=UTF8", "-D"])
            .arg(&data));
        let settings = format!("-c listen_addresses= -c fsync=off -k {}", at.display());
        run(private
            .command("pg_ctl")
            .args(["start", "--wait", "--log"])
            .arg(at.join("log"))
            .arg("-o")
            .arg(settings)
            .arg("-D")
            .arg(&data));
        let template = format!("postgres://tributary@localhost/{{}}?host={}", at.display());
        Some(Self {
            template,
            _private: Some(private),
            databases: AtomicU32::new(0),
        })
    }

    /// A metastore in a new database.
    pub(super) async fn metastore(&self) -> Metastore {
        Metastore::open_url(&self.database().await).await.unwrap()
    }

    /// URL of a new, empty database.
    pub(super) async fn database(&self) -> String {
        let name = format!("tributary_test_{}_{}", std::process::id(), self.databases.fetch_add(1, Ordering::Relaxed));
        let mut connection = sqlx::PgConnection::connect(&self.template.replace("{}", "postgres")).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        self.template.replace("{}", &name)
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let data = self.directory.path().join("data");
        let _ = self
            .command("pg_ctl")
            .args(["stop", "--mode=immediate", "-D"])
            .arg(data)
            .stdout(Stdio::null())
            .status();
    }
}

impl Private {
    /// PostgreSQL refuses to run as root: then it runs as the user that its package made.
    fn command(&self, program: &str) -> Command {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(self.directory.path());
        command
    }
}

/// Where initdb is: Debian keeps server programs out of PATH, and its pg_config may belong to another version.
fn programs() -> Option<PathBuf> {
    let mut candidates = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        candidates.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    if let Ok(versions) = Path::new("/usr/lib/postgresql").read_dir() {
        candidates.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    candidates.into_iter().find(|directory| directory.join("initdb").is_file())
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?} ended with {status}");
}
