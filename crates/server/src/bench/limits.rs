//! The limits of the pass over customers: decoding alone, and memory alone.

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use futures::StreamExt;
use lake::{Lake, Layout, Pass};
use serde::Serialize;

/// What the question of `bench attribution` reads of journey rows.
const COLUMNS: &[&str] = &[
    "customer_id",
    "recorded_at",
    "record_kind",
    "campaign_id",
    "conversion_type",
    "revenue_reporting",
];
const PASS: Pass = Pass {
    kinds: &["conversion", "order"],
    partitions: 2,
};
/// Larger than any cache of a processor.
const MEMORY_BYTES: usize = 1 << 30;
const THREADS: usize = 2;

#[derive(Clone, Debug, Serialize)]
pub(super) struct Limits {
    /// Decoding what the pass decodes (customers with an order, up to their last), and dropping it.
    decode_seconds: Vec<f64>,
    /// Decoding all rows of these columns.
    decode_all_seconds: Vec<f64>,
    /// Bytes of the columns in the files.
    column_bytes: u64,
    /// How fast two threads add up memory that lies in a row.
    memory_bytes_per_second: f64,
    /// The columns' bytes at that speed.
    memory_seconds: f64,
}

pub(super) async fn limits(lake: &Lake, times: usize) -> Result<Limits> {
    let snapshot = lake.snapshot().await?;
    let table = snapshot.table("unified_marketing_data")?;
    let (mut decode_seconds, mut decode_all_seconds) = (Vec::new(), Vec::new());
    for _ in 0..times.max(1) {
        let started = Instant::now();
        drain(snapshot.read(&table.journey_scan_with(COLUMNS, PASS)?)).await?;
        decode_seconds.push(started.elapsed().as_secs_f64());
        let started = Instant::now();
        drain(snapshot.read(&table.journey_files_scan(COLUMNS, true, None, THREADS)?)).await?;
        decode_all_seconds.push(started.elapsed().as_secs_f64());
    }
    let ids = table.columns().iter().filter(|column| COLUMNS.contains(&column.name.as_str()));
    let ids = ids.map(|column| column.id).collect::<Vec<_>>();
    let journeys = table.files().iter().filter(|file| file.layout == Layout::Journey);
    let column_bytes = journeys
        .flat_map(|file| ids.iter().filter_map(|id| file.stats_of(*id)))
        .map(|stats| stats.bytes)
        .sum();
    let memory_bytes_per_second = memory_speed(times);
    Ok(Limits {
        decode_seconds,
        decode_all_seconds,
        column_bytes,
        memory_bytes_per_second,
        memory_seconds: column_bytes as f64 / memory_bytes_per_second,
    })
}

type Batches = futures::stream::BoxStream<'static, lake::Result<arrow::array::RecordBatch>>;

/// Reads every partition on a thread of its own.
async fn drain(partitions: Vec<Batches>) -> Result<()> {
    let tasks = partitions.into_iter().map(|mut batches| {
        tokio::spawn(async move {
            while let Some(batch) = batches.next().await {
                black_box(batch?.num_rows());
            }
            Ok::<_, lake::Error>(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    Ok(())
}

/// The best of some runs, in bytes a second.
fn memory_speed(times: usize) -> f64 {
    let memory = vec![1_u64; MEMORY_BYTES / size_of::<u64>()];
    let mut best = f64::INFINITY;
    for _ in 0..times.max(1) {
        let started = Instant::now();
        std::thread::scope(|scope| {
            for part in memory.chunks(memory.len().div_ceil(THREADS)) {
                scope.spawn(move || black_box(part.iter().fold(0_u64, |sum, number| sum.wrapping_add(*number))));
            }
        });
        best = best.min(started.elapsed().as_secs_f64());
    }
    MEMORY_BYTES as f64 / best
}
