//! The event collector: `POST /api/ingest/events` answers when the events are durable, and not before.
//!
//! A request goes: write key → organisation → events checked one by one → one line for the organisation's write-ahead log → a writer
//! thread puts the lines of all waiting requests into one frame, syncs it, and answers them all. Behind it a committer turns frames into
//! lake rows at most once a second; the cursor `wal` moves in the same commit, then log segments behind it are deleted. At start whatever
//! the log holds beyond the cursor is committed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::routing::post;
use lake::Lakes;
use metastore::Metastore;
use tokio::sync::Mutex;
use types::{Clock, OrganizationId};

use crate::error::{Error, Result};
use crate::wal::WalError;
use keys::Keys;
pub use keys::hash_write_key;
use log::OrganizationLog;

mod commit;
mod event;
mod handler;
mod keys;
mod log;
mod problem;
mod stored;

/// The path that the router serves.
pub(crate) const PATH: &str = "/api/ingest/events";

/// Receives events. Cheap to clone; clones share the logs.
#[derive(Clone, Debug)]
pub struct Collector {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    lakes: Lakes,
    metastore: Metastore,
    clock: Arc<dyn Clock>,
    keys: Keys,
    logs: Mutex<HashMap<OrganizationId, Slot>>,
    is_closing: AtomicBool,
}

/// The log of an organisation, or why it cannot be used until it is mended and the server started again.
#[derive(Debug)]
enum Slot {
    Open(OrganizationLog),
    Damaged(String),
}

/// Why events cannot be taken just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unavailable {
    /// It may work in a moment: the queue is full, the disk is full, or the process is stopping.
    Busy(String),
    /// Somebody has to look after it.
    Broken(String),
}

impl Collector {
    /// Opens the logs below `wal_dir` and begins to commit what they hold. A damaged log is reported by [`Collector::damaged`] and refuses
    /// its own organisation's events; the others are served.
    pub async fn open(wal_dir: &Path, lakes: Lakes, metastore: Metastore, clock: Arc<dyn Clock>) -> Result<Self> {
        let keys = Keys::new(metastore.clone(), Arc::clone(&clock));
        let inner = Inner {
            folder: wal_dir.to_owned(),
            lakes,
            metastore,
            clock,
            keys,
            logs: Mutex::default(),
            is_closing: AtomicBool::new(false),
        };
        let fail = |source| {
            Error::Wal(WalError::Io {
                path: wal_dir.to_owned(),
                source,
            })
        };
        fs::create_dir_all(wal_dir).map_err(fail)?;
        for entry in fs::read_dir(wal_dir).map_err(fail)? {
            let name = entry.map_err(fail)?.file_name();
            let Some(organization_id) = name.to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            let slot = inner.open_log(organization_id).await?;
            inner.logs.lock().await.insert(organization_id, slot);
        }
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Routes of the collector, without any other middleware.
    pub fn router(&self) -> Router {
        Router::new().route(PATH, post(handler::post_events)).with_state(self.clone())
    }

    /// Organisations whose log cannot be used, and why.
    pub async fn damaged(&self) -> Vec<(OrganizationId, String)> {
        let logs = self.inner.logs.lock().await;
        logs.iter()
            .filter_map(|(id, slot)| match slot {
                Slot::Damaged(reason) => Some((*id, reason.clone())),
                Slot::Open(_) => None,
            })
            .collect()
    }

    /// Waits until everything acknowledged so far is in the lake, or the commits fail; says whether it is.
    pub async fn settle(&self) -> bool {
        let waits: Vec<_> = self
            .inner
            .logs
            .lock()
            .await
            .values()
            .filter_map(Slot::open)
            .map(OrganizationLog::settled)
            .collect();
        let mut is_settled = true;
        for wait in waits {
            is_settled &= wait.await;
        }
        is_settled
    }

    /// Takes no more events, writes what is waiting, and commits the logs. What cannot be committed now (disk full) stays in the log for
    /// the next start.
    pub async fn shutdown(self) {
        self.inner.is_closing.store(true, Ordering::SeqCst);
        let logs = std::mem::take(&mut *self.inner.logs.lock().await);
        for slot in logs.into_values() {
            if let Slot::Open(log) = slot {
                log.close().await;
            }
        }
    }
}

impl Slot {
    fn open(&self) -> Option<&OrganizationLog> {
        match self {
            Self::Open(log) => Some(log),
            Self::Damaged(_) => None,
        }
    }
}

impl Inner {
    /// Hands a request's line to the organisation's log and waits until it is durable.
    async fn append(&self, organization_id: OrganizationId, line: Vec<u8>) -> Result<(), Unavailable> {
        let waiting = {
            let mut logs = self.logs.lock().await;
            if self.is_closing.load(Ordering::SeqCst) {
                return Err(Unavailable::Busy("the server is stopping".to_owned()));
            }
            let slot = match logs.entry(organization_id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.open_log(organization_id).await.map_err(|error| {
                    tracing::error!(organization.id = %organization_id, %error, "the write-ahead log cannot be opened");
                    Unavailable::Busy("the collector cannot open its log or the lake just now".to_owned())
                })?),
            };
            match slot {
                Slot::Open(log) => log.send(line)?,
                Slot::Damaged(_) => {
                    let reason = "the collector's log of this organisation is damaged: the operator finds the file in the server's log";
                    return Err(Unavailable::Broken(reason.to_owned()));
                }
            }
        };
        waiting.await.unwrap_or_else(|_| {
            Err(Unavailable::Broken(
                "the collector's log stopped: the server must be started again".to_owned(),
            ))
        })
    }

    async fn open_log(&self, organization_id: OrganizationId) -> Result<Slot> {
        let folder = self.folder.join(organization_id.to_string());
        let lake = self.lakes.open(&organization_id, Arc::clone(&self.clock)).await?;
        match OrganizationLog::open(folder, lake, self.metastore.clone(), Arc::clone(&self.clock)).await {
            Ok(log) => Ok(Slot::Open(log)),
            Err(Error::Wal(error @ WalError::Damaged { .. })) => {
                tracing::error!(organization.id = %organization_id, %error, "events of this organisation are refused");
                Ok(Slot::Damaged(error.to_string()))
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
