use super::*;

#[test]
fn rows_of_an_entry_count_upwards_and_may_end_unattributed() {
    assert!(follows(1, 2) && follows(3, 0));
    assert!(!follows(3, 1) && !follows(0, 0) && !follows(0, 1) && !follows(2, 2));
}
