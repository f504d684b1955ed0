//! Imports (sync runs): what was read when, and what became of the rows.

use authz::OrgContext;
use jiff::Timestamp;
use uuid::Uuid;

use crate::database::{Row, sql};
use crate::{Error, Metastore, Result};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub id: Uuid,
    pub source_key: String,
    /// File names as given.
    pub files: Vec<String>,
    pub status: ImportStatus,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub counts: ImportCounts,
    /// Why it failed, in words.
    pub message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportStatus {
    Running,
    Succeeded,
    Failed,
    /// The process ended before the import did. Nothing of it is in the lake unless it was committed.
    Interrupted,
}

impl ImportStatus {
    const ALL: [Self; 4] = [Self::Running, Self::Succeeded, Self::Failed, Self::Interrupted];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// `read` and `quarantined` count rows of the files; `accepted` and `duplicates` count records, of which a row makes none, one or several
/// (a touch and an order). So they do not add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    pub read: u64,
    pub accepted: u64,
    pub duplicates: u64,
    pub quarantined: u64,
}

impl Metastore {
    pub async fn start_import(&self, context: &OrgContext, id: Uuid, source_key: &str, files: &[String], now: Timestamp) -> Result<()> {
        let organization_id = context.organization_id();
        let mut transaction = self.database.write().await?;
        let source = sql("sources", "SELECT key FROM sources WHERE organization_id = $1 AND key = $2")
            .bind(organization_id)
            .bind(source_key);
        if transaction.row(source).await?.is_none() {
            return Err(Error::UnknownSource { key: source_key.to_owned() });
        }
        let statement = sql(
            "imports",
            "INSERT INTO imports (organization_id, id, source_key, files, status, started_at, rows_read, accepted, duplicates, quarantined)
             VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0)",
        )
        .bind(organization_id)
        .bind(id)
        .bind(source_key)
        .bind(serde_json::to_string(files).expect("a list of texts is JSON"))
        .bind(ImportStatus::Running.as_str())
        .bind(now);
        transaction.execute(statement).await?;
        transaction.commit().await
    }

    pub async fn finish_import(
        &self,
        context: &OrgContext,
        id: Uuid,
        status: ImportStatus,
        counts: ImportCounts,
        message: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        let statement = sql(
            "imports",
            "UPDATE imports SET status = $3, rows_read = $4, accepted = $5, duplicates = $6, quarantined = $7, message = $8, finished_at = $9
             WHERE organization_id = $1 AND id = $2 AND status = 'running'",
        )
        .bind(context.organization_id())
        .bind(id)
        .bind(status.as_str())
        .bind(stored_count(counts.read)?)
        .bind(stored_count(counts.accepted)?)
        .bind(stored_count(counts.duplicates)?)
        .bind(stored_count(counts.quarantined)?)
        .bind(message)
        .bind(now);
        match self.database.write_one(statement).await? {
            0 => Err(Error::UnknownImport { id }),
            _ => Ok(()),
        }
    }

    /// Marks imports that a killed process left running. Call it only where no import of the organisation can be running.
    pub async fn interrupt_running_imports(&self, context: &OrgContext, now: Timestamp) -> Result<u64> {
        let statement = sql(
            "imports",
            "UPDATE imports SET status = 'interrupted', finished_at = $2 WHERE organization_id = $1 AND status = 'running'",
        )
        .bind(context.organization_id())
        .bind(now);
        self.database.write_one(statement).await
    }

    /// The newest imports, newest first.
    pub async fn imports(&self, context: &OrgContext, limit: u32) -> Result<Vec<Import>> {
        let statement = sql(
            "imports",
            "SELECT id, source_key, files, status, started_at, finished_at, rows_read, accepted, duplicates, quarantined, message
             FROM imports WHERE organization_id = $1 ORDER BY started_at DESC, id DESC LIMIT $2",
        )
        .bind(context.organization_id())
        .bind(i64::from(limit));
        self.database.rows(statement).await?.iter().map(parse).collect()
    }

    /// The newest import of every source that has one.
    pub async fn latest_imports(&self, context: &OrgContext) -> Result<Vec<Import>> {
        let statement = sql(
            "imports",
            "SELECT id, source_key, files, status, started_at, finished_at, rows_read, accepted, duplicates, quarantined, message
             FROM (SELECT i.*, ROW_NUMBER() OVER (PARTITION BY source_key ORDER BY started_at DESC, id DESC) AS place
                   FROM imports i WHERE organization_id = $1) latest
             WHERE place = 1 ORDER BY source_key",
        )
        .bind(context.organization_id());
        self.database.rows(statement).await?.iter().map(parse).collect()
    }
}

fn stored_count(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| Error::TooLarge { what: "the count", value })
}

fn parse(row: &Row) -> Result<Import> {
    Ok(Import {
        id: row.parse("id", "an id", |text| text.parse().ok())?,
        source_key: row.text("source_key")?,
        files: row.parse("files", "a list of file names", |text| serde_json::from_str(text).ok())?,
        status: row.parse("status", "a status", ImportStatus::parse)?,
        started_at: row.instant("started_at")?,
        finished_at: row.optional_instant("finished_at")?,
        counts: ImportCounts {
            read: row.count("rows_read")?,
            accepted: row.count("accepted")?,
            duplicates: row.count("duplicates")?,
            quarantined: row.count("quarantined")?,
        },
        message: row.optional_text("message")?,
    })
}
