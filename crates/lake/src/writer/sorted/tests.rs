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
