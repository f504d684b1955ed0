//! Keys with which a site sends events to the collector. Only their SHA-256 is stored.

use authz::OrgContext;
use types::OrganizationId;

use crate::database::sql;
use crate::organizations::check_name;
use crate::{Error, Metastore, Result};

impl Metastore {
    pub async fn create_write_key(&self, context: &OrgContext, name: &str, key_hash: [u8; 32]) -> Result<()> {
        let name = check_name("a write key", name)?;
        let statement = sql(
            "write_keys",
            "INSERT INTO write_keys (organization_id, name, key_hash) VALUES ($1, $2, $3) ON CONFLICT (organization_id, name) DO NOTHING",
        )
        .bind(context.organization_id())
        .bind(name.as_str())
        .bind(key_hash);
        match self.database.write_one(statement).await? {
            0 => Err(Error::WriteKeyTaken { name }),
            _ => Ok(()),
        }
    }

    /// The organisation that a key belongs to, and the key's name: the credential decides the tenant.
    pub async fn write_key_by_hash(&self, key_hash: [u8; 32]) -> Result<Option<(OrganizationId, String)>> {
        let statement = sql("write_keys", "SELECT name, organization_id FROM write_keys WHERE key_hash = $1").bind(key_hash);
        let Some(row) = self.database.row(statement).await? else {
            return Ok(None);
        };
        Ok(Some((
            row.parse("organization_id", "an id", |text| text.parse().ok())?,
            row.text("name")?,
        )))
    }

    /// Names of the organisation's write keys.
    pub async fn write_keys(&self, context: &OrgContext) -> Result<Vec<String>> {
        let statement = sql("write_keys", "SELECT name FROM write_keys WHERE organization_id = $1 ORDER BY name").bind(context.organization_id());
        self.database.rows(statement).await?.iter().map(|row| row.text("name")).collect()
    }
}
