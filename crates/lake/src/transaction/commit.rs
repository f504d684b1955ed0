//! The commit: everything that is staged becomes visible at once, or nothing does.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use futures::StreamExt;
use types::CustomerId;

use super::removal::Removals;
use super::replace::{self, Rewrite, Rewrites};
use super::staging::{Staging, new_file, remove_file};
use super::{Commit, Transaction, reassign};
use crate::catalogue::commit::{self as sql, Change, Outcome};
use crate::catalogue::state::LakeState;
use crate::keys::{self, Key, catalogue};
use crate::lake::Inner;
use crate::rows::UNIFIED;
use crate::{Error, Result, read};

/// Other processes may commit in between; each attempt starts from the state they left.
const ATTEMPTS_MAX: u32 = 50;

impl Transaction {
    /// Makes the rows durable and visible, and moves the cursors, in one SQL transaction. After an error nothing of it is in the lake
    /// (except [`Error::UnknownOutcome`], which says so).
    pub async fn commit(mut self, message: &str) -> Result<Commit> {
        let mut rows = self.take()?;
        let mut staging = rows.staged.write(rows.buffers.take_all()).await?.finish_durable().await?;
        let mut rewrites = Rewrites::new();
        let mut removals = Removals::default();
        let committed = self.commit_staged(message, &mut staging, &mut rewrites, &mut removals).await;
        let rewritten = rewrites.values().flat_map(|rewrite| match rewrite {
            Rewrite::Replaced { written, .. } => written.as_slice(),
            Rewrite::Untouched => &[],
        });
        match &committed {
            Ok(_) => {
                staging.is_settled = true;
                removals.settle(&self.inner);
                self.inner.unstage(
                    rewritten
                        .map(|file| file.path.as_ref())
                        .chain(staging.files.iter().map(|file| file.written.path.as_ref())),
                );
                self.inner.unstage(staging.keys.paths());
            }
            // Whatever was written may be in the catalogue: nothing is removed.
            Err(Error::UnknownOutcome { .. }) => staging.is_settled = true,
            Err(_) => {
                rewritten.for_each(|file| remove_file(&self.inner, file));
                removals.undo(&self.inner);
            }
        }
        let committed = committed?;
        if let Err(error) = merge_key_runs(&self.inner).await {
            tracing::warn!(%error, "row keys could not be merged; the next commit tries again");
        }
        Ok(committed)
    }

    async fn commit_staged(&self, message: &str, staging: &mut Staging, rewrites: &mut Rewrites, removals: &mut Removals) -> Result<Commit> {
        let inner = &self.inner;
        let token = uuid::Uuid::new_v4().to_string();
        // The long work goes before the queue; inside it only what came in between is left to do.
        let state = inner.newest_state().await?;
        self.prepare(&state, staging, rewrites).await?;
        removals.prepare(inner, &state, &self.removed).await?;
        let _queue = inner.commits.lock().await;
        for _ in 0..ATTEMPTS_MAX {
            let state = inner.newest_state().await?;
            self.prepare(&state, staging, rewrites).await?;
            removals.prepare(inner, &state, &self.removed).await?;
            let keys = staging.keys.clone();
            let key_runs = tokio::task::spawn_blocking(move || keys.sync()).await??;
            let mut change = Change {
                key_runs,
                cursors: self.cursors.clone(),
                identity: self.identity.clone(),
                message: message.to_owned(),
                token: token.clone(),
                ..Change::default()
            };
            change.add = staging.files.iter().map(|file| (file.table.clone(), file.written.clone())).collect();
            let rows = staging.files.iter().map(|file| file.written.rows).sum();
            self.add_replacements(&state, rewrites, &mut change)?;
            removals.add_to(&mut change, &state, &self.removed)?;
            if let Outcome::Committed(version) = sql::commit(&inner.database, &state, &change, inner.clock.now()).await? {
                return Ok(Commit {
                    version,
                    rows,
                    duplicates: staging.duplicates,
                    reassigned: reassigned(rewrites),
                });
            }
        }
        Err(Error::Contention { attempts: ATTEMPTS_MAX })
    }

    /// Brings what is staged up to `state`: rows that another commit brought meanwhile are taken out, and spend is replaced.
    async fn prepare(&self, state: &LakeState, staging: &mut Staging, rewrites: &mut Rewrites) -> Result<()> {
        replace::prepare(&self.inner, state, &self.spend_scopes, rewrites).await?;
        if let Some(reassignment) = &self.reassignment {
            reassign::prepare(&self.inner, state, reassignment, rewrites).await?;
        }
        if staging.checked_version >= 0 && staging.checked_version < state.version {
            exclude_new_keys(&self.inner, staging).await?;
            staging.checked_version = state.version;
        }
        for at in 0..staging.files.len() {
            if !staging.files[at].excluded.is_empty() {
                rewrite_without_excluded(&self.inner, staging, at).await?;
            }
        }
        staging.files.retain(|file| file.written.rows > 0);
        Ok(())
    }

    fn add_replacements(&self, state: &LakeState, rewrites: &Rewrites, change: &mut Change) -> Result<()> {
        let unified = state.table(UNIFIED)?;
        for file in &unified.files {
            if let Some(Rewrite::Replaced { written, .. }) = rewrites.get(&file.id) {
                change.drop.push((UNIFIED.to_owned(), Arc::clone(file)));
                change.add.extend(written.iter().map(|written| (UNIFIED.to_owned(), written.clone())));
            }
        }
        for name in &self.replaced_tables {
            change
                .drop
                .extend(state.table(name)?.files.iter().map(|file| (name.clone(), Arc::clone(file))));
        }
        Ok(())
    }
}

/// The customers that lost or gained rows.
fn reassigned(rewrites: &Rewrites) -> Vec<CustomerId> {
    let customers = rewrites.values().flat_map(|rewrite| match rewrite {
        Rewrite::Replaced { customers, .. } => customers.iter().copied().collect(),
        Rewrite::Untouched => Vec::new(),
    });
    customers.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Looks the staged keys up in the runs that came since they were checked.
async fn exclude_new_keys(inner: &Arc<Inner>, staging: &mut Staging) -> Result<()> {
    let mut shared: HashSet<Key> = HashSet::new();
    for row in catalogue::live(&inner.database, inner.clock.now()).await? {
        if row.newest_snapshot <= staging.checked_version {
            continue;
        }
        let run = inner.run(row.id, &row.path)?;
        let keys = staging.keys.clone();
        shared.extend(tokio::task::spawn_blocking(move || keys.shared_with(&run)).await??);
    }
    for file in staging.files.iter_mut().filter(|file| file.table == UNIFIED) {
        file.excluded.extend(&shared);
    }
    Ok(())
}

/// Writes a staged file anew without its excluded rows.
async fn rewrite_without_excluded(inner: &Arc<Inner>, staging: &mut Staging, at: usize) -> Result<()> {
    let file = &mut staging.files[at];
    let excluded = Arc::new(std::mem::take(&mut file.excluded));
    let filter = move |batch: Result<RecordBatch>| {
        let batch = batch?;
        let ids = batch.column(batch.schema().index_of("id")?).as_fixed_size_binary();
        let keep: BooleanArray = ids
            .iter()
            .map(|id| Some(id.is_none_or(|id| !excluded.contains(&Key::from_be_bytes(id.try_into().unwrap_or_default())))))
            .collect();
        Ok(filter_record_batch(&batch, &keep)?)
    };
    let stream = read::rows(inner, &file.written.path, file.written.bytes, &file.schema).await?.map(filter);
    let (owner, table, columns, schema) = (Arc::clone(inner), file.table.clone(), Arc::clone(&file.columns), Arc::clone(&file.schema));
    let placement = file.written.placement.clone();
    let written = read::write_all(stream, move || new_file(&owner, &table, &columns, &schema, placement)).await?;
    let rows_left = written.as_ref().map_or(0, |written| written.rows);
    staging.duplicates += file.written.rows - rows_left;
    remove_file(inner, &file.written);
    match written {
        Some(written) => file.written = written,
        None => file.written.rows = 0,
    }
    Ok(())
}

/// Merges runs of alike size as long as there are four of them.
async fn merge_key_runs(inner: &Arc<Inner>) -> Result<()> {
    let Ok(_merging) = inner.key_merges.try_lock() else { return Ok(()) };
    loop {
        let live = catalogue::live(&inner.database, inner.clock.now()).await?;
        let Some(sources) = keys::due_for_merge(&live) else { return Ok(()) };
        let runs = sources.iter().map(|run| inner.run(run.id, &run.path)).collect::<Result<Vec<_>>>()?;
        let owner = Arc::clone(inner);
        let merged = tokio::task::spawn_blocking(move || keys::merge_runs(&owner, &runs)).await??;
        // Registered or not, the garbage collection finds what is superfluous.
        let replaced = catalogue::replace(&inner.database, &sources, &merged, inner.clock.now()).await;
        inner.unstage(std::iter::once(merged.path.as_str()));
        if !replaced? {
            return Ok(());
        }
    }
}
