//! What can go wrong, by what the caller can do about it.

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "an organisation named `{name}` exists already (capitals do not count): choose another name, or use the existing one with --org \"{name}\""
    )]
    NameTaken { name: String },
    #[error("`{name}` cannot name {what}: {reason}")]
    Name {
        what: &'static str,
        name: String,
        reason: &'static str,
    },
    #[error("somebody with the e-mail address `{email}` exists already")]
    EmailTaken { email: String },
    #[error("`{email}` is not an e-mail address")]
    Email { email: String },
    #[error(transparent)]
    Zone(#[from] types::date_range::Error),
    #[error("there is no organisation {id}")]
    UnknownOrganization { id: types::OrganizationId },
    #[error("the organisation has no source `{key}`: register the source first")]
    UnknownSource { key: String },
    #[error("the write key `{name}` exists already: choose another name")]
    WriteKeyTaken { name: String },
    #[error("the settings were changed in the meantime: version {found} is the newest, not {based_on}; load it and apply the change again")]
    SettingsChanged { based_on: i64, found: i64 },
    #[error("there is no running import {id}")]
    UnknownImport { id: uuid::Uuid },
    #[error("the field `{name}` is registered as {registered} already: choose another name")]
    FieldTaken { name: String, registered: &'static str },
    #[error("{what} {value} is too large to store")]
    TooLarge { what: &'static str, value: u64 },
    /// The database holds something that this version cannot read.
    #[error("table `{table}`, column `{column}`, row `{row}`: {problem}")]
    Stored {
        table: &'static str,
        column: String,
        row: String,
        problem: String,
    },
    #[error("a database URL starts with `sqlite:` or `postgres://`")]
    Url,
    #[error("the metadata database cannot be created at {path}: check that the folder exists and can be written")]
    Create {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("SQLite {version} is older than {required}: its write-ahead log can lose data; build with the bundled SQLite")]
    SqliteVersion { version: String, required: &'static str },
    #[error("the metadata database has migration {found}, this version knows only up to {known}: use the newer version of Tributary that wrote it")]
    NewerDatabase { found: i64, known: i64 },
    #[error("migration {number} in the metadata database differs from the one of this version: restore a backup, or use the version that wrote it")]
    ChangedMigration { number: i64 },
    #[error("the metadata database cannot be used")]
    Unavailable(#[from] sqlx::Error),
}
