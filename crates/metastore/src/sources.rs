//! Sources of data: an ad platform, a shop, a CRM, a file.

use authz::OrgContext;
use jiff::Timestamp;
use types::SourceCategory;

use crate::database::{Row, sql};
use crate::organizations::check_name;
use crate::{Metastore, Result};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Names the source in rows (`data_source`), mappings and the command line.
    pub key: String,
    pub name: String,
    pub category: SourceCategory,
    pub created_at: Timestamp,
}

impl Metastore {
    /// Registers the source, or renames it and changes its category.
    pub async fn upsert_source(&self, context: &OrgContext, key: &str, name: &str, category: SourceCategory, now: Timestamp) -> Result<()> {
        let statement = sql(
            "sources",
            "INSERT INTO sources (organization_id, key, name, category, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (organization_id, key) DO UPDATE SET name = excluded.name, category = excluded.category",
        )
        .bind(context.organization_id())
        .bind(check_name("a source", key)?)
        .bind(check_name("a source", name)?)
        .bind(category.as_str())
        .bind(now);
        self.database.write_one(statement).await.map(drop)
    }

    /// The organisation's sources by key.
    pub async fn sources(&self, context: &OrgContext) -> Result<Vec<Source>> {
        let statement = sql(
            "sources",
            "SELECT key, name, category, created_at FROM sources WHERE organization_id = $1 ORDER BY key",
        )
        .bind(context.organization_id());
        self.database.rows(statement).await?.iter().map(parse).collect()
    }
}

fn parse(row: &Row) -> Result<Source> {
    Ok(Source {
        key: row.text("key")?,
        name: row.text("name")?,
        category: row.parse("category", "a source category", SourceCategory::parse)?,
        created_at: row.instant("created_at")?,
    })
}
