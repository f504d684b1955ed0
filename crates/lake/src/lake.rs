//! A lake: one organisation's files and catalogue.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use datafusion::execution::cache::cache_manager::FileMetadataCache;
use datafusion::execution::cache::default_cache::DefaultCache;
use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use types::{Clock, OrganizationId};

use crate::catalogue::state::{self, DATA_FOLDER, LakeState};
use crate::catalogue::{Database, bootstrap};
use crate::file::DataFile;
use crate::keys::{KEYS_FOLDER, Run};
use crate::lease::{self, Leases};
use crate::schema::NewColumn;
use crate::snapshot::Snapshot;
use crate::transaction::Transaction;
use crate::writer::durable;
use crate::{Error, Result};

/// Parquet footers kept in memory, so that a query of many files does not read them again.
const FOOTER_CACHE_BYTES: usize = 64 << 20;

/// One organisation's lake. Clones share everything.
#[derive(Clone, Debug)]
pub struct Lake {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) organization: OrganizationId,
    pub(crate) root: PathBuf,
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) store_url: ObjectStoreUrl,
    pub(crate) footers: Arc<FileMetadataCache>,
    /// Names this process (and this opening of the lake) in file names and leases.
    pub(crate) process: String,
    pub(crate) leases: Arc<Leases>,
    /// The writers' queue: held while a commit is made from the newest state.
    pub(crate) commits: tokio::sync::Mutex<()>,
    /// Held by the one task that merges key runs.
    pub(crate) key_merges: tokio::sync::Mutex<()>,
    /// One compaction at a time.
    pub(crate) compactions: tokio::sync::Mutex<()>,
    /// Paths below the root of files that a transaction has written and not yet committed.
    pub(crate) staged: Mutex<HashSet<String>>,
    newest: Mutex<Option<Arc<LakeState>>>,
    known_files: Mutex<HashMap<i64, Arc<DataFile>>>,
    runs: Mutex<HashMap<i64, Arc<Run>>>,
    lease_floor: Mutex<i64>,
}

impl Lake {
    /// Opens the lake whose files lie in `root`, and creates what is missing.
    pub(crate) async fn open(organization: OrganizationId, root: PathBuf, database: Database, clock: Arc<dyn Clock>) -> Result<Self> {
        let data = root.join(DATA_FOLDER);
        for folder in [&data, &root.join(KEYS_FOLDER)] {
            durable::create_folders(folder)?;
        }
        let root = root.canonicalize().map_err(Error::io(&root, "found"))?;
        let data_path = format!("{}/{DATA_FOLDER}/", root.display());
        bootstrap::ensure(&database, &data_path, clock.now()).await?;
        let store: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(&root)?);
        let store_url = ObjectStoreUrl::parse(format!("lake://{}", organization.0.simple()))?;
        let process = uuid::Uuid::new_v4().simple().to_string()[..12].to_owned();
        let floor = state::newest_version(&database).await?;
        lease::renew(&database, &process, floor, clock.now()).await?;
        let inner = Arc::new(Inner {
            organization,
            root,
            database,
            clock,
            store,
            store_url,
            footers: Arc::new(DefaultCache::new(FOOTER_CACHE_BYTES)),
            process,
            leases: Arc::default(),
            commits: tokio::sync::Mutex::default(),
            key_merges: tokio::sync::Mutex::default(),
            compactions: tokio::sync::Mutex::default(),
            staged: Mutex::default(),
            newest: Mutex::default(),
            known_files: Mutex::default(),
            runs: Mutex::default(),
            lease_floor: Mutex::new(floor),
        });
        tokio::spawn(renew_lease(Arc::downgrade(&inner)));
        Ok(Self { inner })
    }

    pub fn organization_id(&self) -> OrganizationId {
        self.inner.organization
    }

    /// The newest snapshot. It can be read for as long as the value lives, whatever is compacted or expired meanwhile.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        // Hold what the catalogue holds for us until the version is known.
        let _floor = self.inner.leases.take(self.inner.floor());
        let state = self.inner.newest_state().await?;
        Ok(Snapshot::new(Arc::clone(&self.inner), state))
    }

    /// The lake as it was at `version`.
    pub async fn snapshot_at(&self, version: i64) -> Result<Snapshot> {
        let inner = &self.inner;
        let _reading = inner.leases.take(version);
        if version < inner.floor() {
            lease::renew(&inner.database, &inner.process, version, inner.clock.now()).await?;
            *inner.lease_floor.lock().unwrap_or_else(PoisonError::into_inner) = version;
        }
        let rows = inner
            .database
            .read("SELECT snapshot_id FROM ducklake_snapshot WHERE snapshot_id = $1", vec![version.into()])
            .await?;
        if rows.is_empty() {
            return Err(Error::NoSuchSnapshot {
                version,
                newest: self.version().await?,
            });
        }
        let known = inner.known();
        let state = state::load(&inner.database, version, Some(&known)).await?;
        Ok(Snapshot::new(Arc::clone(inner), Arc::new(state)))
    }

    /// Number of the newest snapshot: equal numbers mean equal data.
    pub async fn version(&self) -> Result<i64> {
        state::newest_version(&self.inner.database).await
    }

    /// Adds a column to a table; rows that are there already read as null. Asking again for the same column is fine.
    pub async fn add_column(&self, table: &str, column: NewColumn) -> Result<()> {
        let inner = &self.inner;
        let _queue = inner.commits.lock().await;
        loop {
            let state = inner.newest_state().await?;
            if let Some((_, existing)) = state.table(table)?.column(&column.name) {
                if existing.kind == column.kind {
                    return Ok(());
                }
                let (existing, asked) = (existing.kind.sql(), column.kind.sql());
                return Err(Error::ColumnExists {
                    table: table.to_owned(),
                    column: column.name,
                    existing,
                    asked,
                });
            }
            let columns = [(table.to_owned(), column.clone())];
            if bootstrap::alter(&inner.database, &state, &[], &columns, inner.clock.now()).await? {
                return Ok(());
            }
        }
    }

    /// Begins to stage rows; nothing is visible until [`Transaction::commit`].
    pub fn transaction(&self) -> Transaction {
        Transaction::new(Arc::clone(&self.inner))
    }

    /// Where the cursor `name` stands.
    pub async fn cursor(&self, name: &str) -> Result<Option<String>> {
        let rows = self
            .inner
            .database
            .read("SELECT position FROM tributary_cursor WHERE name = $1", vec![name.into()])
            .await?;
        rows.first().map(|row| row.text(0)).transpose()
    }
}

impl Inner {
    /// The newest state, from memory when no commit came since.
    pub(crate) async fn newest_state(&self) -> Result<Arc<LakeState>> {
        let version = state::newest_version(&self.database).await?;
        let cached = self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(state) = cached.filter(|state| state.version == version) {
            return Ok(state);
        }
        let known = self.known();
        let state = Arc::new(state::load(&self.database, version, Some(&known)).await?);
        let files = state
            .tables
            .values()
            .flat_map(|table| &table.files)
            .map(|file| (file.id, Arc::clone(file)))
            .collect();
        *self.known_files.lock().unwrap_or_else(PoisonError::into_inner) = files;
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.as_ref().is_none_or(|newest| newest.version < version) {
            *newest = Some(Arc::clone(&state));
        }
        Ok(state)
    }

    fn known(&self) -> HashMap<i64, Arc<DataFile>> {
        self.known_files.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn floor(&self) -> i64 {
        *self.lease_floor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The run with this id, opened at most once.
    pub(crate) fn run(&self, id: i64, path: &str) -> Result<Arc<Run>> {
        let cached = self.runs.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some(run) = cached {
            return Ok(run);
        }
        let run = Arc::new(Run::open(&self.root.join(path))?);
        self.runs.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&run));
        Ok(run)
    }

    /// Forgets the open runs that are not in `live`.
    pub(crate) fn keep_runs(&self, live: &HashSet<i64>) {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner).retain(|id, _| live.contains(id));
    }

    pub(crate) fn stage(&self, path: &str) {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }

    pub(crate) fn unstage<'a>(&self, paths: impl Iterator<Item = &'a str>) {
        let mut staged = self.staged.lock().unwrap_or_else(PoisonError::into_inner);
        for path in paths {
            staged.remove(path);
        }
    }

    pub(crate) fn is_staged(&self, path: &str) -> bool {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }
}

/// Renews the process's lease while the lake is open, and lets the floor rise to the oldest snapshot still read.
async fn renew_lease(inner: Weak<Inner>) {
    loop {
        tokio::time::sleep(Duration::from_secs(lease::RENEWAL_SECONDS)).await;
        let Some(inner) = inner.upgrade() else { return };
        let renewed = async {
            let newest = state::newest_version(&inner.database).await?;
            let floor = inner.leases.oldest().map_or(newest, |oldest| oldest.min(newest));
            *inner.lease_floor.lock().unwrap_or_else(PoisonError::into_inner) = floor;
            lease::renew(&inner.database, &inner.process, floor, inner.clock.now()).await
        };
        if let Err(error) = renewed.await {
            tracing::warn!(%error, "the lease on the lake's snapshots could not be renewed");
        }
    }
}
