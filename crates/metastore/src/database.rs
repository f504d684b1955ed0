//! One SQL text, two databases. Statements use `$1` placeholders and three kinds of values (text, 64-bit integers, bytes), so that
//! SQLite and PostgreSQL run the same words. Writes are one at a time on both: SQLite by BEGIN IMMEDIATE on a pool of one connection,
//! PostgreSQL by an advisory lock held to the end of the transaction.

mod row;
mod statement;

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};

pub(crate) use row::Row;
pub(crate) use statement::{Statement, sql};

use crate::{Error, Result};

/// First SQLite release without the WAL-reset bug that could lose a committed transaction.
const SQLITE_VERSION_MIN: &str = "3.51.3";
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const READERS_MAX: u32 = 4;
const POSTGRES_CONNECTIONS_MAX: u32 = 10;

#[derive(Clone, Debug)]
pub(crate) enum Database {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// A transaction that holds the right to write. Dropped without [`WriteTransaction::commit`], it is rolled back.
#[derive(Debug)]
pub(crate) enum WriteTransaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Database {
    pub(crate) async fn open_sqlite(path: &Path) -> Result<Self> {
        create_private(path).map_err(|source| Error::Create {
            path: path.display().to_string(),
            source,
        })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .connect_with(options.pragma("query_only", "1"))
            .await?;
        let database = Self::Sqlite { writer, readers };
        let version = database.sqlite_version().await?;
        if is_older(&version, SQLITE_VERSION_MIN) {
            Err(Error::SqliteVersion {
                version,
                required: SQLITE_VERSION_MIN,
            })
        } else {
            Ok(database)
        }
    }

    pub(crate) async fn open_postgres(url: &str) -> Result<Self> {
        let options: PgConnectOptions = url.parse().map_err(|_| Error::Url)?;
        Ok(Self::Postgres(
            PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS_MAX)
                .connect_with(options)
                .await?,
        ))
    }

    async fn sqlite_version(&self) -> Result<String> {
        let row = self.row(sql("", "SELECT sqlite_version() AS version")).await?;
        row.map_or_else(|| Ok(String::new()), |row| row.text("version"))
    }

    /// All rows of one SELECT, read beside the writer.
    pub(crate) async fn rows(&self, statement: Statement) -> Result<Vec<Row>> {
        let table = statement.table;
        match self {
            Self::Sqlite { readers, .. } => row::read_all(table, &statement.sqlite().fetch_all(readers).await?),
            Self::Postgres(pool) => row::read_all(table, &statement.postgres().fetch_all(pool).await?),
        }
    }

    /// The first row, if any.
    pub(crate) async fn row(&self, statement: Statement) -> Result<Option<Row>> {
        Ok(self.rows(statement).await?.into_iter().next())
    }

    pub(crate) async fn write(&self) -> Result<WriteTransaction> {
        match self {
            Self::Sqlite { writer, .. } => Ok(WriteTransaction::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres(pool) => {
                let mut transaction = pool.begin_with("BEGIN").await?;
                // "TRIBUTAR" as a number: one lock for the metadata of one database.
                sqlx::query("SELECT pg_advisory_xact_lock(6075999396524474706)")
                    .execute(&mut *transaction)
                    .await?;
                Ok(WriteTransaction::Postgres(transaction))
            }
        }
    }

    /// One statement in its own transaction; the number of rows that it changed.
    pub(crate) async fn write_one(&self, statement: Statement) -> Result<u64> {
        let mut transaction = self.write().await?;
        let changed = transaction.execute(statement).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// What SQLite's own checks say; PostgreSQL checks its pages itself.
    pub(crate) async fn integrity_findings(&self) -> Result<Vec<String>> {
        let Self::Sqlite { .. } = self else { return Ok(Vec::new()) };
        let mut findings = Vec::new();
        for row in self
            .rows(sql("", "SELECT integrity_check AS finding FROM pragma_integrity_check"))
            .await?
        {
            let finding = row.text("finding")?;
            if finding != "ok" {
                findings.push(format!("metadata database: {finding}"));
            }
        }
        for row in self
            .rows(sql("", "SELECT \"table\" AS name, parent FROM pragma_foreign_key_check"))
            .await?
        {
            findings.push(format!(
                "table `{}` refers to a row of `{}` that is not there",
                row.text("name")?,
                row.text("parent")?
            ));
        }
        Ok(findings)
    }
}

impl WriteTransaction {
    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(transaction) => statement.sqlite().execute(&mut **transaction).await?.rows_affected(),
            Self::Postgres(transaction) => statement.postgres().execute(&mut **transaction).await?.rows_affected(),
        })
    }

    /// The rows that a SELECT or a RETURNING clause gives.
    pub(crate) async fn rows(&mut self, statement: Statement) -> Result<Vec<Row>> {
        let table = statement.table;
        match self {
            Self::Sqlite(transaction) => row::read_all(table, &statement.sqlite().fetch_all(&mut **transaction).await?),
            Self::Postgres(transaction) => row::read_all(table, &statement.postgres().fetch_all(&mut **transaction).await?),
        }
    }

    pub(crate) async fn row(&mut self, statement: Statement) -> Result<Option<Row>> {
        Ok(self.rows(statement).await?.into_iter().next())
    }

    /// A migration: several statements without parameters.
    pub(crate) async fn script(&mut self, text: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => sqlx::raw_sql(text).execute(&mut **transaction).await.map(drop)?,
            Self::Postgres(transaction) => sqlx::raw_sql(text).execute(&mut **transaction).await.map(drop)?,
        }
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

/// Creates the file for its owner only; SQLite gives its log the same permissions. An existing file is left as it is.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn is_older(version: &str, minimum: &str) -> bool {
    let parts = |text: &str| text.split('.').map(|part| part.parse::<u32>().unwrap_or(0)).collect::<Vec<_>>();
    parts(version) < parts(minimum)
}
