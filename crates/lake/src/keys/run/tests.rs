use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn run(folder: &Path, name: &str, keys: &[Key]) -> Arc<Run> {
    let path = folder.join(name);
    Run::write(&path, keys.iter().copied().map(Ok)).unwrap();
    Arc::new(Run::open(&path).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn exactly_the_keys_of_a_run_are_found(present in prop::collection::btree_set(0_u128..5_000, 0..2_000), asked in prop::collection::btree_set(0_u128..5_000, 0..500), shift in 0_u32..112) {
        let folder = tempfile::tempdir().unwrap();
        let keys: Vec<Key> = present.iter().map(|key| key << shift).collect();
        let asked_keys: Vec<Key> = asked.iter().map(|key| key << shift).collect();
        let run = run(folder.path(), "run", &keys);
        let expected: Vec<Key> = asked.intersection(&present).copied().collect();
        let mut found = [Vec::new(), Vec::new()];
        run.find_few(&asked_keys, |at| found[0].push(asked_keys[at] >> shift)).unwrap();
        run.find_many(&asked_keys, |at| found[1].push(asked_keys[at] >> shift)).unwrap();
        prop_assert_eq!(&found[0], &expected);
        prop_assert_eq!(&found[1], &expected);
    }
}

#[test]
fn merging_keeps_every_key_once() {
    let folder = tempfile::tempdir().unwrap();
    let runs = [
        run(folder.path(), "a", &[1, 5, 9]),
        run(folder.path(), "b", &[]),
        run(folder.path(), "c", &[2, 5, 10]),
    ];
    let keys: Vec<Key> = merge(&runs).unwrap().map(|key| key.unwrap()).collect();
    assert_eq!(keys, [1, 2, 5, 9, 10]);
}

#[test]
fn a_truncated_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let keys: Vec<Key> = (0..1_000).collect();
    let path = run(folder.path(), "run", &keys).path().to_owned();
    File::options().write(true).open(&path).unwrap().set_len(1_000).unwrap();
    assert!(matches!(Run::open(&path), Err(Error::Keys { .. })));
}
