//! Rows that go to another customer keep their ids, nothing else is touched, and nothing is lost.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use arrow::array::Array;
use types::{CustomerId, Identifier, IdentifierKind, RowId};

use super::compaction::{journey, touches};
use super::world::{Place, append, count, start};
use crate::{Depth, Lake, Reassignment, StoredDecision, StoredLink, StoredMember, Transaction};

const UNIFIED: &str = "unified_marketing_data";

fn customer(place: &Place, number: u32) -> CustomerId {
    CustomerId::derive(place.organization, &number.to_string())
}

/// Gives all rows of `from` to `to`.
fn give(transaction: &mut Transaction, from: CustomerId, to: CustomerId) {
    transaction.reassign(Reassignment {
        customers: Arc::new(HashSet::from([from])),
        columns: &["customer_id", "customer_key"],
        assign: Arc::new(move |batch| vec![Some(to); batch.num_rows()]),
    });
}

async fn rows_of(lake: &Lake, customer: CustomerId) -> i64 {
    let hex: String = customer.0.simple().to_string();
    count(&lake.snapshot().await.unwrap(), &format!("encode(customer_id, 'hex') = '{hex}'")).await
}

async fn files(lake: &Lake) -> BTreeSet<i64> {
    let snapshot = lake.snapshot().await.unwrap();
    snapshot.table(UNIFIED).unwrap().files().iter().map(|file| file.id).collect()
}

pub(super) async fn rows_go_to_another_customer_and_only_their_files_change(place: &Place) {
    let lake = place.open().await;
    append(&lake, touches(place, 0..200, 0..20)).await;
    lake.compact().await.unwrap();
    let (before, old) = (files(&lake).await, lake.snapshot().await.unwrap());
    assert!(before.len() >= 2, "{before:?}");
    let (from, to) = (customer(place, 3), customer(place, 5));
    let mut transaction = lake.transaction();
    give(&mut transaction, from, to);
    let commit = transaction.commit("stitch").await.unwrap();
    let mut both = vec![from, to];
    both.sort_unstable();
    assert_eq!(commit.reassigned, both);
    assert_eq!((rows_of(&lake, from).await, rows_of(&lake, to).await), (0, 40));
    // One file of many was written anew, and the rows that moved are one more.
    let after = files(&lake).await;
    assert_eq!((before.difference(&after).count(), after.difference(&before).count()), (1, 2));
    assert_eq!(journey(&lake).await.0, 4_000);
    assert_eq!(count(&old, "true").await, 4_000);
    assert_eq!(
        append(&lake, touches(place, 3..4, 0..20)).await,
        (0, 20),
        "the rows are known by their ids"
    );
    lake.compact().await.unwrap();
    assert_eq!(journey(&lake).await.0, 4_000);
    assert_eq!((rows_of(&lake, from).await, rows_of(&lake, to).await), (0, 40));
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);
}

pub(super) async fn what_is_committed_meanwhile_moves_too(place: &Place) {
    let (lake, other) = (place.open().await, place.open().await);
    append(&lake, touches(place, 0..10, 0..10)).await;
    let (from, to) = (customer(place, 3), customer(place, 5));
    let mut transaction = lake.transaction();
    let raced = {
        let rows = touches(place, 3..4, 10..15);
        let raced = Arc::new(tokio::sync::Mutex::new(Some((other.clone(), rows))));
        let handle = tokio::runtime::Handle::current();
        // The other process commits while the first look at the files is made.
        Reassignment {
            customers: Arc::new(HashSet::from([from])),
            columns: &["customer_id"],
            assign: Arc::new(move |batch| {
                let raced = Arc::clone(&raced);
                let handle = handle.clone();
                std::thread::spawn(move || {
                    handle.block_on(async {
                        if let Some((other, rows)) = raced.lock().await.take() {
                            assert_eq!(append(&other, rows).await, (5, 0));
                        }
                    });
                })
                .join()
                .unwrap();
                vec![Some(to); batch.num_rows()]
            }),
        }
    };
    transaction.reassign(raced);
    transaction.commit("stitch").await.unwrap();
    assert_eq!((rows_of(&lake, from).await, rows_of(&lake, to).await), (0, 25));
    assert_eq!(journey(&lake).await.0, 105);
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);
}

pub(super) async fn the_identity_graph_commits_with_the_rows_or_not_at_all(place: &Place) {
    let lake = place.open().await;
    append(&lake, touches(place, 0..10, 0..10)).await;
    let identifier = |kind, value: &str| Identifier {
        kind,
        value: value.to_owned(),
    };
    let (key, cookie) = (identifier(IdentifierKind::Customer, "5"), identifier(IdentifierKind::Anonymous, "3"));
    let link = |at: i64| StoredLink {
        left: key.clone(),
        right: cookie.clone(),
        row: RowId::from_bytes([9; 16]),
        data_source: "web".into(),
        recorded_at: jiff::Timestamp::from_second(at).unwrap(),
    };
    let member = |customer| StoredMember {
        identifier: cookie.clone(),
        home: cookie.home(place.organization),
        customer,
        role: "linked".into(),
    };
    let stitch = async |expected: Option<&str>, at: i64, customer: CustomerId| {
        let mut transaction = lake.transaction();
        give(&mut transaction, self::customer(place, 3), self::customer(place, 5));
        transaction.change_identity(vec![link(at)], vec![member(customer)]);
        transaction.move_cursor("stitched", expected.map(str::to_owned), at.to_string());
        transaction.commit("stitch").await
    };
    let five = customer(place, 5);
    assert!(stitch(Some("elsewhere"), 1, five).await.is_err(), "the cursor was not there");
    assert_eq!(lake.identity_links().await.unwrap(), []);
    assert_eq!(rows_of(&lake, five).await, 10);
    stitch(None, 2, five).await.unwrap();
    stitch(Some("2"), 1, five).await.unwrap();
    let other = place.open().await;
    assert_eq!(other.identity_links_of(std::slice::from_ref(&cookie)).await.unwrap(), [link(1)]);
    assert_eq!(other.identity_members_of_customer(five).await.unwrap(), [member(five)]);
    assert_eq!(other.identity_members_at_home(&[member(five).home]).await.unwrap(), [member(five)]);
    assert!(other.identity_has_moved_members().await.unwrap());
    assert_eq!(rows_of(&lake, five).await, 20);

    let decision = |id: i64, verdict: &str| StoredDecision {
        id,
        left: key.clone(),
        right: cookie.clone(),
        verdict: verdict.into(),
        actor: "anna".into(),
        decided_at: start(),
        reason: "two people".into(),
    };
    lake.decide_identity(&[decision(0, "different")]).await.unwrap();
    lake.decide_identity(&[decision(0, "same")]).await.unwrap();
    assert_eq!(other.identity_decisions().await.unwrap(), [decision(1, "different"), decision(2, "same")]);
    assert_eq!(other.identity_rule("shared_by_max").await.unwrap(), None);
    lake.set_identity_rule("shared_by_max", 3).await.unwrap();
    lake.set_identity_rule("shared_by_max", 4).await.unwrap();
    assert_eq!(other.identity_rule("shared_by_max").await.unwrap(), Some(4));
}

pub(super) async fn a_file_without_identifiers_says_so(place: &Place) {
    let lake = place.open().await;
    append(&lake, touches(place, 0..2, 0..2)).await;
    let mut row = place.touch(7, 0);
    row.identifiers = Some(r#"["anonymous:a1"]"#.into());
    append(&lake, vec![row]).await;
    let snapshot = lake.snapshot().await.unwrap();
    let table = snapshot.table(UNIFIED).unwrap();
    let empty: Vec<bool> = table.files().iter().map(|file| table.is_empty_in(file, "identifiers")).collect();
    assert_eq!(empty, [true, false]);
    let mut batches = table.read_file(&table.files()[1], &["identifiers", "customer_id"]).await.unwrap();
    let batch = futures::StreamExt::next(&mut batches).await.unwrap().unwrap();
    assert_eq!((batch.num_columns(), batch.column(0).null_count()), (2, 0));
}
