//! Disks that fail.

use std::path::Path;
use std::process::{Command, Stdio};

use super::world::{Place, append, count};
use crate::{Depth, Error, Severity};

/// A disk of its own, unmounted when dropped.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(folder: &'a Path) -> Option<Self> {
        let run = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"])
            .arg(folder)
            .stderr(Stdio::null())
            .status();
        run.is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

pub(super) async fn a_full_disk_commits_nothing_and_reading_goes_on(place: &Place) {
    let Some(disk) = SmallDisk::mount(place.folder.path()) else {
        eprintln!("SKIPPED: no small disk could be mounted (needs root), so the full-disk test did not run");
        return;
    };
    let lake = place.open_in(disk.0).await;
    append(&lake, vec![place.touch(1, 0)]).await;
    let version = lake.version().await.unwrap();
    // Bytes that do not compress: eight megabytes on a disk of six.
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b' ' + u8::try_from((state >> 33) % 95).unwrap())
    };
    let mut transaction = lake.transaction();
    let mut failed = None;
    for customer in 0..100 {
        let rows = (0..20).map(|minute| {
            let mut row = place.touch(customer, minute);
            row.data_payload = Some((0..5_000).map(|_| noise()).collect::<String>().into());
            row
        });
        failed = transaction.append_rows(rows.collect()).await.err();
        if failed.is_some() {
            break;
        }
    }
    let failed = match failed {
        Some(error) => error,
        None => transaction.commit("too much").await.expect_err("the disk is full"),
    };
    assert!(matches!(failed, Error::Io { .. } | Error::Parquet(_)), "{failed:?}");
    assert_eq!(lake.version().await.unwrap(), version);
    assert_eq!(count(&lake.snapshot().await.unwrap(), "true").await, 1);
    // What was written in vain is gone, so that there is room again.
    assert_eq!(append(&lake, vec![place.touch(2, 0)]).await, (1, 0));
    let findings = lake.doctor(Depth::Full).await.unwrap();
    assert!(findings.iter().all(|finding| finding.severity == Severity::Note), "{findings:#?}");
}
