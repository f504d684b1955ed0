//! What commits did to the rows of customers since a version.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::row::{RowConverter, SortField};
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;

use crate::catalogue::state::{DATA_FOLDER, unsigned};
use crate::customers::CustomerSet;
use crate::lake::Lake;
use crate::merge::positions;
use crate::rows::UNIFIED;
use crate::schema::Column;
use crate::snapshot::Snapshot;
use crate::{Result, read};

/// Changes between two versions of `unified_marketing_data`.
#[derive(Debug)]
pub struct Changes {
    snapshot: Snapshot,
    commits: Vec<FileChanges>,
    /// Whether rows came or went that belong to no journey, such as spend.
    pub has_facts: bool,
}

/// The journey files of one commit that did more than lay rows out anew.
#[derive(Debug, Default)]
struct FileChanges {
    added: Vec<ChangedFile>,
    dropped: Vec<ChangedFile>,
}

/// A file of the past: perhaps it is not live any more.
#[derive(Clone, Debug)]
struct ChangedFile {
    path: Path,
    bytes: u64,
    rows: u64,
}

impl Lake {
    /// What changed in `unified_marketing_data` after version `since`, up to `snapshot`. None where that is not known any more, because
    /// snapshots in between were forgotten.
    pub async fn changes(&self, since: i64, snapshot: &Snapshot) -> Result<Option<Changes>> {
        let (database, newest) = (&self.inner.database, snapshot.version());
        let table = snapshot.table(UNIFIED)?.table;
        let sql = "SELECT snapshot_id, changes_made FROM ducklake_snapshot_changes WHERE snapshot_id > $1 AND snapshot_id <= $2";
        let commits = database.read(sql, vec![since.into(), newest.into()]).await?;
        if since > newest || i64::try_from(commits.len()) != Ok(newest - since) {
            return Ok(None);
        }
        let mut compactions = Vec::new();
        for commit in &commits {
            if commit.text(1)?.split(',').any(|change| change.starts_with("compacted_table:")) {
                compactions.push(commit.int(0)?);
            }
        }
        let sql = "SELECT f.path, f.file_size_bytes, f.record_count, f.begin_snapshot, f.end_snapshot, t.layout FROM ducklake_data_file f \
                   LEFT JOIN tributary_file t ON t.data_file_id = f.data_file_id \
                   WHERE f.table_id = $1 AND f.begin_snapshot <= $3 AND (f.begin_snapshot > $2 OR f.end_snapshot > $2)";
        let mut by_commit: HashMap<i64, FileChanges> = HashMap::new();
        let mut has_facts = false;
        for row in database.read(sql, vec![table.id.into(), since.into(), newest.into()]).await? {
            let file = ChangedFile {
                path: Path::from(format!("{DATA_FOLDER}/{UNIFIED}/{}", row.text(0)?)),
                bytes: unsigned(row.int(1)?),
                rows: unsigned(row.int(2)?),
            };
            let is_in_question = |version: &i64| *version > since && *version <= newest && !compactions.contains(version);
            let begin = Some(row.int(3)?).filter(is_in_question);
            let end = row.int_option(4)?.filter(is_in_question);
            if row.text_option(5)?.as_deref() != Some("journey") {
                has_facts |= begin.is_some() || end.is_some();
                continue;
            }
            if let Some(version) = begin {
                by_commit.entry(version).or_default().added.push(file.clone());
            }
            if let Some(version) = end {
                by_commit.entry(version).or_default().dropped.push(file);
            }
        }
        Ok(Some(Changes {
            snapshot: snapshot.clone(),
            commits: by_commit.into_values().collect(),
            has_facts,
        }))
    }
}

impl Changes {
    /// Rows of journey files that must be read to know what changed.
    pub fn rows(&self) -> u64 {
        let files = self.commits.iter().flat_map(|commit| commit.added.iter().chain(&commit.dropped));
        files.map(|file| file.rows).sum()
    }

    /// The customers of whom a row came, went or changed. Where files were written anew, those whose rows are not the same as before.
    pub async fn customers(&self) -> Result<CustomerSet> {
        let mut found: Vec<[u8; 16]> = Vec::new();
        for commit in &self.commits {
            if commit.dropped.is_empty() {
                for file in &commit.added {
                    let mut batches = Box::pin(self.read(file, &["customer_id"]).await?);
                    while let Some(batch) = batches.try_next().await? {
                        let ids = batch.column(0).as_fixed_size_binary();
                        let ids = ids.iter().flatten().filter_map(|id| <[u8; 16]>::try_from(id).ok());
                        ids.for_each(|id| {
                            if found.last() != Some(&id) {
                                found.push(id);
                            }
                        });
                    }
                }
            } else {
                found.extend(self.differing(commit).await?);
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Calls `each` with the rows that came (true) and went (false), batch by batch. A row that was only written anew comes once as each.
    pub async fn each_batch<E: From<crate::Error>>(
        &self,
        columns: &[&str],
        mut each: impl FnMut(&RecordBatch, bool) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        for commit in &self.commits {
            for (files, has_come) in [(&commit.added, true), (&commit.dropped, false)] {
                for file in files {
                    let mut batches = Box::pin(self.read(file, columns).await?);
                    while let Some(batch) = batches.try_next().await? {
                        each(&batch, has_come)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The customers whose rows in the files that came are not those in the files that went: by a sum of digests of whole rows, so that it
    /// makes no difference in which file and place a row stands.
    async fn differing(&self, commit: &FileChanges) -> Result<Vec<[u8; 16]>> {
        let names = self.columns().iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        let names = names.iter().map(String::as_str).collect::<Vec<_>>();
        let at = positions(&self.snapshot.table(UNIFIED)?.table, &["customer_id"])?[0];
        let mut sums: HashMap<[u8; 16], u128> = HashMap::new();
        for (files, has_come) in [(&commit.added, true), (&commit.dropped, false)] {
            for file in files {
                let mut batches = Box::pin(self.read(file, &names).await?);
                while let Some(batch) = batches.try_next().await? {
                    let fields = batch
                        .schema()
                        .fields()
                        .iter()
                        .map(|field| SortField::new(field.data_type().clone()))
                        .collect();
                    let rows = RowConverter::new(fields)?.convert_columns(batch.columns())?;
                    let customers = batch.column(at).as_fixed_size_binary();
                    for row in (0..batch.num_rows()).filter(|row| customers.is_valid(*row)) {
                        let Ok(customer) = <[u8; 16]>::try_from(customers.value(row)) else {
                            continue;
                        };
                        let digest = digest(rows.row(row).data());
                        let sum = sums.entry(customer).or_default();
                        *sum = if has_come { sum.wrapping_add(digest) } else { sum.wrapping_sub(digest) };
                    }
                }
            }
        }
        Ok(sums.into_iter().filter(|(_, sum)| *sum != 0).map(|(customer, _)| customer).collect())
    }

    fn columns(&self) -> &[Column] {
        self.snapshot.view.state.tables.get(UNIFIED).map_or(&[], |table| &table.columns)
    }

    async fn read(&self, file: &ChangedFile, columns: &[&str]) -> Result<impl futures::Stream<Item = Result<RecordBatch>> + Send + use<>> {
        let table = self.snapshot.table(UNIFIED)?.table;
        let schema = Arc::new(table.schema.project(&positions(&table, columns)?)?);
        Ok(read::columns(&self.snapshot.view.inner, &file.path, file.bytes, &schema).await?.boxed())
    }
}

/// 128 bits that tell rows apart: no defence against somebody who wants a collision, and none is needed.
fn digest(row: &[u8]) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(salt);
        hasher.write(row);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
