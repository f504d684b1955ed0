//! Touches that come late, as another import brings them.

use anyhow::Result;
use demo::touches::{Config, Touches};
use jiff::Timestamp;
use jiff::civil::Date;
use lake::{Lake, Layout};
use serde::Serialize;

/// What comes late.
#[derive(Clone, Copy, Debug)]
pub(super) struct Late {
    pub(super) touches: usize,
    pub(super) days: i64,
    pub(super) seed: u64,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Appended {
    rows: u64,
    duplicates: u64,
    version: i64,
}

/// Appends the touches in one commit.
pub(super) async fn late(lake: &Lake, late: &Late, ingested_at: Timestamp) -> Result<Appended> {
    let snapshot = lake.snapshot().await?;
    let table = snapshot.table("unified_marketing_data")?;
    let journeys = table.files().iter().filter(|file| file.layout == Layout::Journey);
    let known: u64 = journeys.map(|file| file.rows).sum();
    let config = Config {
        seed: late.seed,
        organization_id: lake.organization_id(),
        touches: usize::try_from(known)?,
        first_day: Date::constant(2025, 1, 1),
    };
    let mut transaction = lake.transaction();
    for chunk in Touches::late(&config, late.touches, late.days, ingested_at).chunks() {
        transaction.append_rows(chunk).await?;
    }
    let commit = transaction.commit("benchmark: late touches").await?;
    Ok(Appended {
        rows: commit.rows,
        duplicates: commit.duplicates,
        version: commit.version,
    })
}
