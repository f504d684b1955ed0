//! Reading every live file: rows, statistics, order, ranges, and that no row appears twice.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::row::{OwnedRow, RowConverter, SortField};
use futures::StreamExt;
use types::RecordKind;
use types::tables;
use types::tables::unified_marketing_data::{FACT_SORT, JOURNEY_SORT};

use super::{Finding, RESTORE, Severity, is_keyed};
use crate::catalogue::state::TableState;
use crate::file::{DataFile, Layout};
use crate::garbage::SPILL_FOLDER;
use crate::journey_scan::CustomerRange;
use crate::keys::{Key, Run, run};
use crate::lake::Inner;
use crate::merge::positions;
use crate::snapshot::Snapshot;
use crate::stats::StatsBuilder;
use crate::writer::sorted::fresh_path;
use crate::{Result, read};

pub(super) async fn findings(inner: &Arc<Inner>, snapshot: &Snapshot) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut ids: Vec<Arc<Run>> = Vec::new();
    for table in snapshot.view.state.tables.values() {
        for file in &table.files {
            let mut keys = Vec::new();
            match file_problems(inner, table, file, &mut keys).await {
                Ok(problems) => findings.extend(
                    problems
                        .into_iter()
                        .map(|problem| Finding::new(Severity::Error, file.path.to_string(), problem, RESTORE)),
                ),
                Err(error) => findings.push(Finding::new(
                    Severity::Error,
                    file.path.to_string(),
                    format!("the file cannot be read: {error}"),
                    RESTORE,
                )),
            }
            if !keys.is_empty() {
                ids.push(spill(inner, keys).await?);
            }
        }
    }
    let twice = tokio::task::spawn_blocking(move || count_repeated(&ids)).await??;
    if twice > 0 {
        let problem = format!("{twice} row ids appear more than once");
        findings.push(Finding::new(
            Severity::Error,
            tables::unified_marketing_data::TABLE.name,
            problem,
            "report this: rows were counted twice",
        ));
    }
    Ok(findings)
}

async fn file_problems(inner: &Arc<Inner>, table: &Arc<TableState>, file: &DataFile, keys: &mut Vec<Key>) -> Result<Vec<String>> {
    let sort = match file.layout {
        Layout::Journey => JOURNEY_SORT,
        Layout::Fact => FACT_SORT,
        Layout::Table => tables::ALL
            .iter()
            .find(|known| known.name == table.name)
            .map_or(&[][..], |known| known.sort),
    };
    let mut order = Order::new(table, &positions(table, sort)?)?;
    let mut stats: Vec<StatsBuilder> = table.columns.iter().map(|column| StatsBuilder::new(column.kind)).collect();
    let mut rows = 0;
    let mut outside = 0;
    let mut stream = Box::pin(read::rows(inner, &file.path, file.bytes, &table.schema).await?);
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        rows += batch.num_rows() as u64;
        stats.iter_mut().zip(batch.columns()).for_each(|(stats, array)| stats.update(array));
        order.check(&batch)?;
        outside += rows_outside(table, file, &batch)?;
        if is_keyed(&table.name) {
            collect_keys(table, &batch, keys)?;
        }
    }
    let mut problems = Vec::new();
    if rows != file.rows {
        problems.push(format!("{rows} rows were read, the catalogue says {}", file.rows));
    }
    for (column, stats) in table.columns.iter().zip(stats) {
        let Some(said) = file.stats_of(column.id) else { continue };
        let found = stats.finish(said.bytes);
        if &found != said {
            problems.push(format!("column `{}`: the statistics say {said:?}, the values are {found:?}", column.name));
        }
    }
    if order.is_broken {
        problems.push(format!("the rows are not in the order of {}", sort.join(", ")));
    }
    if outside > 0 {
        problems.push(format!("{outside} rows lie outside the file's customer range"));
    }
    Ok(problems)
}

/// Watches that rows ascend over batches.
struct Order {
    at: Vec<usize>,
    converter: RowConverter,
    last: Option<OwnedRow>,
    is_broken: bool,
}

impl Order {
    fn new(table: &TableState, at: &[usize]) -> Result<Self> {
        let converter = RowConverter::new(at.iter().map(|at| SortField::new(table.schema.field(*at).data_type().clone())).collect())?;
        Ok(Self {
            at: at.to_vec(),
            converter,
            last: None,
            is_broken: false,
        })
    }

    fn check(&mut self, batch: &RecordBatch) -> Result<()> {
        if self.at.is_empty() || batch.num_rows() == 0 {
            return Ok(());
        }
        let columns: Vec<ArrayRef> = self.at.iter().map(|at| ArrayRef::clone(batch.column(*at))).collect();
        let rows = self.converter.convert_columns(&columns)?;
        self.is_broken |= self.last.as_ref().is_some_and(|last| last.row() > rows.row(0));
        self.is_broken |= (1..rows.num_rows()).any(|row| rows.row(row - 1) > rows.row(row));
        self.last = Some(rows.row(rows.num_rows() - 1).owned());
        Ok(())
    }
}

fn rows_outside(table: &TableState, file: &DataFile, batch: &RecordBatch) -> Result<u64> {
    let Some((bits, index)) = file.customer_range else { return Ok(0) };
    let range = CustomerRange { bits, index };
    let customers = batch.column(positions(table, &["customer_id"])?[0]).as_fixed_size_binary();
    Ok(customers.iter().filter(|customer| !range.holds(*customer)).count() as u64)
}

fn collect_keys(table: &TableState, batch: &RecordBatch, keys: &mut Vec<Key>) -> Result<()> {
    let at = positions(table, &["id", "record_kind"])?;
    let (ids, kinds) = (batch.column(at[0]).as_fixed_size_binary(), batch.column(at[1]).as_string::<i32>());
    for row in 0..batch.num_rows() {
        // Spend is guarded by what a restatement replaces, not by its key.
        if kinds.is_valid(row) && kinds.value(row) != RecordKind::Spend.as_str() {
            keys.push(Key::from_be_bytes(ids.value(row).try_into().unwrap_or_default()));
        }
    }
    Ok(())
}

/// Sorted ids go to a file, so that a lake of any size is checked in bounded memory; the file is gone when it is closed.
async fn spill(inner: &Arc<Inner>, mut keys: Vec<Key>) -> Result<Arc<Run>> {
    let path = inner.root().join(fresh_path(SPILL_FOLDER, &inner.process, "keys").as_ref());
    let write = move || {
        keys.sort_unstable();
        Run::write(&path, keys.into_iter().map(Ok)).map(Arc::new)
    };
    tokio::task::spawn_blocking(write).await?
}

/// How many keys appear more than once in `runs`, which are removed.
fn count_repeated(runs: &[Arc<Run>]) -> Result<u64> {
    let total: u64 = runs.iter().map(|run| run.count()).sum();
    let mut distinct = 0;
    for key in run::merge(runs)? {
        key?;
        distinct += 1;
    }
    for run in runs {
        run::remove(run.path()).map_err(crate::Error::io(run.path(), "removed"))?;
    }
    Ok(total - distinct)
}
