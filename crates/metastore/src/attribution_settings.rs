//! The organisation's attribution settings, as JSON text with a version; earlier versions are kept, because stored credits name theirs.

use authz::{Actor, OrgContext};
use jiff::Timestamp;

use crate::database::{Row, sql};
use crate::{Error, Metastore, Result};

/// Settings to be saved as a new version.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewSettings<'a> {
    pub json: &'a str,
    /// First instant whose conversions they are for; all history without it.
    pub applies_from: Option<Timestamp>,
    pub note: Option<&'a str>,
    /// The version that was changed: refused if it is not the newest any more. Without it nothing is compared.
    pub based_on: Option<i64>,
}

/// A version of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSettings {
    /// From 1.
    pub version: i64,
    pub json: String,
    pub applies_from: Option<Timestamp>,
    /// Id of the person, or `system` for the command line.
    pub saved_by: Option<String>,
    pub note: Option<String>,
    pub saved_at: Timestamp,
}

impl Metastore {
    /// Saves the settings and returns their version, counted from 1.
    pub async fn save_attribution_settings(&self, context: &OrgContext, new: NewSettings<'_>, now: Timestamp) -> Result<i64> {
        let organization_id = context.organization_id();
        let mut transaction = self.database.write().await?;
        let newest = sql(
            "attribution_settings",
            "SELECT COALESCE(MAX(version), 0) AS version FROM attribution_settings WHERE organization_id = $1",
        )
        .bind(organization_id);
        let row = transaction.row(newest).await?.expect("an aggregate without GROUP BY gives one row");
        let found = row.integer("version")?;
        if let Some(based_on) = new.based_on
            && based_on != found
        {
            return Err(Error::SettingsChanged { based_on, found });
        }
        let version = found + 1;
        let statement = sql(
            "attribution_settings",
            "INSERT INTO attribution_settings (organization_id, version, settings, saved_at, applies_from, saved_by, note)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(organization_id)
        .bind(version)
        .bind(new.json)
        .bind(now)
        .bind(new.applies_from)
        .bind(saved_by(context))
        .bind(new.note);
        transaction.execute(statement).await?;
        transaction.commit().await?;
        Ok(version)
    }

    /// All versions, in the order in which they were saved; none if the organisation never saved any.
    pub async fn attribution_settings(&self, context: &OrgContext) -> Result<Vec<SavedSettings>> {
        let statement = sql(
            "attribution_settings",
            "SELECT version, settings, saved_at, applies_from, saved_by, note FROM attribution_settings WHERE organization_id = $1 ORDER BY version",
        )
        .bind(context.organization_id());
        let rows = self.database.rows(statement).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<SavedSettings> {
    Ok(SavedSettings {
        version: row.integer("version")?,
        json: row.text("settings")?,
        applies_from: row.optional_instant("applies_from")?,
        saved_by: row.optional_text("saved_by")?,
        note: row.optional_text("note")?,
        saved_at: row.instant("saved_at")?,
    })
}

fn saved_by(context: &OrgContext) -> String {
    match context.actor() {
        Actor::User { id, .. } => id.to_string(),
        Actor::WriteKey | Actor::System => "system".to_owned(),
    }
}
