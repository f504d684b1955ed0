//! A SQL text with its bound values, for either database.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Postgres, Sqlite};
use types::{OrganizationId, UserId};
use uuid::Uuid;

/// A whole statement: its text is fixed in the source, everything variable is bound.
#[derive(Debug)]
pub(crate) struct Statement {
    /// The table that the rows come from, for errors about stored values.
    pub(super) table: &'static str,
    text: &'static str,
    arguments: Vec<Argument>,
}

/// The three kinds of values that both databases store alike.
#[derive(Debug)]
pub(crate) enum Argument {
    Text(Option<String>),
    Integer(Option<i64>),
    Bytes(Vec<u8>),
}

/// A statement about `table`. A SELECT names the row's key as its first column: errors about stored values quote it.
pub(crate) const fn sql(table: &'static str, text: &'static str) -> Statement {
    Statement {
        table,
        text,
        arguments: Vec::new(),
    }
}

impl Statement {
    /// Binds the next placeholder.
    pub(crate) fn bind(mut self, argument: impl Into<Argument>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub(super) fn sqlite(self) -> Query<'static, Sqlite, SqliteArguments> {
        let mut query = sqlx::query(self.text);
        for argument in self.arguments {
            query = match argument {
                Argument::Text(text) => query.bind(text),
                Argument::Integer(integer) => query.bind(integer),
                Argument::Bytes(bytes) => query.bind(bytes),
            };
        }
        query
    }

    pub(super) fn postgres(self) -> Query<'static, Postgres, PgArguments> {
        let mut query = sqlx::query(self.text);
        for argument in self.arguments {
            query = match argument {
                Argument::Text(text) => query.bind(text),
                Argument::Integer(integer) => query.bind(integer),
                Argument::Bytes(bytes) => query.bind(bytes),
            };
        }
        query
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<&str>> for Argument {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

impl From<i64> for Argument {
    fn from(integer: i64) -> Self {
        Self::Integer(Some(integer))
    }
}

impl From<[u8; 32]> for Argument {
    fn from(bytes: [u8; 32]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Uuid> for Argument {
    fn from(id: Uuid) -> Self {
        Self::Text(Some(id.to_string()))
    }
}

impl From<OrganizationId> for Argument {
    fn from(id: OrganizationId) -> Self {
        id.0.into()
    }
}

impl From<UserId> for Argument {
    fn from(id: UserId) -> Self {
        id.0.into()
    }
}

impl From<Timestamp> for Argument {
    fn from(instant: Timestamp) -> Self {
        instant.as_microsecond().into()
    }
}

impl From<Option<Timestamp>> for Argument {
    fn from(instant: Option<Timestamp>) -> Self {
        Self::Integer(instant.map(Timestamp::as_microsecond))
    }
}

impl From<Date> for Argument {
    fn from(day: Date) -> Self {
        Self::Text(Some(day.to_string()))
    }
}
