//! Literal rows and a lake to put them in.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int64Type};
use datafusion::prelude::{SessionConfig, SessionContext};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use tempfile::TempDir;
use types::{CustomerId, ManualClock, OrganizationId, RecordKind, SourceCategory, UnifiedRow};
use uuid::Uuid;

use crate::{Catalogue, Lake, Lakes, Snapshot, SpendScope};

/// A data directory and the catalogue that goes with it.
pub(super) struct Place {
    pub(super) folder: TempDir,
    pub(super) catalogue: Catalogue,
    pub(super) organization: OrganizationId,
    pub(super) clock: Arc<ManualClock>,
}

pub(super) fn start() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

impl Place {
    pub(super) fn sqlite() -> Self {
        Self::new(Catalogue::Sqlite)
    }

    pub(super) fn postgres(url: &str) -> Self {
        Self::new(Catalogue::Postgres { url: url.to_owned() })
    }

    fn new(catalogue: Catalogue) -> Self {
        let organization = OrganizationId(Uuid::new_v4());
        Self {
            folder: tempfile::tempdir().unwrap(),
            catalogue,
            organization,
            clock: Arc::new(ManualClock::new(start())),
        }
    }

    /// Opens the lake as another process would: nothing is shared but the disk and the database.
    pub(super) async fn open(&self) -> Lake {
        self.open_in(self.folder.path()).await
    }

    pub(super) async fn open_in(&self, folder: &std::path::Path) -> Lake {
        let clock: Arc<ManualClock> = Arc::clone(&self.clock);
        Lakes::new(folder, self.catalogue.clone()).open(&self.organization, clock).await.unwrap()
    }

    fn row(&self, source: &str, kind: RecordKind, key: &str, at: Timestamp) -> UnifiedRow {
        UnifiedRow::new(
            self.organization,
            source.into(),
            SourceCategory::PlatformNative,
            kind,
            key.into(),
            at,
            start(),
        )
    }

    /// A touch of the `customer`-th customer, `minute` minutes after the start.
    pub(super) fn touch(&self, customer: u32, minute: i64) -> UnifiedRow {
        let mut row = self.row("web", RecordKind::Touch, &format!("{customer}/{minute}"), start() + minute.minutes());
        row.customer_id = Some(CustomerId::derive(self.organization, &customer.to_string()));
        row.channel = Some("Meta Ads".into());
        row
    }

    /// A day's spend of an account.
    pub(super) fn spend(&self, account: &str, day: &str, euros: i64) -> UnifiedRow {
        let date: Date = day.parse().unwrap();
        let at = format!("{day}T00:00:00Z").parse().unwrap();
        let mut row = self.row("meta_ads", RecordKind::Spend, &format!("{account}/{day}"), at);
        row.civil_date = Some(date);
        row.account_id = Some(account.into());
        row.level = Some("ad".into());
        row.spend = Some(euros * 1_000_000);
        row
    }
}

pub(super) fn scope(account: &str, days: &[&str]) -> SpendScope {
    SpendScope {
        data_source: "meta_ads".into(),
        account_id: Some(account.into()),
        level: Some("ad".into()),
        days: days.iter().map(|day| day.parse().unwrap()).collect(),
    }
}

/// Appends rows in one commit and gives (rows, duplicates).
pub(super) async fn append(lake: &Lake, rows: Vec<UnifiedRow>) -> (u64, u64) {
    let mut transaction = lake.transaction();
    transaction.append_rows(rows).await.unwrap();
    let commit = transaction.commit("test").await.unwrap();
    (commit.rows, commit.duplicates)
}

/// The answer to `sql` over the table `t`, which is `unified_marketing_data` at `snapshot`.
pub(super) async fn query(snapshot: &Snapshot, sql: &str) -> Vec<RecordBatch> {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    context
        .register_table("t", snapshot.table("unified_marketing_data").unwrap().provider())
        .unwrap();
    context.sql(sql).await.unwrap().collect().await.unwrap()
}

pub(super) async fn count(snapshot: &Snapshot, condition: &str) -> i64 {
    let batches = query(snapshot, &format!("SELECT COUNT(*) FROM t WHERE {condition}")).await;
    batches[0].column(0).as_primitive::<Int64Type>().value(0)
}

/// Whole euros spent.
pub(super) async fn spent(snapshot: &Snapshot) -> i128 {
    let batches = query(snapshot, "SELECT SUM(spend) FROM t").await;
    let sum = batches[0].column(0).as_primitive::<Decimal128Type>();
    if arrow::array::Array::is_null(sum, 0) {
        0
    } else {
        sum.value(0) / 1_000_000
    }
}
