//! Where the engine learns an organisation's reporting currency.

use std::collections::HashMap;
use std::fmt::Debug;

use async_trait::async_trait;
use authz::OrgContext;
use types::{Currency, OrganizationId};

/// The reporting currency of an organisation: money is allotted in whole minor units of it. The server answers from the metastore,
/// which this crate does not know.
#[async_trait]
pub trait ReportingCurrencies: Debug + Send + Sync {
    async fn currency(&self, context: &OrgContext) -> Result<Currency, Box<dyn std::error::Error + Send + Sync>>;
}

/// Currencies known beforehand: for a command on one organisation, and for tests.
#[derive(Clone, Debug, Default)]
pub struct KnownCurrencies(pub HashMap<OrganizationId, Currency>);

#[derive(Debug, thiserror::Error)]
#[error("the reporting currency of organisation {0} is not known")]
struct Unknown(OrganizationId);

#[async_trait]
impl ReportingCurrencies for KnownCurrencies {
    async fn currency(&self, context: &OrgContext) -> Result<Currency, Box<dyn std::error::Error + Send + Sync>> {
        let organization = context.organization_id();
        self.0.get(&organization).copied().ok_or_else(|| Unknown(organization).into())
    }
}
