//! The API's port to the identity graph.

use async_trait::async_trait;
use authz::OrgContext;
use journeys::identity::person::Person;
use lake::Lake;
use transform::stitch::{decide, person};
use types::CustomerId;

use crate::installation::Installation;

/// Asks the organisation's lake.
#[derive(Clone, Debug)]
pub(crate) struct LakeIdentities(pub(crate) Installation);

impl LakeIdentities {
    async fn lake(&self, context: &OrgContext) -> Result<Lake, api::IdentityError> {
        self.0.lake(context).await.map_err(|error| api::IdentityError::Failed(error.into()))
    }
}

#[async_trait]
impl api::Identities for LakeIdentities {
    async fn person(&self, context: &OrgContext, customer: CustomerId) -> Result<Option<Person>, api::IdentityError> {
        let lake = self.lake(context).await?;
        person::person(context, &lake, &self.0.engine, customer).await.map_err(failed)
    }

    async fn unmerge(
        &self,
        context: &OrgContext,
        customer: CustomerId,
        identifiers: &[CustomerId],
        reason: &str,
    ) -> Result<Vec<CustomerId>, api::IdentityError> {
        let lake = self.lake(context).await?;
        let done = decide::unmerge(context, &lake, &self.0.engine, self.0.clock.as_ref(), customer, identifiers, reason).await;
        done.map(|stitched| stitched.customers).map_err(failed)
    }

    async fn merge(&self, context: &OrgContext, customers: [CustomerId; 2], reason: &str) -> Result<Vec<CustomerId>, api::IdentityError> {
        let lake = self.lake(context).await?;
        let done = decide::merge(context, &lake, &self.0.engine, self.0.clock.as_ref(), customers, reason).await;
        done.map(|stitched| stitched.customers).map_err(failed)
    }
}

fn failed(error: transform::Error) -> api::IdentityError {
    match error {
        transform::Error::Refused(refused) => refused.into(),
        other => api::IdentityError::Failed(Box::new(other)),
    }
}
