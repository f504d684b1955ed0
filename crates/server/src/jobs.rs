//! Background work of the server: derived tables follow the data, files are kept in order. Each job is idempotent and durable by itself:
//! killed at any moment, it is simply done again.

use std::time::Duration;

use anyhow::Result;
use authz::OrgContext;
use jiff::ToSpan;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::installation::Installation;

/// How often each organisation is looked at. A look costs one small read of the catalogue.
const INTERVAL: Duration = Duration::from_secs(5);
/// Looks between two rounds of expiry and garbage collection (an hour).
const LOOKS_PER_CLEANING: u64 = 720;
/// Earlier figures can be asked for this long.
const KEEP_DAYS: i64 = 90;
/// Longer than any query and any import's staging.
const GRACE: Duration = Duration::from_secs(6 * 3600);

pub(crate) async fn run(installation: Installation, mut stopped: watch::Receiver<bool>) {
    let mut looks: u64 = 0;
    loop {
        if let Err(error) = round(&installation, looks, &stopped).await {
            warn!("background work failed and is tried again: {error:#}");
        }
        looks += 1;
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            _ = stopped.changed() => return,
        }
    }
}

async fn round(installation: &Installation, looks: u64, stopped: &watch::Receiver<bool>) -> Result<()> {
    for organization in installation.metastore.organizations().await? {
        if *stopped.borrow() {
            return Ok(());
        }
        let context = OrgContext::system(organization.id);
        let lake = installation.lake(&context).await?;
        let stitched = transform::stitch::stitch(&context, &lake).await?;
        if !stitched.customers.is_empty() {
            info!(
                organization.name,
                links = stitched.links,
                customers = stitched.customers.len(),
                "stitched customers"
            );
        }
        // Decides for itself whether enough new files have come together.
        let merged = lake.compact().await?;
        if merged.files_before > 0 {
            info!(organization.name, merged.files_before, merged.files_after, "merged files");
        }
        let report = transform::run(
            &context,
            &installation.metastore,
            &lake,
            &installation.engine,
            installation.clock.as_ref(),
        )
        .await?;
        if report.credits + report.journeys > 0 {
            info!(
                organization.name,
                credits = report.credits,
                journeys = report.journeys,
                "derived tables follow data version {}",
                report.version
            );
        }
        if looks % LOOKS_PER_CLEANING == LOOKS_PER_CLEANING - 1 {
            let keep_since = installation.clock.now().checked_sub((KEEP_DAYS * 24).hours())?;
            lake.expire(keep_since).await?;
            lake.collect_garbage(GRACE).await?;
        }
    }
    if looks.is_multiple_of(LOOKS_PER_CLEANING) {
        installation.metastore.delete_expired_sessions(installation.clock.now()).await?;
    }
    Ok(())
}
