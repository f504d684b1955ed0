//! Laying rows out anew changes where they lie and nothing else.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::TimestampMicrosecondType;
use datafusion::physical_plan::{ExecutionPlanProperties, collect_partitioned, displayable};
use datafusion::prelude::SessionContext;
use types::UnifiedRow;

use super::world::{Place, append, count, query, scope, spent};
use crate::{Depth, Lake, Layout, Severity};

/// Reads the journey scan, checks that it is what it says, and tells (rows, partitions, whether anything is merged or sorted).
pub(super) async fn journey(lake: &Lake) -> (usize, usize, bool) {
    let snapshot = lake.snapshot().await.unwrap();
    let plan = snapshot
        .table("unified_marketing_data")
        .unwrap()
        .journey_scan(&["recorded_at", "customer_id", "channel"])
        .unwrap();
    let names: Vec<String> = plan.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["recorded_at", "customer_id", "channel"]);
    let order = plan.output_ordering().map(ToString::to_string).unwrap_or_default();
    assert!(
        order.starts_with("customer_id@1 ASC, recorded_at@0 ASC"),
        "{order}\n{}",
        displayable(plan.as_ref()).indent(false)
    );
    let text = displayable(plan.as_ref()).indent(false).to_string();
    let context = SessionContext::new();
    snapshot.register(&context.runtime_env());
    let partitions = collect_partitioned(Arc::clone(&plan), context.task_ctx()).await.unwrap();
    let mut home: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut rows = 0;
    for (partition, batches) in partitions.iter().enumerate() {
        let mut last: Option<(Vec<u8>, i64)> = None;
        for batch in batches {
            let (instants, customers) = (
                batch.column(0).as_primitive::<TimestampMicrosecondType>(),
                batch.column(1).as_fixed_size_binary(),
            );
            for row in 0..batch.num_rows() {
                let here = (customers.value(row).to_vec(), instants.value(row));
                assert!(last.as_ref().is_none_or(|last| last <= &here), "partition {partition} is out of order");
                assert_eq!(
                    *home.entry(here.0.clone()).or_insert(partition),
                    partition,
                    "a customer is in two partitions"
                );
                last = Some(here);
                rows += 1;
            }
        }
    }
    (
        rows,
        plan.output_partitioning().partition_count(),
        text.contains("Merge") || text.contains("SortExec"),
    )
}

pub(super) fn touches(place: &Place, customers: std::ops::Range<u32>, minutes: std::ops::Range<i64>) -> Vec<UnifiedRow> {
    let of = |minute: i64| customers.clone().map(move |customer| place.touch(customer, minute));
    minutes.flat_map(of).collect()
}

pub(super) async fn journeys_come_in_order_before_and_after_compaction(place: &Place) {
    let lake = place.open().await;
    assert_eq!(
        lake.snapshot()
            .await
            .unwrap()
            .table("unified_marketing_data")
            .unwrap()
            .journey_scan(&["customer_id"])
            .unwrap()
            .schema()
            .fields()
            .len(),
        1
    );
    append(&lake, touches(place, 0..50, 0..4)).await;
    assert_eq!(journey(&lake).await, (200, 1, false));
    append(&lake, touches(place, 20..80, 3..6)).await;
    assert_eq!(journey(&lake).await, (350, 1, true));
    append(&lake, touches(place, 0..100, 10..25)).await;
    assert_eq!(journey(&lake).await, (1_850, 2, true));
    let before = lake.snapshot().await.unwrap();

    let report = lake.compact().await.unwrap();
    assert_eq!((report.rows, report.files_after, report.gave_up), (1_850, 2, false));
    assert_eq!(journey(&lake).await, (1_850, 2, false));
    assert_eq!(lake.compact().await.unwrap().files_before, 0, "there is nothing left to gain");
    assert_eq!(count(&before, "true").await, 1_850);

    append(&lake, touches(place, 5..6, 30..40)).await;
    assert_eq!(lake.compact().await.unwrap().files_before, 0, "few appended rows wait");
    assert_eq!(journey(&lake).await, (1_860, 2, true));

    // More appended files than one step merges.
    for minute in 100..120 {
        append(&lake, touches(place, 0..200, minute..minute + 1)).await;
    }
    lake.compact().await.unwrap();
    assert_eq!(journey(&lake).await, (5_860, 8, false));
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);
}

pub(super) async fn appends_replacements_and_compactions_at_once_keep_every_row(place: &Place) {
    let lake = place.open().await;
    let days = ["2026-03-30", "2026-03-31", "2026-04-01"];
    let place = Arc::new(place);
    let mut appended = 0;
    let mut work = Vec::new();
    for task in 0..3_u32 {
        let lake = lake.clone();
        let commits: Vec<Vec<UnifiedRow>> = (0..8_i64)
            .map(|minute| touches(&place, task * 30..task * 30 + 40, minute * 3..minute * 3 + 3))
            .collect();
        work.push(tokio::spawn(async move {
            let mut rows = 0;
            for commit in commits {
                rows += append(&lake, commit).await.0;
            }
            rows
        }));
    }
    let restatements: Vec<Vec<UnifiedRow>> = (1..=10)
        .map(|euros| days.iter().map(|day| place.spend("a", day, euros)).collect())
        .collect();
    let restating = lake.clone();
    work.push(tokio::spawn(async move {
        let mut rows = 0;
        for restatement in restatements {
            let mut transaction = restating.transaction();
            transaction.replace_spend(scope("a", &days));
            transaction.append_rows(restatement).await.unwrap();
            rows = transaction.commit("restate").await.unwrap().rows;
        }
        rows
    }));
    let compacting = lake.clone();
    let compactions = tokio::spawn(async move {
        for _ in 0..12 {
            compacting.compact().await.unwrap();
        }
    });
    for task in work {
        appended += task.await.unwrap();
    }
    compactions.await.unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let distinct = query(&snapshot, "SELECT COUNT(DISTINCT id) FROM t").await[0]
        .column(0)
        .as_primitive::<arrow::datatypes::Int64Type>()
        .value(0);
    // Customers 0..100 with 24 touches each, and three days of spend as restated last.
    assert_eq!(
        (count(&snapshot, "true").await, distinct, appended, spent(&snapshot).await),
        (2_403, 2_403, 2_403, 30)
    );
    lake.compact().await.unwrap();
    let findings = lake.doctor(Depth::Full).await.unwrap();
    assert!(findings.iter().all(|finding| finding.severity == Severity::Note), "{findings:#?}");
    let months = lake.snapshot().await.unwrap().table("unified_marketing_data").unwrap();
    assert!(months.files().iter().any(|file| file.layout == Layout::Fact));
}
