//! Which imports are running on a data directory.
//!
//! An import that was killed stays `running` in the metadata until somebody knows better. A process that imports holds a shared lock;
//! whoever gets the lock for itself knows that none runs, in whatever process, and marks what was left.

use std::fs::{File, TryLockError};

use anyhow::{Context, Result};
use authz::OrgContext;
use tracing::warn;

use crate::installation::Installation;

const LOCK: &str = "imports.lock";

/// Held while this process imports.
#[derive(Debug)]
pub(crate) struct Running {
    _lock: File,
}

/// Says that this process imports, once it has marked what killed processes left.
pub(crate) async fn begin(installation: &Installation) -> Result<Running> {
    mark_interrupted(installation).await?;
    let lock = open(installation)?;
    lock.lock_shared().with_context(|| format!("{LOCK} cannot be locked"))?;
    Ok(Running { _lock: lock })
}

/// Marks imports that a killed process left running; nothing where an import runs.
pub(crate) async fn mark_interrupted(installation: &Installation) -> Result<()> {
    let lock = open(installation)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(()),
        Err(TryLockError::Error(error)) => return Err(error).with_context(|| format!("{LOCK} cannot be locked")),
    }
    for organization in installation.metastore.organizations().await? {
        let context = OrgContext::system(organization.id);
        let count = installation
            .metastore
            .interrupt_running_imports(&context, installation.clock.now())
            .await?;
        if count > 0 {
            warn!(organization.name, count, "imports were interrupted: import their files again");
        }
    }
    Ok(())
}

fn open(installation: &Installation) -> Result<File> {
    let path = installation.data_dir.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    file.with_context(|| format!("{} cannot be opened", path.display()))
}

#[cfg(test)]
mod tests {
    use metastore::{ImportStatus, NewOrganization};
    use types::{Currency, SourceCategory};
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn an_import_that_was_killed_is_marked_at_the_next_start_but_one_that_runs_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::open(folder.path(), None).await.unwrap();
        let now = installation.clock.now();
        let new = NewOrganization {
            name: "Fell".to_owned(),
            currency: Currency::EUR,
            zone: "UTC".to_owned(),
        };
        let metastore = &installation.metastore;
        let organization = metastore.create_organization(installation.clock.as_ref(), new).await.unwrap();
        let context = OrgContext::system(organization.id);
        metastore
            .upsert_source(&context, "shop", "Shop", SourceCategory::ExternalRevenue, now)
            .await
            .unwrap();
        let status = async || metastore.imports(&context, 1).await.unwrap()[0].status;

        let running = begin(&installation).await.unwrap();
        metastore.start_import(&context, Uuid::from_u128(1), "shop", &[], now).await.unwrap();
        let other = begin(&installation).await.unwrap();
        mark_interrupted(&installation).await.unwrap();
        assert_eq!(status().await, ImportStatus::Running);

        // Both processes are gone, and the import never finished.
        drop((running, other));
        mark_interrupted(&installation).await.unwrap();
        assert_eq!(status().await, ImportStatus::Interrupted);
    }
}
