//! One organisation's log at work: a writer thread that syncs for many requests at once, and the committer behind it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lake::Lake;
use metastore::Metastore;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use types::Clock;

use super::Unavailable;
use super::commit::{CURSOR, Committer};
use crate::error::{Error, Result};
use crate::wal::{self, AppendError, Wal};

/// Requests that may wait for the writer.
const QUEUE_REQUESTS: usize = 1024;
/// Bytes that may wait for the writer.
const QUEUE_BYTES: u64 = 32 * 1024 * 1024;
/// Bytes of one frame: what waits beyond it goes into the next.
const GROUP_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of log that may wait for the lake before new events are refused.
const BACKLOG_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// A request that waits to be durable.
#[derive(Debug)]
struct Waiting {
    line: Vec<u8>,
    answer: oneshot::Sender<Result<(), Unavailable>>,
}

/// What writer, committer and requests tell each other.
#[derive(Debug)]
pub(super) struct Shared {
    /// Last frame that is durable.
    pub(super) durable: AtomicU64,
    /// Events in durable frames, for the committer to see that it has a full load.
    pub(super) events_waiting: AtomicU64,
    /// Something is durable, or the writer has ended.
    pub(super) work: Notify,
    pub(super) writer_ended: AtomicBool,
    /// Last frame that is in the lake.
    pub(super) committed: watch::Sender<u64>,
    /// Commits that failed, so that whoever waits for one can give up.
    pub(super) failures: watch::Sender<u64>,
    pub(super) backlog_bytes: AtomicU64,
    queued_bytes: AtomicU64,
}

/// The receiving end of a log.
#[derive(Debug)]
pub(super) struct OrganizationLog {
    queue: mpsc::Sender<Waiting>,
    shared: Arc<Shared>,
    committer: tokio::task::JoinHandle<()>,
    writer: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl OrganizationLog {
    /// Recovers the log in `folder` and begins to commit what the lake does not have yet.
    pub(super) async fn open(folder: PathBuf, lake: Lake, metastore: Metastore, clock: Arc<dyn Clock>) -> Result<Self> {
        let cursor = lake.cursor(CURSOR).await?;
        let committed = cursor.as_deref().map_or(Ok(0), str::parse::<u64>).map_err(|_| Error::StoredEvent {
            reason: "the cursor `wal` is not a number".to_owned(),
        })?;
        let organization_id = lake.organization_id();
        let (path, recovered) = (
            folder.clone(),
            tokio::task::spawn_blocking(move || wal::recover(&folder, organization_id, committed)),
        );
        let wal = recovered.await.map_err(|_| Error::Stopped)??;
        let shared = Arc::new(Shared {
            durable: AtomicU64::new(wal.last_sequence()),
            events_waiting: AtomicU64::new(0),
            work: Notify::new(),
            writer_ended: AtomicBool::new(false),
            committed: watch::Sender::new(committed),
            failures: watch::Sender::new(0),
            backlog_bytes: AtomicU64::new(0),
            queued_bytes: AtomicU64::new(0),
        });
        let (queue, waiting) = mpsc::channel(QUEUE_REQUESTS);
        let writer_shared = Arc::clone(&shared);
        let writer = std::thread::Builder::new()
            .name("wal".to_owned())
            .spawn(move || write(wal, waiting, &writer_shared))
            .map_err(|source| Error::Wal(wal::WalError::Io { path: path.clone(), source }))?;
        let committer = Committer::new(path, lake, metastore, clock, cursor, Arc::clone(&shared));
        Ok(Self {
            queue,
            shared,
            committer: tokio::spawn(committer.run()),
            writer: Mutex::new(Some(writer)),
        })
    }

    /// Queues a line; what comes back is answered when it is durable. Refuses rather than letting memory or disk fill up.
    pub(super) fn send(&self, line: Vec<u8>) -> Result<oneshot::Receiver<Result<(), Unavailable>>, Unavailable> {
        let bytes = line.len() as u64;
        if self.shared.backlog_bytes.load(Ordering::Relaxed) > BACKLOG_BYTES {
            return Err(Unavailable::Busy("too many events wait to be committed".to_owned()));
        }
        if self.shared.queued_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > QUEUE_BYTES {
            self.shared.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            return Err(Unavailable::Busy("too many events wait to be written".to_owned()));
        }
        let (answer, answered) = oneshot::channel();
        match self.queue.try_send(Waiting { line, answer }) {
            Ok(()) => Ok(answered),
            Err(error) => {
                self.shared.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
                Err(match error {
                    mpsc::error::TrySendError::Full(_) => Unavailable::Busy("too many requests wait to be written".to_owned()),
                    mpsc::error::TrySendError::Closed(_) => {
                        Unavailable::Broken("the collector's log stopped: the server must be started again".to_owned())
                    }
                })
            }
        }
    }

    /// Waits until all that is durable now is committed; false if a commit fails meanwhile.
    pub(super) fn settled(&self) -> impl Future<Output = bool> + use<> {
        let target = self.shared.durable.load(Ordering::Acquire);
        let (mut committed, mut failures) = (self.shared.committed.subscribe(), self.shared.failures.subscribe());
        async move {
            tokio::select! {
                reached = committed.wait_for(|sequence| *sequence >= target) => reached.is_ok(),
                _ = failures.changed() => false,
            }
        }
    }

    /// Writes what waits, commits, and ends.
    pub(super) async fn close(self) {
        let Self {
            queue, committer, writer, ..
        } = self;
        drop(queue);
        let writer = writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // The thread ends by itself once the queue is closed and drained.
            let _ = tokio::task::spawn_blocking(move || writer.join()).await;
        }
        if let Err(error) = committer.await {
            tracing::error!(%error, "the committer of a write-ahead log stopped");
        }
    }
}

/// The writer thread: one frame and one sync for all requests that wait.
fn write(mut wal: Wal, mut queue: mpsc::Receiver<Waiting>, shared: &Shared) {
    while let Some(first) = queue.blocking_recv() {
        let mut payload = Vec::with_capacity(first.line.len() + 64 * 1024);
        let mut answers = Vec::new();
        let mut next = Some(first);
        while let Some(waiting) = next.take() {
            shared.queued_bytes.fetch_sub(waiting.line.len() as u64, Ordering::Relaxed);
            payload.extend_from_slice(&waiting.line);
            payload.push(b'\n');
            answers.push(waiting.answer);
            if payload.len() < GROUP_BYTES {
                next = queue.try_recv().ok();
            }
        }
        let outcome = match wal.append(&payload) {
            Ok(sequence) => {
                shared.backlog_bytes.fetch_add(payload.len() as u64, Ordering::Relaxed);
                shared.events_waiting.fetch_add(payload.len() as u64 / EVENT_BYTES, Ordering::Relaxed);
                shared.durable.store(sequence, Ordering::Release);
                shared.work.notify_one();
                Ok(())
            }
            Err(AppendError::Refused(error)) => {
                tracing::error!(%error, "the write-ahead log refused events: is the disk full?");
                Err(Unavailable::Busy("the events cannot be written (is the disk full?)".to_owned()))
            }
            Err(AppendError::Closed) => {
                tracing::error!("the write-ahead log is closed since a sync failed: check the disk and start the server again");
                Err(Unavailable::Broken(
                    "the collector is closed since its disk failed: the server must be started again".to_owned(),
                ))
            }
        };
        for answer in answers {
            // A client that hung up does not wait for its answer.
            let _ = answer.send(outcome.clone());
        }
    }
    shared.writer_ended.store(true, Ordering::Release);
    shared.work.notify_one();
}

/// A stored event's usual size, to guess from bytes how many events wait.
const EVENT_BYTES: u64 = 250;
