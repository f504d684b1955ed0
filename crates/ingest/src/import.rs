//! File imports: all files of an import become one commit, or nothing does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use authz::OrgContext;
use jiff::Timestamp;
use lake::{Lake, NewColumn, SpendScope};
use metastore::{ImportCounts, ImportStatus, Metastore};
use serde::Serialize;
use types::Clock;
use uuid::Uuid;

use crate::channels::Channels;
use crate::error::{Error, Result, check_source_key};
use crate::mapping::Mapping;
use crate::quarantine;
use crate::row::Setting;
use crate::row::fx::FxTable;
use parse::{CHUNK_ROWS, Chunk, Made, Maker, SpendDays};
use threads::Chunks;

mod cut;
mod parse;
mod stop;
mod threads;

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Key of the source, such as `shop` or `meta_ads`.
    pub source: String,
    pub mapping: Mapping,
    pub files: Vec<PathBuf>,
    /// Read and check everything, write nothing.
    pub dry_run: bool,
}

/// How far an import is.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    pub file: String,
    /// Bytes of the files on disk.
    pub bytes_read: u64,
    pub bytes_total: u64,
    pub rows_read: u64,
    pub quarantined: u64,
}

/// What an import did. Rows are rows of the files; accepted and duplicates count records, of which a row can make several (a touch and
/// an order) or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportSummary {
    pub import_id: Uuid,
    pub dry_run: bool,
    pub rows_read: u64,
    /// Rows for which no record's `when` held.
    pub skipped: u64,
    /// Rows that were refused; the table `quarantine` says why.
    pub quarantined: u64,
    /// Records that are new in the lake.
    pub accepted: u64,
    /// Records that were in the lake before, or came twice. A dry run counts only those that come twice in its files.
    pub duplicates: u64,
    /// Records made, by kind, duplicates included.
    pub records: BTreeMap<&'static str, u64>,
    /// Refused rows by reason.
    pub refusals: BTreeMap<&'static str, u64>,
    /// Version of the data that holds the import.
    pub version: i64,
}

/// Imports files into the organisation's lake and records the import in the metastore.
pub async fn import(
    context: &OrgContext,
    metastore: &Metastore,
    lake: &Lake,
    clock: &dyn Clock,
    request: ImportRequest,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<ImportSummary> {
    if !check_source_key(&request.source) {
        return Err(Error::SourceKey { key: request.source });
    }
    if request.files.is_empty() {
        return Err(Error::NoFiles);
    }
    let now = clock.now();
    let import_id = time_ordered_id(now);
    let organization = metastore.organization(context).await?;
    let zone = types::date_range::parse_zone(&organization.zone)?;
    let setting = Setting {
        organization_id: context.organization_id(),
        source: request.source.as_str().into(),
        category: request.mapping.category,
        fx: FxTable::new(organization.currency, zone, metastore.fx_rates(context).await?),
        channels: Channels::load(metastore, context).await?,
        ingested_at: now,
    };
    if request.dry_run {
        return rehearse(setting, &request, import_id, lake.version().await?, progress).await;
    }
    for (name, kind) in request.mapping.custom_fields() {
        metastore.register_field(context, name, kind).await?;
        lake.add_column(
            types::tables::unified_marketing_data::TABLE.name,
            NewColumn { name: name.to_owned(), kind },
        )
        .await?;
    }
    let files: Vec<String> = request.files.iter().map(|file| shown(file)).collect();
    metastore
        .upsert_source(context, &request.source, &request.source, request.mapping.category, now)
        .await?;
    metastore.start_import(context, import_id, &request.source, &files, now).await?;
    let done = write(setting, &request, import_id, lake, progress).await;
    let (status, counts, message) = match &done {
        Ok(summary) => (ImportStatus::Succeeded, summary.counts(), None),
        Err(error) => (ImportStatus::Failed, ImportCounts::default(), Some(error.to_string())),
    };
    metastore
        .finish_import(context, import_id, status, counts, message.as_deref(), clock.now())
        .await?;
    done
}

/// Reads the files and commits what they hold.
async fn write(
    setting: Setting,
    request: &ImportRequest,
    import_id: Uuid,
    lake: &Lake,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<ImportSummary> {
    let (source, now) = (setting.source.to_string(), setting.ingested_at);
    let mut transaction = lake.transaction();
    let mut makers = Vec::new();
    for _ in 0..threads::parsers() {
        makers.push(Maker::Columns(Box::new(transaction.row_builder(CHUNK_ROWS).await?)));
    }
    let mut reading = Reading::begin(setting, request, import_id, makers)?;
    while let Some(chunk) = reading.next(progress).await? {
        if !chunk.refused.is_empty() {
            transaction
                .append_batch(quarantine::TABLE, quarantine::batch(import_id, &source, now, &chunk.refused)?)
                .await?;
        }
        if let Some(Made::Columns(columns)) = chunk.made {
            transaction.append_columns(columns).await?;
        }
    }
    let mut summary = reading.summary;
    for ((account_id, level), days) in reading.spend {
        transaction.replace_spend(SpendScope {
            data_source: source.clone(),
            account_id,
            level,
            days,
        });
    }
    let commit = transaction.commit(&format!("import {import_id} of {source}")).await?;
    summary.duplicates = commit.duplicates;
    summary.accepted = summary.records.values().sum::<u64>().saturating_sub(commit.duplicates);
    summary.version = commit.version;
    Ok(summary)
}

/// Reads the files as [`write`] does, and throws the rows away.
async fn rehearse(
    setting: Setting,
    request: &ImportRequest,
    import_id: Uuid,
    version: i64,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<ImportSummary> {
    let makers = (0..threads::parsers()).map(|_| Maker::Ids(Vec::new())).collect();
    let mut reading = Reading::begin(setting, request, import_id, makers)?;
    let mut ids = BTreeSet::new();
    while let Some(chunk) = reading.next(progress).await? {
        let Some(Made::Ids(made)) = chunk.made else { continue };
        for id in made {
            if !ids.insert(id) {
                reading.summary.duplicates += 1;
            }
        }
    }
    let mut summary = reading.summary;
    summary.accepted = ids.len() as u64;
    summary.version = version;
    Ok(summary)
}

/// What has been read so far.
struct Reading {
    chunks: Chunks,
    summary: ImportSummary,
    spend: SpendDays,
    read_bytes: Arc<AtomicU64>,
    bytes_total: u64,
}

impl Reading {
    fn begin(setting: Setting, request: &ImportRequest, import_id: Uuid, makers: Vec<Maker>) -> Result<Self> {
        let mut bytes_total = 0;
        for file in &request.files {
            bytes_total += std::fs::metadata(file).map_err(|source| Error::File { file: shown(file), source })?.len();
        }
        let read_bytes = Arc::new(AtomicU64::new(0));
        let chunks = Chunks::of(setting, request.mapping.clone(), makers, request.files.clone(), Arc::clone(&read_bytes))?;
        let summary = ImportSummary {
            import_id,
            dry_run: request.dry_run,
            rows_read: 0,
            skipped: 0,
            quarantined: 0,
            accepted: 0,
            duplicates: 0,
            records: BTreeMap::new(),
            refusals: BTreeMap::new(),
            version: 0,
        };
        Ok(Self {
            chunks,
            summary,
            spend: BTreeMap::new(),
            read_bytes,
            bytes_total,
        })
    }

    /// The next chunk, counted; None after the last one.
    async fn next(&mut self, progress: &mut (dyn FnMut(Progress) + Send)) -> Result<Option<Chunk>> {
        let chunk = self.chunks.next().await?;
        let summary = &mut self.summary;
        summary.rows_read += chunk.rows_read;
        summary.skipped += chunk.skipped;
        summary.quarantined += chunk.refused.len() as u64;
        for refused in &chunk.refused {
            *summary.refusals.entry(refused.refusal.fault.code).or_default() += 1;
        }
        for (kind, count) in &chunk.records {
            *summary.records.entry(kind).or_default() += count;
        }
        for (scope, days) in &chunk.spend {
            self.spend.entry(scope.clone()).or_default().extend(days);
        }
        progress(Progress {
            file: chunk.file.to_string(),
            bytes_read: self.read_bytes.load(std::sync::atomic::Ordering::Relaxed),
            bytes_total: self.bytes_total,
            rows_read: summary.rows_read,
            quarantined: summary.quarantined,
        });
        Ok(if chunk.is_last { None } else { Some(chunk) })
    }
}

impl ImportSummary {
    fn counts(&self) -> ImportCounts {
        ImportCounts {
            read: self.rows_read,
            accepted: self.accepted,
            duplicates: self.duplicates,
            quarantined: self.quarantined,
        }
    }
}

/// A version 7 id: sorts by time.
pub(crate) fn time_ordered_id(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds))
}

/// A file as the person named it.
fn shown(file: &Path) -> String {
    file.display().to_string()
}

#[cfg(test)]
mod tests;
