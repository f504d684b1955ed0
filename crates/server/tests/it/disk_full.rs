//! Disk full: refused, nothing lost, reads go on.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
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

/// Fills the disk with `ballast` until only `left` bytes are free.
fn fill_up_to(ballast: &Path, left: u64) {
    let mut file = File::create(ballast).unwrap();
    let block = vec![0_u8; 4096];
    while file.write_all(&block).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(left)).unwrap();
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
    // Leave room to open the catalogues, not for the rows.
    let ballast = tributary.path("data/ballast");
    fill_up_to(&ballast, 384 << 10);
    let csv = String::from_utf8(Command::new("gzip").args(["-dc", data]).output().unwrap().stdout).unwrap();
    let other = tributary.write("other.csv", csv.replace("\nA", "\nB"));
    let error = tributary.error(&["import", "--org", "shop", "--source", "kaggle", "--map", map, &other]);
    assert!(error.to_lowercase().contains("space") || error.to_lowercase().contains("full"), "{error}");
    assert_eq!(tributary.figure("touches"), touches, "reads go on and nothing is lost");
    std::fs::remove_file(ballast).unwrap();
    tributary.json(&["import", "--org", "shop", "--source", "kaggle", "--map", map, &other]);
    assert_eq!(tributary.figure("touches").parse::<u64>().unwrap(), 2 * touches.parse::<u64>().unwrap());
}
