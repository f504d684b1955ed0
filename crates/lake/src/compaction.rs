//! Laying rows out anew: journeys in one sorted file a customer range, other rows in one file a month.
//!
//! A compaction works from one snapshot and commits only if every file that it read is still live; otherwise its files are removed and the
//! next compaction starts afresh. Appends that come meanwhile simply stay beside the new files.

use std::sync::Arc;

use datafusion::execution::TaskContext;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, Literal};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::SessionConfig;
use datafusion::scalar::ScalarValue;
use futures::{StreamExt, TryStreamExt};
use jiff::civil::Date;
use types::tables;
use types::tables::unified_marketing_data::FACT_SORT;

use crate::catalogue::commit::{self as sql, Change, Outcome};
use crate::catalogue::state::TableState;
use crate::file::{DataFile, Layout};
use crate::journey_scan::{CustomerRange, range_plan};
use crate::lake::{Inner, Lake};
use crate::rows::UNIFIED;
use crate::snapshot::Snapshot;
use crate::stats::date_of_days;
use crate::transaction::{new_file, remove_file};
use crate::writer::{Placement, WrittenFile};
use crate::{Error, Result, merge, read};

/// Rows of a customer range that compaction aims at: a row group or two, so that a few cores have something to do each.
const RANGE_ROWS: u64 = if cfg!(test) { 1_000 } else { 1_500_000 };
/// Two ranges at least, for two cores; at most 64, because every append is spread over all of them.
const RANGE_BITS: std::ops::RangeInclusive<u8> = 1..=6;
/// Appended files wait until there are so many of them, or until they hold this part of the rows.
const APPENDED_FILES_MAX: usize = 8;
const APPENDED_SHARE: u64 = 10;
/// A file of a derived table is written anew when more than this part of its rows is gone.
const GONE_SHARE: u64 = 5;
/// Files that one step merges: a batch of each is in memory, whatever the lake's size. More files take more steps.
const INPUTS_MAX: usize = if cfg!(test) { 10 } else { 128 };
/// Rows of a batch; wide rows of many inputs are held at once.
const BATCH_ROWS: usize = 1_024;
/// Files written at the same time.
const WRITERS: usize = 2;
/// The same where all of them together have few rows, and waiting for the disk takes longer than writing.
const SMALL_WRITERS: usize = 8;
const SMALL_ROWS: u64 = 500_000;
const ATTEMPTS_MAX: u32 = 50;

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompactionReport {
    pub files_before: usize,
    pub files_after: usize,
    pub rows: u64,
    /// A file that was being compacted was replaced meanwhile; nothing was changed there, the next compaction tries again.
    pub gave_up: bool,
}

/// Some files of a table that become others.
struct Work {
    table: Arc<TableState>,
    sources: Vec<Arc<DataFile>>,
    outputs: Vec<(Arc<dyn ExecutionPlan>, Placement)>,
}

impl Lake {
    /// Lays out anew what appends have left; does nothing where there is little to gain.
    pub async fn compact(&self) -> Result<CompactionReport> {
        let _one = self.inner.compactions.lock().await;
        let mut report = CompactionReport::default();
        // Steps until nothing is left to gain; a step merges a bounded number of files.
        while !report.gave_up {
            let snapshot = self.snapshot().await?;
            let works = works(&self.inner, &snapshot)?;
            if works.is_empty() {
                break;
            }
            for work in works {
                run(&self.inner, work, &mut report).await?;
            }
        }
        Ok(report)
    }
}

/// What is worth doing at `snapshot`.
fn works(inner: &Inner, snapshot: &Snapshot) -> Result<Vec<Work>> {
    let unified = snapshot.table(UNIFIED)?.table;
    let mut works = Vec::new();
    works.extend(journey_work(inner, &unified)?);
    works.extend(fact_work(inner, &unified)?);
    for table in tables::ALL.iter().filter(|table| table.name != UNIFIED) {
        works.extend(derived_work(inner, &snapshot.table(table.name)?.table, table.sort)?);
    }
    Ok(works)
}

fn journey_work(inner: &Inner, table: &Arc<TableState>) -> Result<Option<Work>> {
    let files: Vec<Arc<DataFile>> = table.files.iter().filter(|file| file.layout == Layout::Journey).cloned().collect();
    let (compacted, mut appended): (Vec<_>, Vec<_>) = files.iter().cloned().partition(|file| file.customer_range.is_some());
    let rows = |files: &[Arc<DataFile>]| files.iter().map(|file| file.rows).sum::<u64>();
    let present = compacted.iter().filter_map(|file| file.customer_range).map(|(bits, _)| bits).min();
    let bits = bits_for(rows(&files)).max(present.unwrap_or(0));
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let is_grown = present.is_some_and(|present| bits > present);
    if appended.len() > INPUTS_MAX {
        // Too many for one merge: the smallest become one file first.
        appended.sort_by_key(|file| (file.rows, file.id));
        appended.truncate(INPUTS_MAX);
        return one_appended(inner, table, appended).map(Some);
    }
    if is_grown || (!appended.is_empty() && rows(&appended) * APPENDED_SHARE >= rows(&files)) {
        let output = |range: CustomerRange| {
            let placement = Placement {
                layout: Layout::Journey,
                level: 1,
                range: Some((range.bits, range.index)),
                month: None,
            };
            Ok((range_plan(inner, table, &files, range, &all)?, placement))
        };
        let outputs = CustomerRange::split(bits).map(output).collect::<Result<_>>()?;
        return Ok(Some(Work {
            table: Arc::clone(table),
            sources: files,
            outputs,
        }));
    }
    if appended.len() < APPENDED_FILES_MAX {
        return Ok(None);
    }
    // Few rows in many files: one appended file in their place costs little and spares every reader a wide merge.
    one_appended(inner, table, appended).map(Some)
}

fn one_appended(inner: &Inner, table: &Arc<TableState>, appended: Vec<Arc<DataFile>>) -> Result<Work> {
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let plan = range_plan(inner, table, &appended, CustomerRange::ALL, &all)?;
    Ok(Work {
        table: Arc::clone(table),
        sources: appended,
        outputs: vec![(plan, Placement::appended(Layout::Journey))],
    })
}

/// Leading bits of the customer id by which so many rows are split.
fn bits_for(rows: u64) -> u8 {
    let ranges = rows.div_ceil(RANGE_ROWS).max(1).next_power_of_two();
    u8::try_from(ranges.ilog2())
        .unwrap_or(u8::MAX)
        .clamp(*RANGE_BITS.start(), *RANGE_BITS.end())
}

fn fact_work(inner: &Inner, table: &Arc<TableState>) -> Result<Option<Work>> {
    let facts: Vec<&Arc<DataFile>> = table.files.iter().filter(|file| file.layout == Layout::Fact).collect();
    let (compacted, mut appended): (Vec<&Arc<DataFile>>, Vec<&Arc<DataFile>>) = facts.into_iter().partition(|file| file.month.is_some());
    let rows = |files: &[&Arc<DataFile>]| files.iter().map(|file| file.rows).sum::<u64>();
    let is_due = appended.len() >= APPENDED_FILES_MAX || rows(&appended) * APPENDED_SHARE >= rows(&compacted);
    if appended.is_empty() || !is_due {
        return Ok(None);
    }
    appended.truncate(INPUTS_MAX);
    let (at, _) = table.column("recorded_at").ok_or_else(|| Error::NoSuchColumn {
        table: table.name.clone(),
        column: "recorded_at".into(),
    })?;
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let mut sources: Vec<Arc<DataFile>> = appended.iter().map(|file| Arc::clone(file)).collect();
    let mut outputs = Vec::new();
    for month in months(table, &appended) {
        let (Some(from), Some(to)) = (first_instant(month), first_instant(month + 1)) else {
            continue;
        };
        let mut inputs: Vec<(Arc<DataFile>, bool)> = Vec::new();
        inputs.extend(
            compacted
                .iter()
                .filter(|file| file.month == Some(month))
                .map(|file| (Arc::clone(file), false)),
        );
        sources.extend(inputs.iter().map(|(file, _)| Arc::clone(file)));
        inputs.extend(
            appended
                .iter()
                .filter(|file| instants(table, file).is_none_or(|(min, max)| min < to && max >= from))
                .map(|file| (Arc::clone(file), true)),
        );
        let filter = |read: &[usize]| {
            let column = Column::new("recorded_at", read.iter().position(|column| *column == at).unwrap_or(0));
            Some(between(Arc::new(column), from, to))
        };
        let plan = merge::plan(inner, table, &inputs, FACT_SORT, &all, filter)?;
        outputs.push((
            plan,
            Placement {
                layout: Layout::Fact,
                level: 1,
                range: None,
                month: Some(month),
            },
        ));
    }
    Ok(Some(Work {
        table: Arc::clone(table),
        sources,
        outputs,
    }))
}

fn derived_work(inner: &Inner, table: &Arc<TableState>, sort: &[&str]) -> Result<Option<Work>> {
    // Files of which much is gone are written anew by themselves: they stay as large as they are.
    let worn = table.files.iter().find(|file| file.rows - file.live_rows() > file.rows / GONE_SHARE);
    let mut small: Vec<(Arc<DataFile>, bool)> = match worn {
        Some(worn) => vec![(Arc::clone(worn), false)],
        None => {
            let small = table.files.iter().filter(|file| file.live_rows() < RANGE_ROWS / 4);
            small.map(|file| (Arc::clone(file), false)).collect()
        }
    };
    if worn.is_none() && small.len() < APPENDED_FILES_MAX {
        return Ok(None);
    }
    small.truncate(INPUTS_MAX);
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let plan = merge::plan(inner, table, &small, sort, &all, |_| None)?;
    let sources = small.into_iter().map(|(file, _)| file).collect();
    let placement = Placement {
        level: 1,
        ..Placement::appended(Layout::Table)
    };
    Ok(Some(Work {
        table: Arc::clone(table),
        sources,
        outputs: vec![(plan, placement)],
    }))
}

/// Months (year · 12 + month − 1) that rows of `files` may lie in.
fn months(table: &TableState, files: &[&Arc<DataFile>]) -> Vec<u16> {
    let spans = files.iter().filter_map(|file| instants(table, file));
    let (first, last) = spans.fold((i64::MAX, i64::MIN), |(first, last), (min, max)| (first.min(min), last.max(max)));
    let month = |micros: i64| {
        let days = i32::try_from(micros.div_euclid(86_400_000_000)).ok()?;
        let date = date_of_days(days)?;
        u16::try_from(i32::from(date.year()) * 12 + i32::from(date.month()) - 1).ok()
    };
    let overlaps = |number: &u16| {
        let (Some(from), Some(to)) = (first_instant(*number), first_instant(*number + 1)) else {
            return false;
        };
        files
            .iter()
            .any(|file| instants(table, file).is_none_or(|(min, max)| min < to && max >= from))
    };
    match (month(first), month(last)) {
        (Some(first), Some(last)) => (first..=last).filter(overlaps).collect(),
        _ => Vec::new(),
    }
}

/// First and last `recorded_at` of a file, in microseconds.
fn instants(table: &TableState, file: &DataFile) -> Option<(i64, i64)> {
    let stats = table.stats(file, "recorded_at")?;
    match (&stats.min, &stats.max) {
        (Some(ScalarValue::TimestampMicrosecond(Some(min), _)), Some(ScalarValue::TimestampMicrosecond(Some(max), _))) => Some((*min, *max)),
        _ => None,
    }
}

/// The first microsecond of a month in UTC.
fn first_instant(month: u16) -> Option<i64> {
    let date = Date::new(i16::try_from(month / 12).ok()?, i8::try_from(month % 12 + 1).ok()?, 1).ok()?;
    Some(i64::from(crate::stats::days_of_date(date)) * 86_400_000_000)
}

fn between(column: Arc<dyn PhysicalExpr>, from: i64, to: i64) -> Arc<dyn PhysicalExpr> {
    let instant =
        |micros: i64| -> Arc<dyn PhysicalExpr> { Arc::new(Literal::new(ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())))) };
    let low: Arc<dyn PhysicalExpr> = Arc::new(BinaryExpr::new(Arc::clone(&column), Operator::GtEq, instant(from)));
    let high: Arc<dyn PhysicalExpr> = Arc::new(BinaryExpr::new(column, Operator::Lt, instant(to)));
    Arc::new(BinaryExpr::new(low, Operator::And, high))
}

/// Writes the new files and puts them in the place of the old ones.
async fn run(inner: &Arc<Inner>, work: Work, report: &mut CompactionReport) -> Result<()> {
    let context = context(inner)?;
    let Work { table, sources, outputs } = work;
    let write = |(plan, placement)| write(Arc::clone(inner), Arc::clone(&table), plan, placement, Arc::clone(&context));
    let writes: Vec<_> = outputs.into_iter().map(write).collect();
    let mut written: Vec<WrittenFile> = Vec::new();
    let is_small = sources.iter().map(|file| file.rows).sum::<u64>() <= SMALL_ROWS;
    let mut running = futures::stream::iter(writes).buffer_unordered(if is_small { SMALL_WRITERS } else { WRITERS });
    let mut failed = None;
    while let Some(result) = running.next().await {
        match result {
            Ok(file) => written.extend(file),
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    drop(running);
    let committed = match failed {
        Some(error) => Err(error),
        None => commit(inner, &table, &sources, &written).await,
    };
    match &committed {
        Ok(true) => {
            inner.unstage(written.iter().map(|file| file.path.as_ref()));
            report.files_before += sources.len();
            report.files_after += written.len();
            report.rows += written.iter().map(|file| file.rows).sum::<u64>();
        }
        Err(Error::UnknownOutcome { .. }) => {}
        Ok(false) | Err(_) => written.iter().for_each(|file| remove_file(inner, file)),
    }
    report.gave_up |= !committed?;
    Ok(())
}

async fn write(
    inner: Arc<Inner>,
    table: Arc<TableState>,
    plan: Arc<dyn ExecutionPlan>,
    placement: Placement,
    context: Arc<TaskContext>,
) -> Result<Option<WrittenFile>> {
    let stream = execute_stream(plan, context)?.map_err(Error::from);
    read::write_all(stream, move || {
        new_file(&inner, &table.name, &table.columns.clone().into(), &table.schema, placement)
    })
    .await
}

/// False when a source is not live any more, or rows would be lost.
async fn commit(inner: &Inner, table: &TableState, sources: &[Arc<DataFile>], written: &[WrittenFile]) -> Result<bool> {
    let (before, after) = (
        sources.iter().map(|file| file.live_rows()).sum::<u64>(),
        written.iter().map(|file| file.rows).sum::<u64>(),
    );
    if before != after {
        let reason = format!("compaction read {before} rows and wrote {after}; nothing was changed, run `tributary doctor`");
        return Err(Error::Catalogue {
            place: table.name.clone(),
            reason,
        });
    }
    let name = table.name.clone();
    let change = Change {
        add: written.iter().map(|file| (name.clone(), file.clone())).collect(),
        drop: sources.iter().map(|file| (name.clone(), Arc::clone(file))).collect(),
        message: "Compact".into(),
        token: uuid::Uuid::new_v4().to_string(),
        is_compaction: true,
        ..Change::default()
    };
    let _queue = inner.commits.lock().await;
    for _ in 0..ATTEMPTS_MAX {
        let state = inner.newest_state().await?;
        let live = &state.table(&name)?.files;
        let is_as_it_was = |source: &Arc<DataFile>| {
            let at = live.binary_search_by_key(&source.id, |file| file.id);
            at.is_ok_and(|at| live[at].deletes_id() == source.deletes_id())
        };
        if !sources.iter().all(is_as_it_was) {
            return Ok(false);
        }
        if let Outcome::Committed(_) = sql::commit(&inner.database, &state, &change, inner.clock.now()).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An execution context of its own, which reaches this lake's files only. Sorted files are merged, so nothing needs to be spilled.
fn context(inner: &Inner) -> Result<Arc<TaskContext>> {
    let runtime = RuntimeEnvBuilder::new().build_arc()?;
    runtime.register_object_store(inner.store_url.as_ref(), Arc::clone(&inner.store));
    let config = SessionConfig::new().with_batch_size(BATCH_ROWS);
    Ok(Arc::new(TaskContext::default().with_session_config(config).with_runtime(runtime)))
}
