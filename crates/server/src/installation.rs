//! An installation: one data directory with its metadata, lakes and engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use attribution::{Settings, Variant};
use authz::OrgContext;
use engine::{Engine, Limits, ReportingCurrencies};
use lake::{Catalogue, Lake, Lakes};
use metastore::{Metastore, Organization};
use semantic::settings_history::read_settings;
use types::{Clock, Currency};

use crate::clock::SystemClock;

#[derive(Clone, Debug)]
pub(crate) struct Installation {
    pub(crate) data_dir: PathBuf,
    pub(crate) metastore: Metastore,
    pub(crate) lakes: Lakes,
    pub(crate) engine: Arc<Engine>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Installation {
    /// Opens or makes the data directory. With a PostgreSQL URL, metadata and catalogues live there instead of in SQLite files.
    pub(crate) async fn open(data_dir: &Path, database_url: Option<&str>) -> Result<Self> {
        std::fs::create_dir_all(data_dir).with_context(|| format!("the data directory {} cannot be made", data_dir.display()))?;
        let data_dir = data_dir.canonicalize()?;
        let (metastore, catalogue) = match database_url {
            Some(url) => (
                Metastore::open_url(url).await.context("the metadata database")?,
                Catalogue::Postgres { url: url.to_owned() },
            ),
            None => (
                Metastore::open_sqlite(&data_dir.join("metastore.sqlite"))
                    .await
                    .context("the metadata database")?,
                Catalogue::Sqlite,
            ),
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let lakes = Lakes::new(&data_dir, catalogue);
        let currencies = Arc::new(Currencies {
            metastore: metastore.clone(),
        });
        let engine = Arc::new(Engine::new(lakes.clone(), currencies, Limits::default(), Arc::clone(&clock)));
        Ok(Self {
            data_dir,
            metastore,
            lakes,
            engine,
            clock,
        })
    }

    /// The organisation of that name, with the context in which the command line acts on it.
    pub(crate) async fn organization(&self, name: &str) -> Result<(Organization, OrgContext)> {
        if let Some(organization) = self.metastore.organization_by_name(name).await? {
            let context = OrgContext::system(organization.id);
            return Ok((organization, context));
        }
        let known: Vec<String> = self
            .metastore
            .organizations()
            .await?
            .into_iter()
            .map(|organization| organization.name)
            .collect();
        if known.is_empty() {
            bail!(
                "there is no organisation `{name}` in {}: make it with `tributary init --org {name}`",
                self.data_dir.display()
            );
        }
        bail!(
            "there is no organisation `{name}` in {}; there are: {}",
            self.data_dir.display(),
            known.join(", ")
        )
    }

    pub(crate) async fn lake(&self, context: &OrgContext) -> Result<Lake> {
        Ok(self.lakes.open(&context.organization_id(), Arc::clone(&self.clock)).await?)
    }

    /// The organisation's own attribution settings: the newest version, and which version holds when.
    pub(crate) async fn settings(&self, context: &OrgContext) -> Result<(Settings, Vec<Variant>)> {
        let saved = self.metastore.attribution_settings(context).await?;
        let saved = saved.iter().map(|saved| read_settings(saved.version, &saved.json, saved.applies_from));
        let saved = saved.collect::<Result<Vec<_>, _>>()?;
        let newest = saved.last().map_or_else(Settings::default, |saved| saved.settings.clone());
        Ok((newest, Variant::history(&saved)))
    }
}

/// The engine asks for an organisation's currency; the answer never changes.
#[derive(Debug)]
struct Currencies {
    metastore: Metastore,
}

#[async_trait]
impl ReportingCurrencies for Currencies {
    async fn currency(&self, context: &OrgContext) -> Result<Currency, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.metastore.organization(context).await?.currency)
    }
}
