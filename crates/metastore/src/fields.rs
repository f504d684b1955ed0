//! Fields that an organisation registered beyond the standard columns: each is a typed column of its lake.

use authz::OrgContext;
use types::tables::ColumnType;

use crate::database::{Row, sql};
use crate::organizations::check_name;
use crate::{Error, Metastore, Result};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: ColumnType,
}

impl Metastore {
    /// Registers a field. Registering it again with the same type changes nothing; with another type it is refused, because older rows
    /// hold the first one.
    pub async fn register_field(&self, context: &OrgContext, name: &str, kind: ColumnType) -> Result<()> {
        let name = check_name("a field", name)?;
        let mut transaction = self.database.write().await?;
        let insert = sql(
            "fields",
            "INSERT INTO fields (organization_id, name, kind) VALUES ($1, $2, $3) ON CONFLICT (organization_id, name) DO NOTHING",
        )
        .bind(context.organization_id())
        .bind(name.as_str())
        .bind(kind.as_str());
        transaction.execute(insert).await?;
        let read = sql("fields", "SELECT name, kind FROM fields WHERE organization_id = $1 AND name = $2")
            .bind(context.organization_id())
            .bind(name.as_str());
        let stored = transaction.row(read).await?.as_ref().map(parse).transpose()?;
        if let Some(field) = stored.filter(|field| field.kind != kind) {
            return Err(Error::FieldTaken {
                name,
                registered: field.kind.as_str(),
            });
        }
        transaction.commit().await
    }

    /// Registered fields by name.
    pub async fn fields(&self, context: &OrgContext) -> Result<Vec<Field>> {
        let statement = sql("fields", "SELECT name, kind FROM fields WHERE organization_id = $1 ORDER BY name").bind(context.organization_id());
        self.database.rows(statement).await?.iter().map(parse).collect()
    }
}

fn parse(row: &Row) -> Result<Field> {
    let kind = row.parse("kind", "a type", ColumnType::parse)?;
    Ok(Field {
        name: row.text("name")?,
        kind,
    })
}
