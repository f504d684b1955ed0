//! The metadata database: organisations, people, sessions, write keys, sources, imports, exchange rates, settings, channel rules and registered fields,
//! in SQLite (one file, the default) or PostgreSQL (by URL).
//!
//! A call goes: entity function (one file an entity, whole SQL statements with `$1` placeholders, the same text for both databases) →
//! `database` (one writer at a time, readers beside it) → cells → typed values. A stored value that cannot be parsed is an error that
//! names table, column and row. What is not there is `None`. Every function about a tenant takes the [`OrgContext`](authz::OrgContext)
//! first and every statement of it begins from the organisation; tables are keyed by (organization_id, …), foreign keys included, so
//! that a reference to another organisation's row cannot be stored.
//!
//! This crate deliberately knows no password, no token (only their hashes), no clock of its own, no HTTP and no lake.

mod attribution_settings;
mod channel_rules;
mod database;
mod error;
mod fields;
mod fx_rates;
mod imports;
mod memberships;
mod migrate;
mod organizations;
mod sessions;
mod sources;
mod users;
mod write_keys;

use std::path::Path;

pub use attribution_settings::{NewSettings, SavedSettings};
pub use channel_rules::{ChannelRules, NewChannelRules};
pub use error::{Error, Result};
pub use fields::Field;
pub use imports::{Import, ImportCounts, ImportStatus};
pub use memberships::Membership;
pub use organizations::{NewOrganization, Organization};
pub use sessions::{NewSession, Session};
pub use sources::Source;
pub use users::{NewUser, PasswordHash, User};

use database::Database;

/// The metadata database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metastore {
    database: Database,
}

impl Metastore {
    /// Opens the SQLite file at `path`, creating and migrating it as needed. The file is readable by its owner only: it holds password hashes.
    pub async fn open_sqlite(path: &Path) -> Result<Self> {
        Self::prepare(Database::open_sqlite(path).await?).await
    }

    /// Opens `sqlite:FILE` or `postgres://…`.
    pub async fn open_url(url: &str) -> Result<Self> {
        match url.strip_prefix("sqlite:") {
            Some(path) => Self::open_sqlite(Path::new(path.strip_prefix("//").unwrap_or(path))).await,
            None if url.starts_with("postgres://") || url.starts_with("postgresql://") => Self::prepare(Database::open_postgres(url).await?).await,
            None => Err(Error::Url),
        }
    }

    async fn prepare(database: Database) -> Result<Self> {
        migrate::run(&database).await?;
        Ok(Self { database })
    }

    /// Whether the database answers: for readiness checks.
    pub async fn ping(&self) -> Result<()> {
        self.database.row(database::sql("", "SELECT 1")).await.map(drop)
    }

    /// What is wrong with the stored metadata, in words; empty when all is well.
    pub async fn doctor(&self) -> Result<Vec<String>> {
        let mut findings = self.database.integrity_findings().await?;
        match self.organizations().await {
            Ok(_) => {}
            Err(error @ Error::Stored { .. }) => findings.push(error.to_string()),
            Err(error) => return Err(error),
        }
        Ok(findings)
    }
}

#[cfg(test)]
mod tests;
