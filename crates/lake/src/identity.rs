//! The identity graph of a lake's customers, as far as the lake knows it: what is linked, which customer that makes, and who decided
//! otherwise. The lake keeps it beside the rows, because it must commit with them; what it means, its callers know.

use types::{CustomerId, Identifier};

use crate::catalogue::identity as sql;
use crate::{Lake, Result, StoredDecision, StoredLink, StoredMember};

impl Lake {
    /// Links that name one of `identifiers`; a link between two of them may come twice.
    pub async fn identity_links_of(&self, identifiers: &[Identifier]) -> Result<Vec<StoredLink>> {
        sql::links_of(&self.inner.database, identifiers).await
    }

    pub async fn identity_links(&self) -> Result<Vec<StoredLink>> {
        sql::all_links(&self.inner.database).await
    }

    pub async fn identity_members_of(&self, identifiers: &[Identifier]) -> Result<Vec<StoredMember>> {
        sql::members_of(&self.inner.database, identifiers).await
    }

    pub async fn identity_members(&self) -> Result<Vec<StoredMember>> {
        sql::all_members(&self.inner.database).await
    }

    /// Whether there is a member whose home is not its customer, or a hub.
    pub async fn identity_has_moved_members(&self) -> Result<bool> {
        sql::has_moved_members(&self.inner.database).await
    }

    /// Members whose home is one of `homes`.
    pub async fn identity_members_at_home(&self, homes: &[CustomerId]) -> Result<Vec<StoredMember>> {
        sql::members_at_home(&self.inner.database, homes).await
    }

    pub async fn identity_members_of_customer(&self, customer: CustomerId) -> Result<Vec<StoredMember>> {
        sql::members_of_customer(&self.inner.database, customer).await
    }

    /// People's decisions, oldest first.
    pub async fn identity_decisions(&self) -> Result<Vec<StoredDecision>> {
        sql::decisions(&self.inner.database).await
    }

    /// Records decisions; their `id` is given anew. They are durable when this returns.
    pub async fn decide_identity(&self, decisions: &[StoredDecision]) -> Result<()> {
        sql::decide(&self.inner.database, decisions).await
    }

    /// A rule that the organisation has set; None for the default.
    pub async fn identity_rule(&self, name: &str) -> Result<Option<i64>> {
        sql::rule(&self.inner.database, name).await
    }

    pub async fn set_identity_rule(&self, name: &str, value: i64) -> Result<()> {
        sql::set_rule(&self.inner.database, name, value).await
    }
}
