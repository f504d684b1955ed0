//! Fills an organisation's lake with generated journeys, by the way that imports take: appends in the order of time, then compaction.

use std::time::Instant;

use anyhow::Result;
use demo::touches::{Config, Touches};
use jiff::Timestamp;
use jiff::civil::Date;
use lake::Lake;
use serde::Serialize;

/// Commits that the year is brought in by: one a month.
const IMPORTS: usize = 12;
const SEED: u64 = 20;

#[derive(Clone, Debug, Serialize)]
pub(super) struct Generated {
    touches: usize,
    orders: usize,
    customers: usize,
    spend_rows: usize,
    version: i64,
    append_seconds: f64,
    compact_seconds: f64,
}

/// Generates `touches` touches, their orders and one spend row for ten touches, appends them in twelve commits, and compacts.
pub(super) async fn generate(lake: &Lake, touches: usize, ingested_at: Timestamp, progress: &mut dyn FnMut(&str)) -> Result<Generated> {
    progress("generating journeys");
    let config = Config {
        seed: SEED,
        organization_id: lake.organization_id(),
        touches,
        first_day: Date::constant(2025, 1, 1),
    };
    let world = Touches::generate(&config, ingested_at);
    let started = Instant::now();
    let rows_an_import = (world.touches() + world.orders()).div_ceil(IMPORTS);
    let mut transaction = lake.transaction();
    let (mut staged, mut imports) = (0, 0);
    for chunk in world.chunks() {
        staged += chunk.len();
        transaction.append_rows(chunk).await?;
        if staged >= rows_an_import {
            imports += 1;
            transaction.commit("benchmark: touches and orders").await?;
            progress(&format!(
                "import {imports} of {IMPORTS} committed, {:.0} s",
                started.elapsed().as_secs_f64()
            ));
            transaction = lake.transaction();
            staged = 0;
        }
    }
    let mut spend_rows = 0;
    for chunk in world.spend_chunks() {
        spend_rows += chunk.len();
        transaction.append_rows(chunk).await?;
    }
    transaction.commit("benchmark: the last month and spend").await?;
    let append_seconds = started.elapsed().as_secs_f64();
    progress("compacting");
    let started = Instant::now();
    lake.compact().await?;
    let compact_seconds = started.elapsed().as_secs_f64();
    let (touches, orders, customers, version) = (world.touches(), world.orders(), world.customers(), lake.version().await?);
    Ok(Generated {
        touches,
        orders,
        customers,
        spend_rows,
        version,
        append_seconds,
        compact_seconds,
    })
}
