//! Disk full: refused, nothing lost, reads go on.

use std::path::PathBuf;
use std::process::Command;

use crate::tributary::{Tributary, repository};

/// A file system of 24 MB; unmounted when dropped. Only root can make one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(folder: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"])
            .arg(&folder)
            .stderr(std::process::Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_refuses_the_import_and_reads_go_on() {
    let tributary = Tributary::new();
    let Some(_disk) = SmallDisk::mount(tributary.path("data")) else {
        println!("SKIPPED: a small file system cannot be mounted here (needs root)");
        return;
    };
    tributary.json(&["init", "--org", "shop"]);
    let (map, data) = (
        repository("examples/kaggle/map.yaml"),
        repository("examples/kaggle/attribution_data.csv.gz"),
    );
    let (map, data) = (map.to_str().unwrap(), data.to_str().unwrap());
    tributary.json(&["import", "--org", "shop", "--source", "kaggle", "--map", map, data]);
    let touches = tributary.figure("touches");
    // Leave almost nothing, then import other rows.
    let ballast = tributary.path("data/ballast");
    let _ = Command::new("dd")
        .args(["if=/dev/zero", "bs=64k"])
        .arg(format!("of={}", ballast.display()))
        .stderr(std::process::Stdio::null())
        .status();
    let csv = String::from_utf8(Command::new("gzip").args(["-dc", data]).output().unwrap().stdout).unwrap();
    let other = tributary.write("other.csv", csv.replace("\nA", "\nB"));
    let error = tributary.error(&["import", "--org", "shop", "--source", "kaggle", "--map", map, &other]);
    assert!(error.to_lowercase().contains("space") || error.to_lowercase().contains("full"), "{error}");
    assert_eq!(tributary.figure("touches"), touches, "reads go on and nothing is lost");
    std::fs::remove_file(ballast).unwrap();
    tributary.json(&["import", "--org", "shop", "--source", "kaggle", "--map", map, &other]);
    assert_eq!(tributary.figure("touches").parse::<u64>().unwrap(), 2 * touches.parse::<u64>().unwrap());
}
