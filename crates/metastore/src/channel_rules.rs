//! The organisation's channel rules, as JSON text with a version; earlier versions are kept, because touches name the one that decided.

use authz::OrgContext;
use jiff::Timestamp;

use crate::database::{Row, sql};
use crate::{Metastore, Result};

/// One saved set of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRules {
    /// From 1.
    pub version: i64,
    pub json: String,
    /// What the person who saved it said of the change.
    pub note: String,
    /// Who saved it, by e-mail address, or `command line`.
    pub saved_by: String,
    pub saved_at: Timestamp,
}

/// A set of rules to save.
#[derive(Clone, Copy, Debug)]
pub struct NewChannelRules<'a> {
    pub json: &'a str,
    pub note: &'a str,
    pub saved_by: &'a str,
    /// The version that was changed; 0 if there was none.
    pub after: i64,
}

impl Metastore {
    /// Saves rules that were made from version `after`, and returns their version. None if somebody else saved in between.
    pub async fn save_channel_rules(&self, context: &OrgContext, new: NewChannelRules<'_>, now: Timestamp) -> Result<Option<i64>> {
        let statement = sql(
            "channel_rules",
            "INSERT INTO channel_rules (organization_id, version, rules, note, saved_by, saved_at)
             SELECT $1, $2 + 1, $3, $4, $5, $6
             WHERE $2 = (SELECT COALESCE(MAX(version), 0) FROM channel_rules WHERE organization_id = $1)
             RETURNING version",
        )
        .bind(context.organization_id())
        .bind(new.after)
        .bind(new.json)
        .bind(new.note)
        .bind(new.saved_by)
        .bind(now);
        let mut transaction = self.database.write().await?;
        let row = transaction.row(statement).await?;
        let version = row.map(|row| row.integer("version")).transpose()?;
        transaction.commit().await?;
        Ok(version)
    }

    /// The newest rules; none if the organisation never saved any.
    pub async fn channel_rules(&self, context: &OrgContext) -> Result<Option<ChannelRules>> {
        let statement = sql(
            "channel_rules",
            "SELECT version, rules, note, saved_by, saved_at FROM channel_rules WHERE organization_id = $1 ORDER BY version DESC LIMIT 1",
        )
        .bind(context.organization_id());
        self.database.row(statement).await?.as_ref().map(parse).transpose()
    }

    /// Every version, newest first.
    pub async fn channel_rules_history(&self, context: &OrgContext) -> Result<Vec<ChannelRules>> {
        let statement = sql(
            "channel_rules",
            "SELECT version, rules, note, saved_by, saved_at FROM channel_rules WHERE organization_id = $1 ORDER BY version DESC",
        )
        .bind(context.organization_id());
        self.database.rows(statement).await?.iter().map(parse).collect()
    }
}

fn parse(row: &Row) -> Result<ChannelRules> {
    Ok(ChannelRules {
        version: row.integer("version")?,
        json: row.text("rules")?,
        note: row.text("note")?,
        saved_by: row.text("saved_by")?,
        saved_at: row.instant("saved_at")?,
    })
}
