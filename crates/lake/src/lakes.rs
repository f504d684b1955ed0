//! The lakes of all organisations below one data directory.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use types::{Clock, OrganizationId};

use crate::Result;
use crate::catalogue::Database;
use crate::lake::Lake;
use crate::writer::durable;

/// Where catalogues live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Catalogue {
    /// `DIR/lakes/<organisation>/catalog.sqlite`.
    Sqlite,
    /// A schema `lake_<organisation>` in this database.
    Postgres { url: String },
}

/// Opens each organisation's lake once and keeps it open. Clones share the lakes.
#[derive(Clone, Debug)]
pub struct Lakes {
    folder: PathBuf,
    catalogue: Catalogue,
    open: Arc<tokio::sync::Mutex<HashMap<OrganizationId, Lake>>>,
}

impl Lakes {
    pub fn new(data_dir: &Path, catalogue: Catalogue) -> Self {
        Self {
            folder: data_dir.join("lakes"),
            catalogue,
            open: Arc::default(),
        }
    }

    /// The organisation's lake; it is created when there is none.
    pub async fn open(&self, organization: &OrganizationId, clock: Arc<dyn Clock>) -> Result<Lake> {
        let mut open = self.open.lock().await;
        if let Some(lake) = open.get(organization) {
            return Ok(lake.clone());
        }
        let root = self.folder.join(organization.to_string());
        durable::create_folders(&root)?;
        let database = match &self.catalogue {
            Catalogue::Sqlite => {
                let database = Database::sqlite(&root.join("catalog.sqlite")).await?;
                durable::sync_folder(&root)?;
                database
            }
            Catalogue::Postgres { url } => {
                let lock = organization
                    .as_bytes()
                    .iter()
                    .take(8)
                    .fold(0_i64, |lock, byte| (lock << 8) | i64::from(*byte));
                Database::postgres(url, &format!("lake_{}", organization.0.simple()), lock).await?
            }
        };
        let lake = Lake::open(*organization, root, database, clock).await?;
        open.insert(*organization, lake.clone());
        Ok(lake)
    }
}
