//! Measures the lake's own work: rows to columns, a large append, small commits, compaction. `cargo run --release -p lake --example speed`.

use std::sync::Arc;
use std::time::Instant;

use jiff::{Timestamp, ToSpan};
use lake::{Catalogue, Lakes, rows_to_batch};
use types::{CustomerId, ManualClock, OrganizationId, RecordKind, SourceCategory, UnifiedRow};
use uuid::Uuid;

const ROWS: u32 = 2_000_000;
const CHUNK: u32 = 50_000;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let organization = OrganizationId(Uuid::from_u128(7));
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("an instant");
    let lakes = Lakes::new(folder.path(), Catalogue::Sqlite);
    let lake = lakes.open(&organization, Arc::new(ManualClock::new(start))).await.expect("a lake");
    let touch = |number: u32| {
        let at = start + i64::from(number).seconds();
        let category = SourceCategory::PlatformNative;
        let mut row = UnifiedRow::new(
            organization,
            "web".into(),
            category,
            RecordKind::Touch,
            number.to_string().into(),
            at,
            start,
        );
        row.customer_id = Some(CustomerId::derive(organization, &(number % (ROWS / 8)).to_string()));
        row.channel = Some("Meta Ads".into());
        row.campaign_name = Some("Spring".into());
        row
    };
    let schema = lake
        .snapshot()
        .await
        .and_then(|snapshot| snapshot.table("unified_marketing_data"))
        .expect("the table")
        .schema();
    let rows: Vec<UnifiedRow> = (0..CHUNK).map(touch).collect();
    let timer = Instant::now();
    for _ in 0..10 {
        rows_to_batch(&schema, &rows).expect("rows fit");
    }
    println!(
        "rows to columns: {:.2} M rows/s",
        f64::from(CHUNK * 10) / timer.elapsed().as_secs_f64() / 1e6
    );
    drop(rows);

    let mut transaction = lake.transaction();
    let mut staging = std::time::Duration::ZERO;
    for chunk in 0..ROWS / CHUNK {
        let rows = (chunk * CHUNK..(chunk + 1) * CHUNK).map(touch).collect();
        let timer = Instant::now();
        transaction.append_rows(rows).await.expect("staged");
        staging += timer.elapsed();
    }
    let timer = Instant::now();
    let commit = transaction.commit("large").await.expect("committed");
    println!(
        "append of {} rows with keys: {:.2} s staging, {:.2} s commit",
        commit.rows,
        staging.as_secs_f64(),
        timer.elapsed().as_secs_f64()
    );

    let mut times = Vec::new();
    for number in 0..100 {
        let rows = (0..1_000).map(|row| touch(ROWS + number * 1_000 + row)).collect();
        let timer = Instant::now();
        let mut transaction = lake.transaction();
        transaction.append_rows(rows).await.expect("staged");
        transaction.commit("small").await.expect("committed");
        times.push(timer.elapsed());
    }
    times.sort();
    println!(
        "append of 1,000 rows: p50 {:.1} ms, p99 {:.1} ms",
        times[50].as_secs_f64() * 1e3,
        times[98].as_secs_f64() * 1e3
    );

    let timer = Instant::now();
    let report = lake.compact().await.expect("compacted");
    println!(
        "compaction of {} rows, {} files into {}: {:.2} s",
        report.rows,
        report.files_before,
        report.files_after,
        timer.elapsed().as_secs_f64()
    );
}
