//! Rows of derived tables that go while their files stay.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, AsArray, Decimal128Array, FixedSizeBinaryArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::Int64Type;
use datafusion::prelude::SessionContext;
use types::{Clock, CustomerId};

use super::world::Place;
use crate::{CustomerSet, Depth, Error, Lake, Snapshot};

pub(super) const TABLE: &str = "customer_journey_tracking";

fn customer(place: &Place, number: i64) -> [u8; 16] {
    *CustomerId::derive(place.organization, &number.to_string()).as_bytes()
}

pub(super) fn customers(place: &Place, numbers: impl IntoIterator<Item = i64>) -> Arc<CustomerSet> {
    Arc::new(numbers.into_iter().map(|number| customer(place, number)).collect())
}

/// Journeys in brief of some customers, each with so many touches.
pub(super) fn briefs(place: &Place, numbers: &[i64], touches: i64) -> RecordBatch {
    let ids = || -> ArrayRef { Arc::new(FixedSizeBinaryArray::try_from_iter(numbers.iter().map(|number| customer(place, *number))).unwrap()) };
    let organization = std::iter::repeat_n(place.organization.as_bytes(), numbers.len());
    let count = numbers.len();
    RecordBatch::try_from_iter([
        ("id", ids()),
        (
            "organization_id",
            Arc::new(FixedSizeBinaryArray::try_from_iter(organization).unwrap()) as ArrayRef,
        ),
        ("customer_id", ids()),
        (
            "journey_start_date",
            Arc::new(TimestampMicrosecondArray::from_iter_values(numbers.iter().copied()).with_timezone("UTC")),
        ),
        ("total_touchpoints", Arc::new(Int64Array::from(vec![touches; count]))),
        (
            "lifetime_value",
            Arc::new(
                Decimal128Array::from_iter_values(numbers.iter().map(|number| i128::from(*number)))
                    .with_precision_and_scale(18, 6)
                    .unwrap(),
            ),
        ),
        ("current_stage", Arc::new(StringArray::from(vec!["visitor"; count]))),
        ("journey_data", Arc::new(StringArray::from(vec!["{}"; count]))),
    ])
    .unwrap()
}

/// Puts rows into the place of the customers', who may have none.
pub(super) async fn put(lake: &Lake, place: &Place, numbers: &[i64], touches: i64, removed: impl IntoIterator<Item = i64>) {
    let mut transaction = lake.transaction();
    transaction.remove_customers(TABLE, customers(place, removed));
    if !numbers.is_empty() {
        transaction.append_batch(TABLE, briefs(place, numbers, touches)).await.unwrap();
    }
    transaction.commit("test").await.unwrap();
}

/// Rows, distinct customers, touches, least and greatest start, rows of customer 7; read by a query, the count also from statistics alone.
pub(super) async fn figures(snapshot: &Snapshot, place: &Place) -> Vec<i64> {
    let context = SessionContext::new();
    context.register_table("t", snapshot.table(TABLE).unwrap().provider()).unwrap();
    let seven = uuid::Uuid::from_bytes(customer(place, 7)).simple().to_string();
    let sql = format!(
        "SELECT COUNT(*), COUNT(DISTINCT customer_id), COALESCE(SUM(total_touchpoints), 0), \
         COALESCE(CAST(MIN(journey_start_date) AS BIGINT), -1), COALESCE(CAST(MAX(journey_start_date) AS BIGINT), -1), \
         SUM(CASE WHEN customer_id = X'{seven}' THEN 1 ELSE 0 END) FROM t"
    );
    let batch = context.sql(&sql).await.unwrap().collect().await.unwrap().remove(0);
    let mut figures: Vec<i64> = batch.columns().iter().map(|column| column.as_primitive::<Int64Type>().value(0)).collect();
    for sql in ["SELECT COUNT(*) FROM t", "SELECT COUNT(*) FROM (SELECT 1 FROM t LIMIT 100000)"] {
        let counted = context.sql(sql).await.unwrap().collect().await.unwrap();
        assert_eq!(counted[0].column(0).as_primitive::<Int64Type>().value(0), figures[0], "{sql}");
    }
    // A filter on the order of the files: pages and row groups are left out, and the gone rows with them.
    let filtered = context
        .sql(&format!("SELECT total_touchpoints FROM t WHERE customer_id = X'{seven}'"))
        .await
        .unwrap();
    let rows = filtered.collect().await.unwrap().iter().map(RecordBatch::num_rows).sum::<usize>();
    assert_eq!(i64::try_from(rows), Ok(figures[5]));
    assert_eq!(snapshot.table(TABLE).unwrap().rows(), u64::try_from(figures[0]).unwrap());
    figures.truncate(6);
    figures
}

pub(super) async fn removed_customers_are_gone_from_their_version_on(place: &Place) {
    let lake = place.open().await;
    let all: Vec<i64> = (0..2_500).collect();
    put(&lake, place, &all, 1, []).await;
    let first = lake.snapshot().await.unwrap();
    let files = first.table(TABLE).unwrap().files().len();
    assert_eq!(figures(&first, place).await, [2_500, 2_500, 2_500, 0, 2_499, 1]);

    // The greatest and some others go; some of them come again, with more touches.
    put(&lake, place, &[3, 7, 2_600], 10, [3, 7, 9, 2_499, 4_000]).await;
    let second = lake.snapshot().await.unwrap();
    assert_eq!(figures(&second, place).await, [2_499, 2_499, 2_526, 0, 2_600, 1]);
    assert_eq!(second.table(TABLE).unwrap().files().len(), files + 1, "no file was written anew");

    // Removed twice, and of the file that was just appended.
    put(&lake, place, &[7], 100, [7, 9, 2_600]).await;
    let third = lake.snapshot().await.unwrap();
    assert_eq!(figures(&third, place).await, [2_498, 2_498, 2_606, 0, 2_498, 1]);
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);

    for (version, expected) in [(&first, 2_500), (&second, 2_526), (&third, 2_606)] {
        let again = place.open().await.snapshot_at(version.version()).await.unwrap();
        assert_eq!(figures(&again, place).await[2], expected);
    }
}

pub(super) async fn worn_files_are_written_anew_and_their_delete_files_collected(place: &Place) {
    let lake = place.open().await;
    let all: Vec<i64> = (0..500).collect();
    put(&lake, place, &all, 1, []).await;
    put(&lake, place, &[], 0, 0..40).await;
    assert_eq!(lake.compact().await.unwrap().files_before, 0, "little is gone");
    put(&lake, place, &[], 0, 0..200).await;
    let before = figures(&lake.snapshot().await.unwrap(), place).await;
    assert_eq!(before, [300, 300, 300, 200, 499, 0]);
    let report = lake.compact().await.unwrap();
    assert_eq!((report.files_before, report.files_after, report.rows), (1, 1, 300));
    let snapshot = lake.snapshot().await.unwrap();
    assert_eq!(figures(&snapshot, place).await, before);
    assert!(snapshot.table(TABLE).unwrap().files().iter().all(|file| file.live_rows() == file.rows));

    // The file that was written anew, its first and its second delete file.
    drop(snapshot);
    place.clock.advance_seconds(60);
    let expired = lake.expire(place.clock.now()).await.unwrap();
    assert_eq!(expired.files, 3);
    place.clock.advance_seconds(1);
    assert_eq!(lake.collect_garbage(Duration::ZERO).await.unwrap().unreferenced, 3);
    assert_eq!(figures(&lake.snapshot().await.unwrap(), place).await, before);
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);

    // Nothing left of a file: the file goes.
    put(&lake, place, &[], 0, 0..500).await;
    let snapshot = lake.snapshot().await.unwrap();
    assert_eq!(snapshot.table(TABLE).unwrap().files().len(), 0);
    assert_eq!(figures(&snapshot, place).await[0], 0);
}

pub(super) async fn a_transaction_that_fails_leaves_no_delete_file(place: &Place) {
    let lake = place.open().await;
    put(&lake, place, &(0..50).collect::<Vec<_>>(), 1, []).await;
    let mut transaction = lake.transaction();
    transaction.remove_customers(TABLE, customers(place, [3]));
    transaction.move_cursor("derived", Some("elsewhere".into()), "1".into());
    assert!(matches!(transaction.commit("test").await, Err(Error::CursorMoved { .. })));
    assert_eq!(figures(&lake.snapshot().await.unwrap(), place).await[0], 50);
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);
}

pub(super) async fn a_missing_delete_file_is_found_by_the_doctor_and_named_by_readers(place: &Place) {
    let lake = place.open().await;
    put(&lake, place, &(0..50).collect::<Vec<_>>(), 1, []).await;
    put(&lake, place, &[], 0, [3]).await;
    let path = {
        let snapshot = lake.snapshot().await.unwrap();
        let deletes = snapshot.table(TABLE).unwrap().files()[0].deletes.clone().unwrap();
        snapshot.view.inner.root().join(deletes.path.as_ref())
    };
    std::fs::remove_file(&path).unwrap();
    let findings = lake.doctor(Depth::Quick).await.unwrap();
    assert!(findings.iter().any(|finding| finding.problem == "the file is missing"), "{findings:?}");
    let other = place.open().await;
    let error = other.snapshot().await.unwrap().table(TABLE).unwrap().plain_scan().unwrap_err();
    assert!(error.to_string().contains(".deletes.parquet"), "{error}");
}
