//! Who belongs to which organisation, and as what.

use authz::{OrgContext, Role};
use types::{OrganizationId, UserId};

use crate::database::{Row, sql};
use crate::{Metastore, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub role: Role,
}

impl Metastore {
    /// Adds the person to the organisation, or changes the role. Open sessions act with the new role at once.
    pub async fn add_membership(&self, context: &OrgContext, user_id: UserId, role: Role) -> Result<()> {
        let statement = sql(
            "memberships",
            "INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)
             ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role",
        )
        .bind(context.organization_id())
        .bind(user_id)
        .bind(role.as_str());
        self.database.write_one(statement).await.map(drop)
    }

    /// Ends the membership and the person's sessions in this organisation; true if there was one.
    pub async fn remove_membership(&self, context: &OrgContext, user_id: UserId) -> Result<bool> {
        let statement = sql("memberships", "DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2")
            .bind(context.organization_id())
            .bind(user_id);
        Ok(self.database.write_one(statement).await? > 0)
    }

    /// The organisations that a person may sign in to, oldest first. The one question that is asked before a tenant is known.
    pub async fn memberships(&self, user_id: UserId) -> Result<Vec<Membership>> {
        let statement = sql(
            "memberships",
            "SELECT organization_id, user_id, role FROM memberships WHERE user_id = $1 ORDER BY organization_id",
        )
        .bind(user_id);
        self.database.rows(statement).await?.iter().map(parse).collect()
    }
}

fn parse(row: &Row) -> Result<Membership> {
    Ok(Membership {
        organization_id: row.parse("organization_id", "an id", |text| text.parse().ok())?,
        user_id: row.parse("user_id", "an id", |text| text.parse().ok())?,
        role: row.parse("role", "a role", Role::parse)?,
    })
}
