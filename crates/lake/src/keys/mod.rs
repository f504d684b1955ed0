//! Row keys: the same row sent twice appears once.
//!
//! Every commit's row ids are a sorted run in a file, registered in the commit's own transaction. A batch is checked against itself, the
//! runs that its own transaction wrote before, and the live runs; runs that other commits add meanwhile are checked at commit. Runs of
//! similar size are merged four at a time, so a lake with n keys has O(log n) runs.

pub(crate) mod catalogue;
pub(crate) mod run;

use std::sync::Arc;

use crate::Result;
use crate::lake::Inner;
use crate::writer::sorted::fresh_path;
use catalogue::RunRow;
pub(crate) use run::{Key, Run};

/// Folder of the runs below the lake's root.
pub(crate) const KEYS_FOLDER: &str = "keys";
/// Runs of one size that are merged into one.
const FAN_IN: usize = 4;
/// Runs are merged only with runs of the same period, so that a run does leave the 400-day window one day.
const PERIOD_SECONDS: i64 = 40 * 86_400;

/// A run that a commit registers.
#[derive(Clone, Debug)]
pub(crate) struct NewRun {
    /// Below the lake's root.
    pub(crate) path: String,
    pub(crate) count: u64,
}

/// The runs of a transaction that is not committed yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct StagedKeys {
    /// (size class, run), the file being `path` below the root.
    runs: Vec<(u32, String, Arc<Run>)>,
}

impl StagedKeys {
    /// The runs, for looking keys up.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &Arc<Run>> {
        self.runs.iter().map(|(_, _, run)| run)
    }

    /// Adds ascending keys as a run. Files that become superfluous are removed. Blocking.
    pub(crate) fn add(&mut self, inner: &Inner, keys: &[Key]) -> Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        self.push(inner, 0, keys.iter().copied().map(Ok))?;
        loop {
            let Some(&(class, _, _)) = self.runs.last() else { return Ok(()) };
            let first = self.runs.iter().position(|(other, _, _)| *other == class).unwrap_or(0);
            if self.runs.len() - first < FAN_IN {
                return Ok(());
            }
            let sources: Vec<_> = self.runs.drain(first..).collect();
            let runs: Vec<Arc<Run>> = sources.iter().map(|(_, _, run)| Arc::clone(run)).collect();
            self.push(inner, class + 1, run::merge(&runs)?)?;
            for run in runs {
                run::remove(run.path()).map_err(crate::Error::io(run.path(), "removed"))?;
            }
        }
    }

    fn push(&mut self, inner: &Inner, class: u32, keys: impl Iterator<Item = Result<Key>>) -> Result<()> {
        let path = new_path(inner);
        let run = Run::write(&inner.root().join(&path), keys)?;
        self.runs.push((class, path, Arc::new(run)));
        Ok(())
    }

    /// Makes the runs durable and names them for the commit. Blocking.
    pub(crate) fn sync(&self) -> Result<Vec<NewRun>> {
        let mut named = Vec::new();
        for (_, path, run) in &self.runs {
            run.sync()?;
            named.push(NewRun {
                path: path.clone(),
                count: run.count(),
            });
        }
        Ok(named)
    }

    /// The keys that `other` holds too, ascending. Blocking.
    pub(crate) fn shared_with(&self, other: &Run) -> Result<Vec<Key>> {
        const CHUNK: usize = 1 << 16;
        let mut shared = Vec::new();
        for run in self.runs() {
            // The smaller run is read from end to end and looked up in the larger one.
            let (small, large): (&Run, &Run) = if run.count() <= other.count() { (run, other) } else { (other, run) };
            let mut keys = small.keys()?;
            loop {
                let chunk: Vec<Key> = keys.by_ref().take(CHUNK).collect::<Result<_>>()?;
                if chunk.is_empty() {
                    break;
                }
                large.find(&chunk, |at| shared.push(chunk[at]))?;
            }
        }
        shared.sort_unstable();
        Ok(shared)
    }

    /// Paths of the runs below the root.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.runs.iter().map(|(_, path, _)| path.as_str())
    }

    pub(crate) fn remove_files(&self) {
        for run in self.runs() {
            if let Err(error) = run::remove(run.path()) {
                tracing::warn!(path = %run.path().display(), %error, "a staged file of row keys was left for the garbage collection");
            }
        }
    }
}

/// Live runs that should be merged now: four of one size class and period. None when there are none.
pub(crate) fn due_for_merge(live: &[RunRow]) -> Option<Vec<RunRow>> {
    let class = |run: &RunRow| {
        (
            run.newest_at.as_second().div_euclid(PERIOD_SECONDS),
            (run.count / 1_024 + 1).ilog(FAN_IN as u64),
        )
    };
    for run in live {
        let alike: Vec<RunRow> = live.iter().filter(|other| class(other) == class(run)).cloned().collect();
        if alike.len() >= FAN_IN {
            return Some(alike);
        }
    }
    None
}

/// Merges `sources` into a new durable run. Blocking.
pub(crate) fn merge_runs(inner: &Inner, sources: &[Arc<Run>]) -> Result<NewRun> {
    let path = new_path(inner);
    let run = Run::write(&inner.root().join(&path), run::merge(sources)?)?;
    run.sync()?;
    Ok(NewRun { path, count: run.count() })
}

/// A path for a new run, known as staged so that the garbage collection leaves it alone.
fn new_path(inner: &Inner) -> String {
    let path = fresh_path(KEYS_FOLDER, &inner.process, "keys").to_string();
    inner.stage(&path);
    path
}
