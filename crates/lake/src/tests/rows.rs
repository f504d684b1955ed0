//! What comes in, what it replaces, and what is refused.

use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema};
use types::FieldValue;
use types::tables::ColumnType;

use super::world::{Place, append, count, query, scope, spent, start};
use crate::{Depth, Error, NewColumn};

pub(super) async fn a_row_that_is_sent_twice_appears_once(place: &Place) {
    let lake = place.open().await;
    assert_eq!(append(&lake, vec![place.touch(1, 0), place.touch(1, 5), place.touch(1, 0)]).await, (2, 1));
    assert_eq!(append(&lake, vec![place.touch(1, 5), place.touch(2, 0)]).await, (1, 1));
    // Many small commits: their key runs are merged, and still know every key.
    for minute in 10..30 {
        assert_eq!(append(&lake, vec![place.touch(3, minute)]).await, (1, 0));
    }
    let again = (10..30).map(|minute| place.touch(3, minute)).collect();
    assert_eq!(append(&lake, again).await, (0, 20));
    assert_eq!(count(&lake.snapshot().await.unwrap(), "true").await, 23);
}

pub(super) async fn of_equal_spend_rows_in_one_commit_the_last_wins(place: &Place) {
    let lake = place.open().await;
    let rows = vec![
        place.spend("a", "2026-05-01", 10),
        place.spend("a", "2026-05-02", 20),
        place.spend("a", "2026-05-01", 12),
    ];
    assert_eq!(append(&lake, rows).await, (2, 1));
    assert_eq!(spent(&lake.snapshot().await.unwrap()).await, 32);
}

pub(super) async fn restated_spend_takes_the_place_of_the_old_and_the_old_can_still_be_read(place: &Place) {
    let lake = place.open().await;
    let rows = vec![
        place.spend("a", "2026-05-01", 10),
        place.spend("a", "2026-05-02", 20),
        place.spend("b", "2026-05-01", 5),
        place.touch(1, 0),
    ];
    append(&lake, rows).await;
    let before = lake.version().await.unwrap();
    let mut transaction = lake.transaction();
    transaction.replace_spend(scope("a", &["2026-05-01", "2026-05-03"]));
    transaction
        .append_rows(vec![place.spend("a", "2026-05-01", 11), place.spend("a", "2026-05-03", 1)])
        .await
        .unwrap();
    let commit = transaction.commit("restate").await.unwrap();
    assert_eq!((commit.rows, commit.duplicates), (2, 0));
    let now = lake.snapshot().await.unwrap();
    assert_eq!((spent(&now).await, count(&now, "true").await), (37, 5));
    let then = lake.snapshot_at(before).await.unwrap();
    assert_eq!((spent(&then).await, count(&then, "true").await), (35, 4));
    let missing = lake.snapshot_at(999).await;
    assert!(matches!(missing, Err(Error::NoSuchSnapshot { version: 999, .. })), "{missing:?}");
}

pub(super) async fn a_cursor_that_somebody_else_moved_refuses_the_whole_commit(place: &Place) {
    let lake = place.open().await;
    let mut transaction = lake.transaction();
    transaction.append_rows(vec![place.touch(1, 0)]).await.unwrap();
    transaction.move_cursor("wal", None, "7".into());
    transaction.commit("first").await.unwrap();
    let mut replayed = lake.transaction();
    replayed.append_rows(vec![place.touch(2, 0)]).await.unwrap();
    replayed.move_cursor("wal", None, "7".into());
    let refused = replayed.commit("again").await;
    assert!(
        matches!(&refused, Err(Error::CursorMoved { found: Some(found), .. }) if found == "7"),
        "{refused:?}"
    );
    assert_eq!(lake.cursor("wal").await.unwrap().as_deref(), Some("7"));
    assert_eq!(count(&lake.snapshot().await.unwrap(), "true").await, 1);
    // The refused rows were not remembered as known.
    assert_eq!(append(&lake, vec![place.touch(2, 0)]).await, (1, 0));
}

pub(super) async fn an_added_column_is_null_in_older_rows(place: &Place) {
    let lake = place.open().await;
    append(&lake, vec![place.touch(1, 0)]).await;
    let mut row = place.touch(2, 0);
    row.custom.push(("margin".into(), FieldValue::Decimal(2_500_000)));
    let refused = lake.transaction().append_rows(vec![row.clone()]).await;
    assert!(matches!(refused, Err(Error::NoSuchColumn { .. })), "{refused:?}");
    lake.add_column(
        "unified_marketing_data",
        NewColumn {
            name: "margin".into(),
            kind: ColumnType::Decimal,
        },
    )
    .await
    .unwrap();
    lake.add_column(
        "unified_marketing_data",
        NewColumn {
            name: "margin".into(),
            kind: ColumnType::Decimal,
        },
    )
    .await
    .unwrap();
    let other_type = lake
        .add_column(
            "unified_marketing_data",
            NewColumn {
                name: "margin".into(),
                kind: ColumnType::Text,
            },
        )
        .await;
    assert!(matches!(other_type, Err(Error::ColumnExists { .. })), "{other_type:?}");
    append(&lake, vec![row]).await;
    let snapshot = lake.snapshot().await.unwrap();
    assert_eq!((count(&snapshot, "margin IS NULL").await, count(&snapshot, "margin = 2.5").await), (1, 1));
}

pub(super) async fn a_number_that_is_not_finite_is_refused(place: &Place) {
    let lake = place.open().await;
    lake.add_column(
        "unified_marketing_data",
        NewColumn {
            name: "score".into(),
            kind: ColumnType::Float,
        },
    )
    .await
    .unwrap();
    let mut row = place.touch(1, 0);
    row.custom.push(("score".into(), FieldValue::Float(f64::NAN)));
    let refused = lake.transaction().append_rows(vec![row]).await;
    assert!(matches!(&refused, Err(Error::Value { column, .. }) if column == "score"), "{refused:?}");
    let schema = Arc::new(Schema::new(vec![Field::new("weight", DataType::Float64, false)]));
    let batch = RecordBatch::try_new(schema, vec![Arc::new(Float64Array::from(vec![f64::INFINITY]))]).unwrap();
    let refused = lake.transaction().append_batch("revenue_attribution", batch).await;
    assert!(matches!(&refused, Err(Error::Value { column, .. }) if column == "weight"), "{refused:?}");
}

pub(super) async fn two_processes_lose_nothing_and_double_nothing(place: &Place) {
    let mut tasks = Vec::new();
    for process in 0..2_u32 {
        let lake = place.open().await;
        // Both send the customers 100 to 119; each sends 20 customers of its own.
        let customers = (100..120).chain(process * 20..process * 20 + 20);
        let commits: Vec<_> = customers
            .map(|customer| vec![place.touch(customer, 0), place.touch(customer, 1)])
            .collect();
        tasks.push(tokio::spawn(async move {
            let mut duplicates = 0;
            for rows in commits {
                duplicates += append(&lake, rows).await.1;
            }
            duplicates
        }));
    }
    let mut duplicates = 0;
    for task in tasks {
        duplicates += task.await.unwrap();
    }
    let snapshot = place.open().await.snapshot().await.unwrap();
    assert_eq!((count(&snapshot, "true").await, duplicates), (120, 40));
    let batches = query(&snapshot, "SELECT id FROM t GROUP BY id HAVING COUNT(*) > 1").await;
    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 0);
}

pub(super) async fn a_filter_reads_only_the_files_that_can_match(place: &Place) {
    let lake = place.open().await;
    append(&lake, vec![place.spend("a", "2026-03-01", 1), place.spend("a", "2026-03-31", 2)]).await;
    append(&lake, vec![place.spend("a", "2026-04-01", 4)]).await;
    append(&lake, vec![place.touch(1, 0)]).await;
    let snapshot = lake.snapshot().await.unwrap();
    let plan = |batches: Vec<RecordBatch>| arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string();
    let explained = plan(query(&snapshot, "EXPLAIN SELECT spend FROM t WHERE civil_date >= '2026-04-01'").await);
    assert_eq!(explained.matches(".parquet").count(), 1, "{explained}");
    assert_eq!(count(&snapshot, "civil_date >= '2026-04-01'").await, 1);
    let explained = plan(query(&snapshot, "EXPLAIN SELECT COUNT(*) FROM t").await);
    assert_eq!(explained.matches(".parquet").count(), 0, "answered from the catalogue: {explained}");
}

/// Refused rows of one import, by line.
fn refused_rows(import: u8, lines: &[i64]) -> RecordBatch {
    let instants = TimestampMicrosecondArray::from(vec![start().as_microsecond(); lines.len()]).with_timezone("UTC");
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("line", Arc::new(Int64Array::from(lines.to_vec()))),
        (
            "import_id",
            Arc::new(FixedSizeBinaryArray::try_from_iter(lines.iter().map(|_| [import; 16])).unwrap()),
        ),
        ("data_source", Arc::new(StringArray::from(vec!["web"; lines.len()]))),
        ("quarantined_at", Arc::new(instants)),
        ("code", Arc::new(StringArray::from(vec!["amount"; lines.len()]))),
        ("reason", Arc::new(StringArray::from(vec!["1,5 is not an amount"; lines.len()]))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

pub(super) async fn a_derived_table_is_sorted_and_replaced_as_a_whole(place: &Place) {
    let lake = place.open().await;
    let mut transaction = lake.transaction();
    transaction.append_batch("quarantine", refused_rows(2, &[9, 1])).await.unwrap();
    transaction.append_batch("quarantine", refused_rows(1, &[3])).await.unwrap();
    assert_eq!(transaction.commit("refused").await.unwrap().rows, 3);
    let before = lake.snapshot().await.unwrap();
    for import in 3..12 {
        let mut transaction = lake.transaction();
        transaction.append_batch("quarantine", refused_rows(import, &[2, 1])).await.unwrap();
        transaction.commit("refused").await.unwrap();
    }
    assert_eq!(lake.compact().await.unwrap().files_after, 1);
    assert_eq!(lake.snapshot().await.unwrap().table("quarantine").unwrap().rows(), 21);
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);
    let mut transaction = lake.transaction();
    transaction.replace_table("quarantine");
    transaction.append_batch("quarantine", refused_rows(1, &[4])).await.unwrap();
    transaction.commit("replace").await.unwrap();
    assert_eq!(lake.snapshot().await.unwrap().table("quarantine").unwrap().rows(), 1);
    assert_eq!(before.table("quarantine").unwrap().rows(), 3);
    let missing = lake
        .transaction()
        .append_batch("quarantine", refused_rows(1, &[4]).project(&[0, 1]).unwrap())
        .await;
    assert!(matches!(missing, Err(Error::Value { .. })), "{missing:?}");
    let keyed = lake.transaction().append_batch("unified_marketing_data", refused_rows(1, &[4])).await;
    assert!(matches!(keyed, Err(Error::RowsOnly { .. })), "{keyed:?}");
}
