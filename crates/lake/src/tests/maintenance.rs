//! Old snapshots, files without an owner, and what the doctor says.

use std::time::Duration;

use types::Clock;

use super::world::{Place, append, count, scope, spent};
use crate::{Depth, Error, Severity};

pub(super) async fn expiry_keeps_what_is_being_read(place: &Place) {
    let lake = place.open().await;
    append(&lake, vec![place.spend("a", "2026-05-01", 10)]).await;
    let version = lake.version().await.unwrap();
    let reader = lake.snapshot().await.unwrap();
    let other = place.open().await;
    let mut transaction = lake.transaction();
    transaction.replace_spend(scope("a", &["2026-05-01"]));
    transaction.append_rows(vec![place.spend("a", "2026-05-01", 11)]).await.unwrap();
    transaction.commit("restate").await.unwrap();
    let everything = |lake: crate::Lake| async move {
        place.clock.advance_seconds(60);
        let report = lake.expire(place.clock.now()).await.unwrap();
        place.clock.advance_seconds(1);
        (report, lake.collect_garbage(Duration::ZERO).await.unwrap().unreferenced)
    };

    // The other process opened the lake at this version: it may read it.
    assert_eq!(everything(lake.clone()).await.0.files, 0);
    assert_eq!(spent(&other.snapshot_at(version).await.unwrap()).await, 10);
    // Its lease is not renewed any more, but our own reader still counts.
    place.clock.advance_seconds(700);
    assert_eq!(everything(lake.clone()).await.0.files, 0);
    assert_eq!(spent(&reader).await, 10);

    drop(reader);
    let (report, removed) = everything(lake.clone()).await;
    assert_eq!((report.files, removed), (1, 1));
    let gone = lake.snapshot_at(version).await;
    assert!(matches!(gone, Err(Error::NoSuchSnapshot { .. })), "{gone:?}");
    assert_eq!(spent(&lake.snapshot().await.unwrap()).await, 11);
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);
}

pub(super) async fn what_a_killed_import_left_is_collected(place: &Place) {
    let lake = place.open().await;
    append(&lake, vec![place.touch(0, 0)]).await;
    let killed = place.open().await;
    let mut transaction = killed.transaction();
    // Enough rows for files to be written before the commit that never comes.
    for minute in 0..25 {
        transaction
            .append_rows((1..101).map(|customer| place.touch(customer, minute)).collect())
            .await
            .unwrap();
    }
    std::mem::forget(transaction);
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), [], "the other process may still commit");
    assert_eq!(lake.collect_garbage(Duration::ZERO).await.unwrap().orphans, 0);

    // Years later, whatever the file system's clock says, that process is dead.
    place.clock.advance_seconds(10 * 365 * 86_400);
    let findings = lake.doctor(Depth::Quick).await.unwrap();
    assert_eq!(
        findings.iter().map(|finding| finding.severity).collect::<Vec<_>>(),
        [Severity::Note],
        "{findings:#?}"
    );
    let report = lake.collect_garbage(Duration::from_secs(3_600)).await.unwrap();
    assert_eq!(report.orphans, 4, "two files of rows and two of row keys: {report:?}");
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);
    assert_eq!(append(&lake, vec![place.touch(1, 0), place.touch(2, 0)]).await, (2, 0));
    assert_eq!(count(&lake.snapshot().await.unwrap(), "true").await, 3);
}

pub(super) async fn the_doctor_finds_what_is_wrong_with_files(place: &Place) {
    let lake = place.open().await;
    append(&lake, vec![place.touch(1, 0), place.spend("a", "2026-05-01", 10)]).await;
    append(&lake, vec![place.touch(2, 0)]).await;
    assert_eq!(lake.doctor(Depth::Full).await.unwrap(), []);
    let files = lake.snapshot().await.unwrap().table("unified_marketing_data").unwrap().files().to_vec();
    let root = place.folder.path().join("lakes").join(place.organization.to_string());
    let on_disk = |at: usize| root.join(files[at].path.as_ref());
    std::fs::write(root.join("data/unified_marketing_data/stray.parquet"), b"nobody's").unwrap();
    std::fs::remove_file(on_disk(0)).unwrap();
    std::fs::File::options().write(true).open(on_disk(1)).unwrap().set_len(100).unwrap();
    // The same size, but one byte of data is another.
    let mut bytes = std::fs::read(on_disk(2)).unwrap();
    bytes[40] ^= 0xff;
    std::fs::write(on_disk(2), bytes).unwrap();
    let problems = |findings: Vec<crate::Finding>| {
        findings
            .into_iter()
            .map(|finding| (finding.severity, finding.place, finding.problem))
            .collect::<Vec<_>>()
    };
    let quick = problems(lake.doctor(Depth::Quick).await.unwrap());
    assert!(
        quick.contains(&(Severity::Error, files[0].path.to_string(), "the file is missing".into())),
        "{quick:#?}"
    );
    let truncated = format!("the file has 100 bytes, the catalogue says {}", files[1].bytes);
    assert!(quick.contains(&(Severity::Error, files[1].path.to_string(), truncated)), "{quick:#?}");
    assert!(
        quick
            .iter()
            .any(|(severity, _, problem)| *severity == Severity::Note && problem.starts_with("1 files (8 bytes)")),
        "{quick:#?}"
    );
    assert!(
        !quick.iter().any(|(_, place, _)| place == files[2].path.as_ref()),
        "only a full check reads the values: {quick:#?}"
    );
    let full = problems(lake.doctor(Depth::Full).await.unwrap());
    assert!(full.iter().any(|(_, place, _)| place == files[2].path.as_ref()), "{full:#?}");
}
