use authz::OrgContext;
use expect_test::expect;
use types::SourceCategory;
use uuid::Uuid;

use super::{instant, organization};
use crate::{ImportCounts, ImportStatus, Metastore};

const COUNTS: ImportCounts = ImportCounts {
    read: 10,
    accepted: 7,
    duplicates: 2,
    quarantined: 1,
};

pub(super) async fn an_import_is_counted_and_the_newest_of_each_source_found(metastore: Metastore) {
    let context = with_sources(&metastore).await;
    start(&metastore, &context, 1, "ads", "2026-11-20T08:00:00Z").await;
    start(&metastore, &context, 2, "shop", "2026-11-20T09:00:00Z").await;
    start(&metastore, &context, 3, "ads", "2026-11-20T10:00:00Z").await;
    let finished = instant("2026-11-20T10:00:05Z");
    metastore
        .finish_import(
            &context,
            Uuid::from_u128(3),
            ImportStatus::Failed,
            COUNTS,
            Some("the header is missing"),
            finished,
        )
        .await
        .unwrap();

    let brief = |imports: Vec<crate::Import>| {
        imports
            .into_iter()
            .map(|import| (import.id.as_u128(), import.source_key))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        brief(metastore.imports(&context, 2).await.unwrap()),
        [(3, "ads".to_owned()), (2, "shop".to_owned())]
    );
    assert_eq!(
        brief(metastore.latest_imports(&context).await.unwrap()),
        [(3, "ads".to_owned()), (2, "shop".to_owned())]
    );
    let newest = metastore.imports(&context, 1).await.unwrap().remove(0);
    assert_eq!(
        (newest.status, newest.counts, newest.finished_at),
        (ImportStatus::Failed, COUNTS, Some(finished))
    );
    assert_eq!(
        (newest.files, newest.message.as_deref()),
        (vec!["a \"b\".csv".to_owned()], Some("the header is missing"))
    );
}

pub(super) async fn an_import_needs_its_organisations_source(metastore: Metastore) {
    let context = with_sources(&metastore).await;
    let (_, other) = organization(&metastore, "Fell").await;
    let now = instant("2026-11-20T08:00:00Z");
    let error = metastore.start_import(&other, Uuid::from_u128(1), "ads", &[], now).await.unwrap_err();
    expect!["the organisation has no source `ads`: register the source first"].assert_eq(&error.to_string());
    start(&metastore, &context, 1, "ads", "2026-11-20T08:00:00Z").await;
    let error = metastore
        .finish_import(&other, Uuid::from_u128(1), ImportStatus::Succeeded, COUNTS, None, now)
        .await
        .unwrap_err();
    expect!["there is no running import 00000000-0000-0000-0000-000000000001"].assert_eq(&error.to_string());
    assert_eq!(metastore.imports(&other, 10).await.unwrap(), []);
}

pub(super) async fn an_import_that_was_killed_is_marked_as_interrupted(metastore: Metastore) {
    let context = with_sources(&metastore).await;
    start(&metastore, &context, 1, "ads", "2026-11-20T08:00:00Z").await;
    assert_eq!(
        metastore
            .interrupt_running_imports(&context, instant("2026-11-20T09:00:00Z"))
            .await
            .unwrap(),
        1
    );
    assert_eq!(metastore.imports(&context, 10).await.unwrap()[0].status, ImportStatus::Interrupted);
    assert_eq!(
        metastore
            .interrupt_running_imports(&context, instant("2026-11-20T09:00:00Z"))
            .await
            .unwrap(),
        0
    );
}

pub(super) async fn an_import_finishes_once(metastore: Metastore) {
    let context = with_sources(&metastore).await;
    start(&metastore, &context, 1, "ads", "2026-11-20T08:00:00Z").await;
    let finish = async |status| {
        metastore
            .finish_import(&context, Uuid::from_u128(1), status, COUNTS, None, instant("2026-11-20T08:00:09Z"))
            .await
    };
    finish(ImportStatus::Succeeded).await.unwrap();
    assert!(finish(ImportStatus::Failed).await.is_err());
    assert_eq!(metastore.imports(&context, 10).await.unwrap()[0].status, ImportStatus::Succeeded);
}

async fn with_sources(metastore: &Metastore) -> OrgContext {
    let (_, context) = organization(metastore, "Alder").await;
    for key in ["ads", "shop"] {
        metastore
            .upsert_source(&context, key, key, SourceCategory::ExternalMarketing, instant("2026-11-20T07:00:00Z"))
            .await
            .unwrap();
    }
    context
}

async fn start(metastore: &Metastore, context: &OrgContext, id: u128, source: &str, at: &str) {
    metastore
        .start_import(context, Uuid::from_u128(id), source, &["a \"b\".csv".to_owned()], instant(at))
        .await
        .unwrap();
}
