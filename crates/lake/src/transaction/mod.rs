//! Staging rows, and committing them together with cursors.
//!
//! Rows are buffered, sorted and written to Parquet in bounded memory as they come; nothing of it can be seen before
//! [`Transaction::commit`], which puts all files, statistics, row keys and cursors into the catalogue in one SQL transaction.

mod commit;
mod replace;
mod staging;

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::RecordBatch;
use types::UnifiedRow;

use crate::catalogue::commit::CursorMove;
use crate::lake::Inner;
use crate::rows::UNIFIED;
use crate::{Error, Result};
pub use replace::SpendScope;
use staging::Staging;
pub(crate) use staging::{new_file, remove_file};

/// What a commit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The snapshot that holds it.
    pub version: i64,
    /// Rows added.
    pub rows: u64,
    /// Rows left out because they were there already, or came twice.
    pub duplicates: u64,
}

/// Rows and cursors on their way into the lake. Dropped without a commit it leaves nothing.
#[derive(Debug)]
pub struct Transaction {
    inner: Arc<Inner>,
    /// None only after an error: then nothing can be committed any more.
    staging: Option<Staging>,
    spend_scopes: Vec<SpendScope>,
    replaced_tables: BTreeSet<String>,
    cursors: Vec<CursorMove>,
}

impl Transaction {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        let staging = Staging::new(Arc::clone(&inner));
        Self {
            inner,
            staging: Some(staging),
            spend_scopes: Vec::new(),
            replaced_tables: BTreeSet::new(),
            cursors: Vec::new(),
        }
    }

    /// Stages rows of `unified_marketing_data`. A row whose id is in the lake already, or came before in this transaction, is counted as
    /// a duplicate and left out. Spend rows are the exception: of equal ids in this transaction the last one wins, and against the lake
    /// they are guarded by [`Transaction::replace_spend`], which the caller must call for what it sends.
    pub async fn append_rows(&mut self, rows: Vec<UnifiedRow>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut staging = self.take()?;
        staging.prepare_unified(&rows).await?;
        let staged = tokio::task::spawn_blocking(move || staging.append_rows(&rows).map(|()| staging));
        self.staging = Some(staged.await??);
        Ok(())
    }

    /// Stages rows of a derived table or of `quarantine`. Columns are found by name; a nullable one may be missing.
    pub async fn append_batch(&mut self, table: &str, batch: RecordBatch) -> Result<()> {
        if table == UNIFIED {
            return Err(Error::RowsOnly { table: table.to_owned() });
        }
        let mut staging = self.take()?;
        let state = match self.inner.newest_state().await.and_then(|state| state.table(table).map(Arc::clone)) {
            Ok(state) => state,
            Err(error) => {
                self.staging = Some(staging);
                return Err(error);
            }
        };
        let staged = tokio::task::spawn_blocking(move || staging.append_batch(&state, &batch).map(|()| staging));
        self.staging = Some(staged.await??);
        Ok(())
    }

    /// Removes the live spend rows of `scope`: what this transaction appends takes their place. This is how a platform restates its
    /// figures; rows are never merely upserted.
    pub fn replace_spend(&mut self, scope: SpendScope) {
        self.spend_scopes.push(scope);
    }

    /// Removes all live rows of a derived table: what this transaction appends takes their place.
    pub fn replace_table(&mut self, table: &str) {
        self.replaced_tables.insert(table.to_owned());
    }

    /// Moves the cursor `name` from `expected` (None: it does not exist yet) to `to` with the commit. If somebody else moved it, the whole
    /// commit is refused with [`Error::CursorMoved`].
    pub fn move_cursor(&mut self, name: &str, expected: Option<String>, to: String) {
        self.cursors.push(CursorMove {
            name: name.to_owned(),
            expected,
            to,
        });
    }

    fn take(&mut self) -> Result<Staging> {
        self.staging.take().ok_or_else(|| {
            let reason = "an earlier call of this transaction failed or was cancelled; begin a new one".to_owned();
            Error::Catalogue {
                place: "transaction".into(),
                reason,
            }
        })
    }
}
