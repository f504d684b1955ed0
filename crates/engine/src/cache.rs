//! Finished answers by (organisation, currency, snapshot, plan): equal keys have equal answers, so nothing ever goes stale.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use semantic::engine::RawTable;
use semantic::result::Cell;
use tokio::sync::OnceCell;

/// One answer, computed once however many ask for it at the same time. If the one who computes it gives up or fails, the next one
/// that waits computes it.
type Slot = Arc<OnceCell<Arc<RawTable>>>;

#[derive(Debug)]
struct Entry {
    slot: Slot,
    bytes: usize,
    used: u64,
}

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<String, Entry>,
    bytes: usize,
    tick: u64,
}

/// Bounded in bytes; the answer that was used longest ago goes first.
#[derive(Debug)]
pub(crate) struct ResultCache {
    bytes_max: usize,
    entries: Mutex<Entries>,
}

impl ResultCache {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            bytes_max,
            entries: Mutex::new(Entries::default()),
        }
    }

    /// The answer under `key`: a kept one, or the one that `compute` gives.
    pub(crate) async fn get_or_compute<E, F>(&self, key: String, compute: F) -> Result<Arc<RawTable>, E>
    where
        F: Future<Output = Result<RawTable, E>>,
    {
        let slot = self.slot(&key);
        let answer = slot.get_or_try_init(|| async { compute.await.map(Arc::new) }).await;
        match &answer {
            Ok(answer) => self.keep(&key, &slot, answer),
            Err(_) => self.forget(&key, &slot),
        }
        answer.map(Arc::clone)
    }

    fn slot(&self, key: &str) -> Slot {
        let mut entries = self.lock();
        entries.tick += 1;
        let tick = entries.tick;
        if let Some(entry) = entries.by_key.get_mut(key) {
            entry.used = tick;
            return Arc::clone(&entry.slot);
        }
        // A slot that its asker abandons stays with its key's bytes only, and goes when it is the oldest.
        let slot = Slot::default();
        let bytes = key.len() + 128;
        entries.bytes += bytes;
        entries.by_key.insert(
            key.to_owned(),
            Entry {
                slot: Arc::clone(&slot),
                bytes,
                used: tick,
            },
        );
        self.trim(&mut entries, key);
        slot
    }

    fn keep(&self, key: &str, slot: &Slot, answer: &RawTable) {
        let mut entries = self.lock();
        let bytes = key.len() + 128 + bytes_of(answer);
        let Some(entry) = entries.by_key.get_mut(key) else { return };
        if !Arc::ptr_eq(&entry.slot, slot) || entry.bytes == bytes {
            return;
        }
        let before = std::mem::replace(&mut entry.bytes, bytes);
        entries.bytes = entries.bytes - before + bytes;
        self.trim(&mut entries, "");
    }

    fn forget(&self, key: &str, slot: &Slot) {
        let mut entries = self.lock();
        let is_ours = entries
            .by_key
            .get(key)
            .is_some_and(|entry| Arc::ptr_eq(&entry.slot, slot) && !slot.initialized());
        if is_ours && let Some(entry) = entries.by_key.remove(key) {
            entries.bytes -= entry.bytes;
        }
    }

    fn trim(&self, entries: &mut Entries, spared: &str) {
        while entries.bytes > self.bytes_max {
            let oldest = entries
                .by_key
                .iter()
                .filter(|(key, _)| *key != spared)
                .min_by_key(|(_, entry)| entry.used)
                .map(|(key, _)| key.clone());
            let Some(entry) = oldest.and_then(|key| entries.by_key.remove(&key)) else {
                return;
            };
            entries.bytes -= entry.bytes;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bytes_of(table: &RawTable) -> usize {
    let text = |cell: &Cell| match cell {
        // Shared by rows, mostly; counted for each.
        Cell::Text(text) => text.len(),
        Cell::Null | Cell::Decimal(_) | Cell::Integer(_) | Cell::Number(_) | Cell::Bool(_) => 0,
    };
    table
        .rows
        .iter()
        .chain([&table.totals])
        .map(|row| size_of::<Vec<Cell>>() + row.iter().map(|cell| size_of::<Cell>() + text(cell)).sum::<usize>())
        .sum()
}

#[cfg(test)]
mod tests;
