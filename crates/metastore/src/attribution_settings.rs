//! The organisation's attribution settings, as JSON text with a version; earlier versions are kept, because stored credits name theirs.

use authz::OrgContext;
use jiff::Timestamp;

use crate::database::sql;
use crate::{Metastore, Result};

impl Metastore {
    /// Saves the settings and returns their version, counted from 1.
    pub async fn save_attribution_settings(&self, context: &OrgContext, json: &str, now: Timestamp) -> Result<i64> {
        let statement = sql(
            "attribution_settings",
            "INSERT INTO attribution_settings (organization_id, version, settings, saved_at)
             SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3 FROM attribution_settings WHERE organization_id = $1
             RETURNING version",
        )
        .bind(context.organization_id())
        .bind(json)
        .bind(now);
        let mut transaction = self.database.write().await?;
        let row = transaction.row(statement).await?.expect("an aggregate without GROUP BY gives one row");
        let version = row.integer("version")?;
        transaction.commit().await?;
        Ok(version)
    }

    /// The newest settings with their version; none if the organisation never saved any.
    pub async fn attribution_settings(&self, context: &OrgContext) -> Result<Option<(i64, String)>> {
        let statement = sql(
            "attribution_settings",
            "SELECT version, settings FROM attribution_settings WHERE organization_id = $1 ORDER BY version DESC LIMIT 1",
        )
        .bind(context.organization_id());
        let Some(row) = self.database.row(statement).await? else {
            return Ok(None);
        };
        Ok(Some((row.integer("version")?, row.text("settings")?)))
    }
}
