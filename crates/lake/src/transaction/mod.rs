//! Staging rows, and committing them together with cursors.
//!
//! Rows are buffered, sorted and written to Parquet in bounded memory as they come, in the background; nothing of it can be seen before
//! [`Transaction::commit`], which puts all files, statistics, row keys and cursors into the catalogue in one SQL transaction.

mod background;
mod buffer;
mod commit;
mod reassign;
mod removal;
mod replace;
mod staging;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::RecordBatch;
use types::{CustomerId, UnifiedRow};

use crate::catalogue::commit::CursorMove;
use crate::catalogue::identity::{IdentityChange, StoredLink, StoredMember};
use crate::catalogue::state::TableState;
use crate::customers::CustomerSet;
use crate::lake::Inner;
use crate::rows::{RowBuilder, RowColumns, UNIFIED};
use crate::{Error, Result};
use background::Background;
use buffer::Buffers;
pub(crate) use reassign::part_of;
pub use reassign::{Assign, Reassignment};
pub use replace::SpendScope;
use staging::{Staging, conform};
pub(crate) use staging::{new_file, remove_file};

/// What a commit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The snapshot that holds it.
    pub version: i64,
    /// Rows added.
    pub rows: u64,
    /// Rows left out because they were there already, or came twice.
    pub duplicates: u64,
    /// Customers that lost or gained rows by [`Transaction::reassign`].
    pub reassigned: Vec<CustomerId>,
}

/// Rows and cursors on their way into the lake. Dropped without a commit it leaves nothing.
#[derive(Debug)]
pub struct Transaction {
    inner: Arc<Inner>,
    /// None only after an error: then nothing can be committed any more.
    rows: Option<Rows>,
    spend_scopes: Vec<SpendScope>,
    replaced_tables: BTreeSet<String>,
    reassignment: Option<Reassignment>,
    identity: IdentityChange,
    /// Customers whose rows go, by table.
    removed: BTreeMap<String, Arc<CustomerSet>>,
    cursors: Vec<CursorMove>,
}

/// The rows of a transaction: in memory, and in files.
#[derive(Debug)]
struct Rows {
    buffers: Buffers,
    staged: Background,
}

impl Transaction {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        let staged = Background::Idle(Staging::new(Arc::clone(&inner)));
        let buffers = Buffers::default();
        Self {
            inner,
            rows: Some(Rows { buffers, staged }),
            spend_scopes: Vec::new(),
            replaced_tables: BTreeSet::new(),
            reassignment: None,
            identity: IdentityChange::default(),
            removed: BTreeMap::new(),
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
        let (taken, table) = self.take()?.prepared(&self.inner, |table| has_fields_of(table, &rows)).await?;
        let schema = Arc::clone(&table.schema);
        let to_columns = move || {
            let mut builder = RowBuilder::new(&schema, rows.len())?;
            builder.push(&rows)?;
            builder.finish()
        };
        let columns = tokio::task::spawn_blocking(to_columns).await??;
        self.rows = Some(taken.push_unified(&table, columns).await?);
        Ok(())
    }

    /// A builder of columns for [`Transaction::append_columns`], of about `rows` rows at a time. It knows the columns that the table has
    /// now.
    pub async fn row_builder(&mut self, rows: usize) -> Result<RowBuilder> {
        let (taken, table) = self.take()?.prepared(&self.inner, |_| true).await?;
        self.rows = Some(taken);
        RowBuilder::new(&table.schema, rows)
    }

    /// Stages rows as [`Transaction::append_rows`] does, from columns that a [`Transaction::row_builder`] has built: on whatever thread
    /// made the rows, while this one waits for files.
    pub async fn append_columns(&mut self, columns: RowColumns) -> Result<()> {
        let has_all = |table: &TableState| {
            let schemas = columns.batches().map(RecordBatch::schema);
            schemas
                .flat_map(|schema| schema.fields().to_vec())
                .all(|field| table.column(field.name()).is_some())
        };
        let (taken, table) = self.take()?.prepared(&self.inner, has_all).await?;
        self.rows = Some(taken.push_unified(&table, columns).await?);
        Ok(())
    }

    /// Stages rows of a derived table or of `quarantine`. Columns are found by name; a nullable one may be missing. Values may come as
    /// `Dictionary(Int32, …)`: then each is looked at once, however many rows have it.
    pub async fn append_batch(&mut self, table: &str, batch: RecordBatch) -> Result<()> {
        self.append_derived(table, batch, false).await
    }

    /// [`Transaction::append_batch`] of rows that are in the table's order, which saves sorting them. Batches may come in any order, best
    /// without overlap.
    pub async fn append_ordered_batch(&mut self, table: &str, batch: RecordBatch) -> Result<()> {
        self.append_derived(table, batch, true).await
    }

    async fn append_derived(&mut self, table: &str, batch: RecordBatch, is_ordered: bool) -> Result<()> {
        if table == UNIFIED {
            return Err(Error::RowsOnly { table: table.to_owned() });
        }
        let state = self.inner.newest_state().await?;
        let table = Arc::clone(state.table(table)?);
        let Rows { mut buffers, staged } = self.take()?;
        let full = buffers.push_derived(&table, conform(&table, &batch)?, is_ordered);
        let staged = staged.write(full.into_iter().collect()).await?;
        self.rows = Some(Rows { buffers, staged });
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

    /// Gives journey rows to other customers: also those that are committed before this transaction is. Their ids stay. Rows that this
    /// transaction appends are not looked at.
    pub fn reassign(&mut self, reassignment: Reassignment) {
        self.reassignment = Some(reassignment);
    }

    /// Adds links to the identity graph, or earlier evidence of them, and says anew where members belong.
    pub fn change_identity(&mut self, links: Vec<StoredLink>, members: Vec<StoredMember>) {
        self.identity = IdentityChange { links, members };
    }

    /// Removes all live rows of some customers of a derived table, which are few of many: what this transaction appends takes their place.
    /// Files stay as they are, the rows are noted as gone beside them.
    pub fn remove_customers(&mut self, table: &str, customers: Arc<CustomerSet>) {
        self.removed.insert(table.to_owned(), customers);
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

    fn take(&mut self) -> Result<Rows> {
        self.rows.take().ok_or_else(|| {
            let reason = "an earlier call of this transaction failed or was cancelled; begin a new one".to_owned();
            Error::Catalogue {
                place: "transaction".into(),
                reason,
            }
        })
    }
}

impl Rows {
    /// With the table and the live key runs loaded at the first rows, and the table again when rows have a field that is new.
    async fn prepared(self, inner: &Arc<Inner>, has_all: impl Fn(&TableState) -> bool) -> Result<(Self, Arc<TableState>)> {
        let Self { mut buffers, mut staged } = self;
        let table = match &buffers.unified {
            Some(table) if has_all(table) => Arc::clone(table),
            Some(_) => {
                // Batches of one buffer have one schema.
                staged = staged.write(buffers.take_unified()).await?;
                Arc::clone(inner.newest_state().await?.table(UNIFIED)?)
            }
            None => {
                let state = inner.newest_state().await?;
                let mut staging = staged.finish().await?;
                staging.load_keys(state.version).await?;
                staged = Background::Idle(staging);
                Arc::clone(state.table(UNIFIED)?)
            }
        };
        buffers.unified = Some(Arc::clone(&table));
        Ok((Self { buffers, staged }, table))
    }

    async fn push_unified(self, table: &Arc<TableState>, columns: RowColumns) -> Result<Self> {
        let Self { mut buffers, staged } = self;
        let full = buffers.push_unified(table, columns)?;
        let staged = staged.write(full).await?;
        Ok(Self { buffers, staged })
    }
}

/// Whether every registered field of the rows is a column of the table.
fn has_fields_of(table: &TableState, rows: &[UnifiedRow]) -> bool {
    rows.iter().flat_map(|row| &row.custom).all(|(name, _)| table.column(name).is_some())
}
