use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn places_are_sorted_by_their_whole_keys_and_equal_keys_keep_their_order(
        keys in proptest::collection::vec(proptest::collection::vec(0_u8..3, 0..12), 0..60),
        common in proptest::collection::vec(any::<u8>(), 0..10),
    ) {
        let keys: Vec<Vec<u8>> = keys.into_iter().map(|key| [common.clone(), key].concat()).collect();
        let mut places: Vec<(usize, usize)> = (0..keys.len()).map(|at| (at / 7, at % 7)).collect();
        let mut expected = places.clone();
        let key = |(batch, row): (usize, usize)| keys[batch * 7 + row].as_slice();
        expected.sort_by_key(|place| key(*place));
        sort_places(&mut places, key);
        prop_assert_eq!(places, expected);
    }
}

#[test]
fn many_places_are_sorted_as_few_are_also_where_keys_crowd_together() {
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 20
    };
    for spread in [u64::MAX, 1 << 40, 500, 1] {
        let keys: Vec<[u8; 16]> = (0..BUCKETED_ROWS_MIN * 3)
            .map(|at| (u128::from(next() % spread) << 64 | u128::from(at as u64 % 5)).to_be_bytes())
            .collect();
        let mut places: Vec<(usize, usize)> = (0..keys.len()).map(|at| (0, at)).collect();
        let mut expected = places.clone();
        let key = |(_, row): (usize, usize)| keys[row].as_slice();
        expected.sort_by_key(|place| key(*place));
        sort_places(&mut places, key);
        assert_eq!(places, expected, "{spread}");
    }
}
