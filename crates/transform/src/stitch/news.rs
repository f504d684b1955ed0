//! What the journey files that came since say about who is who.

use std::collections::HashSet;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;
use futures::StreamExt;
use jiff::Timestamp;
use journeys::identity::{Evidence, Links, link_all};
use lake::{Lake, Layout, TableSnapshot};
use types::tables::unified_marketing_data;
use types::{CustomerId, Identifier, RowId, identifier};

use crate::Result;

/// Links read before they are committed: what a step holds in memory.
const LINKS_MAX: usize = 250_000;

/// New rows, as far as identity goes.
#[derive(Debug, Default)]
pub(super) struct News {
    /// The newest file that was read, or was there and had nothing to say.
    pub(super) file: i64,
    pub(super) links: Links,
    /// Identifiers that belong to another customer than the one they come in with, and that came in again.
    pub(super) returning: Vec<Identifier>,
    /// The customers that they come in with.
    pub(super) strangers: HashSet<CustomerId>,
}

impl News {
    /// Of files with a greater id than `after`; not of all, if they hold very many links.
    pub(super) async fn read(lake: &Lake, after: i64) -> Result<Self> {
        let snapshot = lake.snapshot().await?;
        let table = snapshot.table(unified_marketing_data::TABLE.name)?;
        let has_moved = lake.identity_has_moved_members().await?;
        let mut news = Self {
            file: after,
            ..Self::default()
        };
        let mut customers = HashSet::new();
        for file in table.files().iter().filter(|file| file.layout == Layout::Journey && file.id > after) {
            if news.links.len() >= LINKS_MAX {
                break;
            }
            news.file = file.id;
            if !table.is_empty_in(file, "identifiers") {
                news.read_links(&table, file).await?;
            }
            if has_moved {
                let mut batches = table.read_file(file, &["customer_id"]).await?;
                while let Some(batch) = batches.next().await {
                    let batch = batch?;
                    let ids = batch.column(0).as_fixed_size_binary();
                    customers.extend(ids.iter().flatten().filter_map(|id| id.try_into().ok()).map(CustomerId::from_bytes));
                }
            }
        }
        let customers: Vec<CustomerId> = customers.into_iter().collect();
        for member in lake.identity_members_at_home(&customers).await? {
            if member.home != member.customer || member.role == "hub" {
                news.strangers.insert(member.home);
                news.returning.push(member.identifier);
            }
        }
        Ok(news)
    }

    async fn read_links(&mut self, table: &TableSnapshot, file: &lake::DataFile) -> Result<()> {
        let mut batches = table.read_file(file, &["id", "recorded_at", "data_source", "identifiers"]).await?;
        while let Some(batch) = batches.next().await {
            self.add(&batch?);
        }
        Ok(())
    }

    fn add(&mut self, batch: &RecordBatch) {
        let ids = batch.column(0).as_fixed_size_binary();
        let instants = batch.column(1).as_primitive::<TimestampMicrosecondType>();
        let (sources, lists) = (batch.column(2).as_string::<i32>(), batch.column(3).as_string::<i32>());
        for row in (0..batch.num_rows()).filter(|row| lists.is_valid(*row)) {
            let identifiers = identifier::of_column(lists.value(row));
            let id = ids.value(row).try_into().map(RowId::from_bytes);
            let (Ok(id), Ok(recorded_at), true) = (id, Timestamp::from_microsecond(instants.value(row)), identifiers.len() > 1) else {
                continue;
            };
            let evidence = Evidence {
                recorded_at,
                row: id,
                source: sources.value(row).to_owned(),
            };
            link_all(&mut self.links, &identifiers, &evidence);
        }
    }
}
