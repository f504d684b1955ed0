//! The port to the identity graph, defined here by its consumer.

use async_trait::async_trait;
use authz::OrgContext;
use journeys::identity::person::{Person, Refused};
use types::CustomerId;

/// Who is who among an organisation's customers.
#[async_trait]
pub trait Identities: std::fmt::Debug + Send + Sync {
    /// The person that `customer`, an id of now or of before a merge, is; None where no row names it.
    async fn person(&self, context: &OrgContext, customer: CustomerId) -> Result<Option<Person>, IdentityError>;

    /// Takes identifiers from their customer for good; gives the customers whose rows changed.
    async fn unmerge(
        &self,
        context: &OrgContext,
        customer: CustomerId,
        identifiers: &[CustomerId],
        reason: &str,
    ) -> Result<Vec<CustomerId>, IdentityError>;

    /// Says that two customers are one; gives the customers whose rows changed.
    async fn merge(&self, context: &OrgContext, customers: [CustomerId; 2], reason: &str) -> Result<Vec<CustomerId>, IdentityError>;
}

/// Why an identity cannot be shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("the identity graph could not be read or changed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
