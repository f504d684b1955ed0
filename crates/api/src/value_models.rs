//! Fits of customer value, kept for each organisation until its data changes: a fit takes far longer than reading a prediction off it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use authz::OrgContext;
use semantic::customer_value::{Fit, sample_plan};
use types::OrganizationId;

use crate::ask::{Defaults, ask};
use crate::problem::Problem;
use crate::state::Shared;

/// The latest fit of every organisation, with the zone whose days it counts in.
#[derive(Debug, Default)]
pub(crate) struct ValueModels {
    fits: Mutex<HashMap<OrganizationId, (String, Arc<Fit>)>>,
}

impl ValueModels {
    /// The fit to the organisation's newest data.
    pub(crate) async fn load(shared: &Shared, context: &OrgContext, defaults: &Defaults) -> Result<Arc<Fit>, Problem> {
        let version = shared.app.engine.data_version(context).await?;
        let models = &shared.value_models;
        if let Some(fit) = models.kept(context.organization_id(), &defaults.zone, version) {
            return Ok(fit);
        }
        let raw = ask(shared, context, &sample_plan(&defaults.zone)).await?;
        let fit = tokio::task::spawn_blocking(move || Fit::compute(&raw))
            .await
            .map_err(|error| Problem::internal(&error))?;
        let fit = Arc::new(fit);
        let mut fits = models.fits.lock().unwrap_or_else(PoisonError::into_inner);
        fits.insert(context.organization_id(), (defaults.zone.clone(), Arc::clone(&fit)));
        Ok(fit)
    }

    fn kept(&self, organization: OrganizationId, zone: &str, version: i64) -> Option<Arc<Fit>> {
        let fits = self.fits.lock().unwrap_or_else(PoisonError::into_inner);
        let (of_zone, fit) = fits.get(&organization)?;
        (of_zone == zone && fit.data_version == version).then(|| Arc::clone(fit))
    }
}
