//! Writing the derived tables, all of them or what changed.

use std::time::Instant;

use anyhow::Result;
use authz::OrgContext;
use engine::Engine;
use lake::Lake;
use serde::Serialize;

use super::memory;
use crate::installation::Installation;

#[derive(Clone, Debug, Serialize)]
pub(super) struct Derived {
    /// Of every repetition, from the question what changed to the commit.
    seconds: Vec<f64>,
    credits: u64,
    journeys: u64,
    /// Customers that were derived again; None for all.
    customers: Option<u64>,
    peak_rss_bytes: Option<u64>,
}

/// Derives `times` times, and tells what the first did.
pub(super) async fn derive(
    installation: &Installation,
    context: &OrgContext,
    lake: &Lake,
    engine: &Engine,
    whole: bool,
    times: usize,
) -> Result<Derived> {
    let (metastore, clock) = (&installation.metastore, installation.clock.as_ref());
    let mut seconds = Vec::new();
    let mut first = None;
    for _ in 0..times.max(1) {
        let started = Instant::now();
        let report = if whole {
            transform::run_whole(context, metastore, lake, engine, clock).await?
        } else {
            transform::run(context, metastore, lake, engine, clock).await?
        };
        seconds.push(started.elapsed().as_secs_f64());
        first.get_or_insert(report);
    }
    let first = first.expect("there was at least one run");
    Ok(Derived {
        seconds,
        credits: first.credits,
        journeys: first.journeys,
        customers: first.customers,
        peak_rss_bytes: memory::peak_rss_bytes(),
    })
}
