//! One SQL text for two databases. Statements are written as PostgreSQL reads them (`$1::uuid`); for SQLite the casts are left out.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Row as _, Sqlite, SqlitePool};

use crate::Result;

/// The pools of one lake's catalogue.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// One connection writes, the others read: SQLite allows one writer, and a queue in the process is fairer than its busy handler.
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    /// `lock` is the advisory lock that makes the lake's commits a queue across processes.
    Postgres { pool: PgPool, lock: i64 },
}

/// A bound parameter.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bool(Option<bool>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(Some(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

/// One row of an answer; columns are read by position.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub(crate) fn int(&self, at: usize) -> Result<i64> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(at)?,
            Self::Postgres(row) => row.try_get(at)?,
        })
    }

    pub(crate) fn int_option(&self, at: usize) -> Result<Option<i64>> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(at)?,
            Self::Postgres(row) => row.try_get(at)?,
        })
    }

    pub(crate) fn text(&self, at: usize) -> Result<String> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(at)?,
            Self::Postgres(row) => row.try_get(at)?,
        })
    }

    pub(crate) fn text_option(&self, at: usize) -> Result<Option<String>> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(at)?,
            Self::Postgres(row) => row.try_get(at)?,
        })
    }
}

impl Database {
    /// Opens or creates a catalogue file: write-ahead log, every commit synced to the disk.
    pub(crate) async fn sqlite(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(20));
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_lazy_with(options.pragma("query_only", "on"));
        Ok(Self::Sqlite { writer, readers })
    }

    /// Opens or creates the schema `schema` of a PostgreSQL database.
    pub(crate) async fn postgres(url: &str, schema: &str, lock: i64) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let options = options.options([("search_path", schema), ("TimeZone", "UTC"), ("synchronous_commit", "on")]);
        let pool = PgPoolOptions::new().max_connections(6).connect_with(options).await?;
        let database = Self::Postgres { pool, lock };
        let mut transaction = database.begin().await?;
        transaction
            .execute_owned(format!("CREATE SCHEMA IF NOT EXISTS {schema}"), Vec::new())
            .await?;
        transaction.commit().await?;
        Ok(database)
    }

    /// Reads outside any transaction.
    pub(crate) async fn read(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>> {
        match self {
            Self::Sqlite { readers, .. } => sqlite_rows(sqlite_query(Cow::Borrowed(sql), values).fetch_all(readers).await?),
            Self::Postgres { pool, .. } => postgres_rows(postgres_query(Cow::Borrowed(sql), values).fetch_all(pool).await?),
        }
    }

    /// Begins the only kind of write transaction there is: the writer's place in the queue is taken at once (BEGIN IMMEDIATE, or an
    /// advisory lock), because a transaction that upgrades later fails with BUSY or on a stale snapshot.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres { pool, lock } => {
                let mut transaction = Tx::Postgres(pool.begin_with("BEGIN").await?);
                transaction
                    .read(
                        "SELECT 1::BIGINT FROM (SELECT pg_advisory_xact_lock($1)) AS locked",
                        vec![Value::from(*lock)],
                    )
                    .await?;
                Ok(transaction)
            }
        }
    }

    /// Reads what `head`, which ends in `IN`, finds for `values`: with few statements, each with a part of them.
    pub(crate) async fn read_in(&self, head: &'static str, values: Vec<Value>) -> Result<Vec<Row>> {
        const VALUES_MAX: usize = 200;
        let mut rows = Vec::new();
        for part in values.chunks(VALUES_MAX) {
            let numbers: Vec<String> = (1..=part.len()).map(|number| format!("${number}")).collect();
            let sql = Cow::Owned(format!("{head} ({})", numbers.join(", ")));
            rows.extend(match self {
                Self::Sqlite { readers, .. } => sqlite_rows(sqlite_query(sql, part.to_vec()).fetch_all(readers).await?)?,
                Self::Postgres { pool, .. } => postgres_rows(postgres_query(sql, part.to_vec()).fetch_all(pool).await?)?,
            });
        }
        Ok(rows)
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }
}

/// A write transaction; dropped without [`Tx::commit`] it is rolled back.
#[derive(Debug)]
pub(crate) enum Tx {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Tx {
    /// Runs a statement and tells how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64> {
        self.run(Cow::Borrowed(sql), values).await
    }

    async fn execute_owned(&mut self, sql: String, values: Vec<Value>) -> Result<u64> {
        self.run(Cow::Owned(sql), values).await
    }

    async fn run(&mut self, sql: Cow<'static, str>, values: Vec<Value>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(transaction) => sqlite_query(sql, values).execute(&mut **transaction).await?.rows_affected(),
            Self::Postgres(transaction) => postgres_query(sql, values).execute(&mut **transaction).await?.rows_affected(),
        })
    }

    pub(crate) async fn read(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>> {
        match self {
            Self::Sqlite(transaction) => sqlite_rows(sqlite_query(Cow::Borrowed(sql), values).fetch_all(&mut **transaction).await?),
            Self::Postgres(transaction) => postgres_rows(postgres_query(Cow::Borrowed(sql), values).fetch_all(&mut **transaction).await?),
        }
    }

    /// Inserts many rows with few statements: `head` is `INSERT INTO t(a, b) VALUES`, `width` the number of columns.
    pub(crate) async fn insert(&mut self, head: &'static str, width: usize, rows: Vec<Vec<Value>>) -> Result<()> {
        self.insert_with(head, width, rows, "").await
    }

    /// As [`Tx::insert`], with `tail` after the values.
    pub(crate) async fn insert_with(&mut self, head: &'static str, width: usize, rows: Vec<Vec<Value>>, tail: &'static str) -> Result<()> {
        const ROWS_MAX: usize = 64;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<Vec<Value>> = rows.by_ref().take(ROWS_MAX).collect();
            let mut sql = String::from(head);
            for row in 0..chunk.len() {
                sql.push_str(if row == 0 { " (" } else { ", (" });
                for column in 0..width {
                    let number = row * width + column + 1;
                    sql.push_str(&if column == 0 { format!("${number}") } else { format!(", ${number}") });
                }
                sql.push(')');
            }
            sql.push_str(tail);
            self.run(Cow::Owned(sql), chunk.into_iter().flatten().collect()).await?;
        }
        Ok(())
    }

    /// Runs a definition written for PostgreSQL; SQLite has other words for three of its types.
    pub(crate) async fn define(&mut self, sql: &'static str) -> Result<()> {
        let text = match self {
            Self::Sqlite(_) => Cow::Owned(
                sql.replace(" BOOLEAN", " BIGINT")
                    .replace(" UUID", " VARCHAR")
                    .replace(" TIMESTAMPTZ", " VARCHAR"),
            ),
            Self::Postgres(_) => Cow::Borrowed(sql),
        };
        self.run(text, Vec::new()).await?;
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
    }

    pub(crate) async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.rollback().await?,
            Self::Postgres(transaction) => transaction.rollback().await?,
        }
        Ok(())
    }
}

fn sqlite_rows(rows: Vec<SqliteRow>) -> Result<Vec<Row>> {
    Ok(rows.into_iter().map(Row::Sqlite).collect())
}

fn postgres_rows(rows: Vec<PgRow>) -> Result<Vec<Row>> {
    Ok(rows.into_iter().map(Row::Postgres).collect())
}

// The texts are ours, from constants of this crate; values are always bound.
fn sqlite_query(sql: Cow<'static, str>, values: Vec<Value>) -> Query<'static, Sqlite, SqliteArguments> {
    let text = if sql.contains("::") {
        sql.replace("::uuid", "").replace("::timestamptz", "").replace("::BIGINT", "")
    } else {
        sql.into_owned()
    };
    let mut query = sqlx::query::<Sqlite>(AssertSqlSafe(text));
    for value in values {
        query = match value {
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bool(value) => query.bind(value.map(i64::from)),
        };
    }
    query
}

fn postgres_query(sql: Cow<'static, str>, values: Vec<Value>) -> Query<'static, Postgres, PgArguments> {
    let mut query = sqlx::query::<Postgres>(AssertSqlSafe(sql.into_owned()));
    for value in values {
        query = match value {
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bool(value) => query.bind(value),
        };
    }
    query
}
