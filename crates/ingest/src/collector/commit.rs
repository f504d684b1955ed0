//! The committer: frames of the log become rows of the lake, once.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use authz::OrgContext;
use jiff::Timestamp;
use lake::Lake;
use metastore::Metastore;
use tokio::time::Instant;
use types::{Clock, SourceCategory, UnifiedRow};
use uuid::Uuid;

use super::event::DEFAULT_SOURCE;
use super::log::Shared;
use super::stored::{EventRows, StoredBatch, StoredRejection};
use crate::channels::Channels;
use crate::error::{Error, Result};
use crate::quarantine;
use crate::refusal::{Fault, RefusedRow, clip};
use crate::row::fx::FxTable;
use crate::wal;

/// The lake's cursor: sequence of the last frame that is committed.
pub(super) const CURSOR: &str = "wal";
/// Commits follow each other no faster than this …
const PACE: Duration = Duration::from_secs(1);
/// … unless this many events wait.
const LOAD_EVENTS: u64 = 50_000;
/// Bytes of frames taken into one commit.
const LOAD_BYTES: usize = 32 * 1024 * 1024;
/// Longest pause after commits that failed.
const PAUSE_MAX: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Committer {
    folder: PathBuf,
    lake: Lake,
    metastore: Metastore,
    clock: Arc<dyn Clock>,
    context: OrgContext,
    cursor: Option<String>,
    shared: Arc<Shared>,
    sources: HashSet<String>,
}

/// Frames on their way into the lake.
struct Load {
    lines: Vec<Vec<u8>>,
    last: u64,
}

/// What frames become.
#[derive(Default)]
struct Converted {
    rows: Vec<UnifiedRow>,
    /// By source and time of receipt.
    refused: Vec<(String, Timestamp, Vec<RefusedRow>)>,
    sources: HashSet<String>,
}

impl Converted {
    fn refuse(&mut self, source: &str, received_at: Timestamp, row: RefusedRow) {
        match self.refused.last_mut() {
            Some((last, at, rows)) if last == source && *at == received_at => rows.push(row),
            Some(_) | None => self.refused.push((source.to_owned(), received_at, vec![row])),
        }
    }
}

impl Committer {
    pub(super) fn new(folder: PathBuf, lake: Lake, metastore: Metastore, clock: Arc<dyn Clock>, cursor: Option<String>, shared: Arc<Shared>) -> Self {
        let context = OrgContext::system(lake.organization_id());
        Self {
            folder,
            lake,
            metastore,
            clock,
            context,
            cursor,
            shared,
            sources: HashSet::new(),
        }
    }

    /// Commits until the writer has ended and everything it wrote is in the lake. After the writer's end a commit that fails is not tried
    /// again: the log keeps its frames for the next start.
    pub(super) async fn run(mut self) {
        let mut pause = Duration::ZERO;
        loop {
            let started = Instant::now();
            let has_ended = self.shared.writer_ended.load(Ordering::Acquire);
            if self.committed() < self.shared.durable.load(Ordering::Acquire) {
                match self.commit_next().await {
                    Ok(()) => pause = Duration::ZERO,
                    Err(error) => {
                        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                        tracing::error!(organization.id = %self.context.organization_id(), %error, cause, "events could not be committed; they stay in the log and are tried again");
                        self.shared.failures.send_modify(|failures| *failures += 1);
                        if has_ended {
                            return;
                        }
                        pause = (pause * 2).clamp(PACE, PAUSE_MAX);
                        self.reload_cursor().await;
                    }
                }
            } else if has_ended {
                return;
            } else {
                self.shared.work.notified().await;
                continue;
            }
            self.wait_until(started + PACE.max(pause), pause > Duration::ZERO).await;
        }
    }

    fn committed(&self) -> u64 {
        *self.shared.committed.borrow()
    }

    /// Waits for the instant, or for a full load, or for the end.
    async fn wait_until(&self, instant: Instant, is_patient: bool) {
        loop {
            let is_urgent = self.shared.events_waiting.load(Ordering::Relaxed) >= LOAD_EVENTS && !is_patient;
            if is_urgent || self.shared.writer_ended.load(Ordering::Acquire) {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep_until(instant) => return,
                () = self.shared.work.notified() => {}
            }
        }
    }

    /// Somebody else may have moved the cursor (a second process on this folder): go on from where it is.
    async fn reload_cursor(&mut self) {
        if let Ok(cursor) = self.lake.cursor(CURSOR).await
            && cursor != self.cursor
        {
            let committed = cursor.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0);
            self.cursor = cursor;
            self.shared.committed.send_replace(committed);
        }
    }

    async fn commit_next(&mut self) -> Result<()> {
        let organization = self.metastore.organization(&self.context).await?;
        let zone = types::date_range::parse_zone(&organization.zone)?;
        let fx = FxTable::new(organization.currency, zone, self.metastore.fx_rates(&self.context).await?);
        let channels = Channels::load(&self.metastore, &self.context).await?;
        let (folder, after, through) = (self.folder.clone(), self.committed(), self.shared.durable.load(Ordering::Acquire));
        let organization_id = self.context.organization_id();
        self.shared.events_waiting.store(0, Ordering::Relaxed);
        let converted = tokio::task::spawn_blocking(move || {
            let load = read(&folder, after, through)?;
            convert(&load, organization_id, &fx, &channels).map(|converted| (converted, load.last))
        });
        let (converted, last) = converted.await.map_err(|_| Error::Stopped)??;
        self.register(&converted.sources).await?;
        let mut transaction = self.lake.transaction();
        for (source, received_at, refused) in &converted.refused {
            let batch = quarantine::batch(batch_id(organization_id, last), source, *received_at, refused)?;
            transaction.append_batch(quarantine::TABLE, batch).await?;
        }
        transaction.append_rows(converted.rows).await?;
        transaction.move_cursor(CURSOR, self.cursor.clone(), last.to_string());
        transaction.commit("events of the collector").await?;
        self.cursor = Some(last.to_string());
        self.shared.committed.send_replace(last);
        let folder = self.folder.clone();
        let remaining = tokio::task::spawn_blocking(move || wal::delete_through(&folder, last))
            .await
            .map_err(|_| Error::Stopped)?;
        match remaining {
            Ok(bytes) => self.shared.backlog_bytes.store(bytes, Ordering::Relaxed),
            // The segments are superfluous, not wrong: the next commit tries again.
            Err(error) => tracing::warn!(%error, "committed segments of the write-ahead log could not be deleted"),
        }
        Ok(())
    }

    async fn register(&mut self, sources: &HashSet<String>) -> Result<()> {
        for source in sources {
            if !self.sources.contains(source) {
                let known = self.metastore.sources(&self.context).await?.into_iter().any(|known| known.key == *source);
                if !known {
                    self.metastore
                        .upsert_source(&self.context, source, source, SourceCategory::PlatformNative, self.clock.now())
                        .await?;
                }
                self.sources.insert(source.clone());
            }
        }
        Ok(())
    }
}

/// Reads the next frames, as many as one commit takes.
fn read(folder: &std::path::Path, after: u64, through: u64) -> Result<Load> {
    let mut load = Load {
        lines: Vec::new(),
        last: after,
    };
    let mut bytes = 0;
    wal::read_after(folder, after, through, |sequence, payload| {
        bytes += payload.len();
        load.lines
            .extend(payload.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec));
        load.last = sequence;
        bytes < LOAD_BYTES
    })?;
    Ok(load)
}

fn convert(load: &Load, organization_id: types::OrganizationId, fx: &FxTable, channels: &Channels) -> Result<Converted> {
    let mut rows = EventRows::new(organization_id, fx, channels);
    let mut converted = Converted::default();
    for line in &load.lines {
        let batch: StoredBatch = serde_json::from_slice(line).map_err(|error| Error::StoredEvent { reason: error.to_string() })?;
        let received_at = Timestamp::from_microsecond(batch.received_at).unwrap_or(Timestamp::UNIX_EPOCH);
        for (index, event) in batch.events.into_iter().enumerate() {
            if !converted.sources.contains(&event.source) {
                converted.sources.insert(event.source.clone());
            }
            // The text is needed only if the row is refused, which only an amount in another currency can be.
            let raw = event
                .money
                .filter(|money| money.currency != fx.reporting())
                .and_then(|_| serde_json::to_string(&event).ok());
            let source = raw.as_ref().map(|_| event.source.clone());
            match rows.make(event, received_at) {
                Ok(row) => converted.rows.push(row),
                Err(fault) => {
                    let refused = RefusedRow {
                        file: None,
                        line: index as u64,
                        refusal: fault.at("amount"),
                        raw: clip(raw.unwrap_or_default().as_bytes()),
                    };
                    converted.refuse(source.as_deref().unwrap_or(DEFAULT_SOURCE), received_at, refused);
                }
            }
        }
        for rejected in batch.rejected {
            converted.refuse(DEFAULT_SOURCE, received_at, quarantined(rejected));
        }
    }
    Ok(converted)
}

fn quarantined(rejected: StoredRejection) -> RefusedRow {
    let StoredRejection {
        index,
        field,
        code,
        message,
        raw,
    } = rejected;
    let mut refusal = crate::refusal::Refusal::from(Fault::new("rejected", message));
    refusal.fault.code = known_code(&code);
    refusal.column = field;
    RefusedRow {
        file: None,
        line: index,
        refusal,
        raw,
    }
}

/// Codes are static; one that an older version wrote and this one does not know becomes `rejected`.
fn known_code(code: &str) -> &'static str {
    const CODES: &[&str] = &[
        "bad_event",
        "unknown_field",
        "unknown_value",
        "missing_value",
        "empty_customer",
        "bad_instant",
        "too_old",
        "in_future",
        "bad_source",
        "bad_type",
        "too_long",
        "too_many_properties",
        "bad_amount",
        "amount_too_fine",
        "amount_range",
        "negative_amount",
        "unknown_currency",
        "bad_identifier",
        "key_too_long",
    ];
    CODES.iter().copied().find(|known| *known == code).unwrap_or("rejected")
}

/// The id under which a commit's refused events are found.
fn batch_id(organization_id: types::OrganizationId, sequence: u64) -> Uuid {
    Uuid::new_v5(&organization_id.0, &sequence.to_be_bytes())
}
