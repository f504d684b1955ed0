use std::cell::Cell;

use super::*;

const ORGANIZATION: OrganizationId = OrganizationId::from_bytes([9; 16]);

fn payload(number: u64) -> Vec<u8> {
    format!("payload {number} {}", "x".repeat(usize::try_from(number % 7).unwrap())).into_bytes()
}

fn log_of(folder: &Path, frames: u64) -> PathBuf {
    let mut wal = recover(folder, ORGANIZATION, 0).unwrap();
    for number in 1..=frames {
        assert_eq!(wal.append(&payload(number)).unwrap(), number);
    }
    folder.join(frame::segment_name(1))
}

fn read_all(folder: &Path, after: u64, through: u64) -> Vec<Vec<u8>> {
    let mut payloads = Vec::new();
    read_after(folder, after, through, |_, payload| {
        payloads.push(payload.to_vec());
        true
    })
    .unwrap();
    payloads
}

#[test]
fn what_was_appended_is_read_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    log_of(folder.path(), 5);
    let mut wal = recover(folder.path(), ORGANIZATION, 0).unwrap();
    assert_eq!(wal.last_sequence(), 5);
    assert_eq!(wal.append(&payload(6)).unwrap(), 6);
    assert_eq!(read_all(folder.path(), 2, 6), (3..=6).map(payload).collect::<Vec<_>>());
}

#[test]
fn a_log_torn_at_any_byte_of_its_last_frame_keeps_all_earlier_frames() {
    let folder = tempfile::tempdir().unwrap();
    let segment = log_of(folder.path(), 4);
    let whole = fs::read(&segment).unwrap();
    let last_length = FRAME_BYTES + payload(4).len();
    for end in whole.len() - last_length..whole.len() {
        fs::write(&segment, &whole[..end]).unwrap();
        let mut wal = recover(folder.path(), ORGANIZATION, 0).unwrap();
        assert_eq!(wal.last_sequence(), 3, "torn at {end}");
        assert_eq!(read_all(folder.path(), 0, 3), (1..=3).map(payload).collect::<Vec<_>>());
        // The torn frame's number is given again, and the log goes on.
        assert_eq!(wal.append(b"again").unwrap(), 4);
        assert_eq!(read_all(folder.path(), 3, 4), [b"again".to_vec()]);
        fs::remove_file(folder.path().join(frame::segment_name(4))).unwrap();
    }
}

const FRAME_BYTES: usize = frame::FRAME_HEADER_BYTES;

#[test]
fn a_last_frame_with_any_byte_lost_to_zeros_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let segment = log_of(folder.path(), 3);
    let whole = fs::read(&segment).unwrap();
    for start in whole.len() - FRAME_BYTES - payload(3).len()..whole.len() {
        let mut bytes = whole.clone();
        bytes[start..].fill(0);
        fs::write(&segment, &bytes).unwrap();
        assert_eq!(recover(folder.path(), ORGANIZATION, 0).unwrap().last_sequence(), 2, "zeros from {start}");
    }
}

#[test]
fn a_flipped_bit_anywhere_before_the_last_frame_is_told_and_nothing_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let segment = log_of(folder.path(), 4);
    let whole = fs::read(&segment).unwrap();
    for at in 0..whole.len() - FRAME_BYTES - payload(4).len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&segment, &bytes).unwrap();
        let error = recover(folder.path(), ORGANIZATION, 0).unwrap_err();
        assert!(matches!(&error, WalError::Damaged { path, .. } if *path == segment), "byte {at}: {error}");
        assert_eq!(fs::read(&segment).unwrap(), bytes, "byte {at}");
    }
}

#[test]
fn segments_rotate_and_go_when_they_are_committed() {
    let folder = tempfile::tempdir().unwrap();
    let mut wal = recover(folder.path(), ORGANIZATION, 0).unwrap();
    wal.segment_bytes = 100;
    for number in 1..=20 {
        wal.append(&payload(number)).unwrap();
    }
    let count = || fs::read_dir(folder.path()).unwrap().count();
    assert!(count() > 5);
    assert_eq!(read_all(folder.path(), 7, 20), (8..=20).map(payload).collect::<Vec<_>>());
    delete_through(folder.path(), 10).unwrap();
    assert_eq!(read_all(folder.path(), 10, 20), (11..=20).map(payload).collect::<Vec<_>>());
    assert_eq!(recover(folder.path(), ORGANIZATION, 10).unwrap().last_sequence(), 20);
    delete_through(folder.path(), 20).unwrap();
    assert_eq!(count(), 1);
    // A restart after everything was committed and deleted goes on counting.
    fs::remove_dir_all(folder.path()).unwrap();
    assert_eq!(recover(folder.path(), ORGANIZATION, 20).unwrap().append(b"x").unwrap(), 21);
}

#[test]
fn a_missing_segment_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut wal = recover(folder.path(), ORGANIZATION, 0).unwrap();
    wal.segment_bytes = 1;
    for number in 1..=3 {
        wal.append(&payload(number)).unwrap();
    }
    fs::remove_file(folder.path().join(frame::segment_name(2))).unwrap();
    let error = recover(folder.path(), ORGANIZATION, 0).unwrap_err();
    assert!(error.to_string().contains("frame 2 is missing"), "{error}");
    fs::remove_file(folder.path().join(frame::segment_name(1))).unwrap();
    assert!(recover(folder.path(), ORGANIZATION, 0).is_err());
    assert_eq!(recover(folder.path(), ORGANIZATION, 2).unwrap().last_sequence(), 3);
}

#[test]
fn another_organisations_log_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    log_of(folder.path(), 2);
    assert!(matches!(
        recover(folder.path(), OrganizationId::from_bytes([1; 16]), 0),
        Err(WalError::Damaged { .. })
    ));
}

thread_local! {
    /// What the failing disk of this test does next.
    static FULL: Cell<bool> = const { Cell::new(false) };
    static SYNC_FAILS: Cell<bool> = const { Cell::new(false) };
}

#[derive(Debug)]
struct FailingFile(File);

impl LogFile for FailingFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if FULL.get() {
            // A full disk takes what still fits.
            self.0.write_all(&bytes[..bytes.len() / 2])?;
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        if SYNC_FAILS.get() {
            Err(io::Error::other("input/output error"))
        } else {
            self.0.sync_data()
        }
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }
}

fn failing(folder: &Path) -> Wal {
    let mut wal = recover(folder, ORGANIZATION, 0).unwrap();
    wal.create = |path| Ok(Box::new(FailingFile(OpenOptions::new().append(true).create_new(true).open(path)?)));
    wal
}

#[test]
fn a_full_disk_refuses_and_the_log_goes_on_when_there_is_space() {
    let folder = tempfile::tempdir().unwrap();
    let mut wal = failing(folder.path());
    FULL.set(true);
    assert!(matches!(wal.append(b"one"), Err(AppendError::Refused(_))));
    FULL.set(false);
    assert_eq!(wal.append(b"one").unwrap(), 1);
    FULL.set(true);
    assert!(matches!(wal.append(b"two"), Err(AppendError::Refused(_))));
    FULL.set(false);
    assert_eq!(wal.append(b"three").unwrap(), 2);
    assert_eq!(read_all(folder.path(), 0, 2), [b"one".to_vec(), b"three".to_vec()]);
    assert_eq!(recover(folder.path(), ORGANIZATION, 0).unwrap().last_sequence(), 2);
}

#[test]
fn a_failed_sync_closes_the_log_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let mut wal = failing(folder.path());
    wal.append(b"one").unwrap();
    SYNC_FAILS.set(true);
    assert!(matches!(wal.append(b"two"), Err(AppendError::Closed)));
    SYNC_FAILS.set(false);
    assert!(matches!(wal.append(b"three"), Err(AppendError::Closed)));
    assert!(wal.is_closed());
}
