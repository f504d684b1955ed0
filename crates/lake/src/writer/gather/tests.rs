use arrow::array::BooleanArray;

use super::*;

/// Ids as the general way takes them.
fn as_interleaved(arrays: &[&dyn Array], places: &[(usize, usize)]) {
    let mut taken = Vec::new();
    let nulls = gather_ids(arrays, places, |id| taken.push(id));
    let expected = interleave(arrays, places).unwrap();
    let expected = expected.as_fixed_size_binary();
    assert_eq!(nulls.as_ref(), expected.nulls());
    assert_eq!(
        taken.iter().map(|id| &id[..]).collect::<Vec<_>>(),
        expected.iter().flatten().collect::<Vec<_>>()
    );
}

fn id(byte: u8) -> Option<[u8; 16]> {
    (byte > 0).then_some([byte; 16])
}

fn ids_of(bytes: &[u8]) -> FixedSizeBinaryArray {
    FixedSizeBinaryArray::try_from_sparse_iter_with_size(bytes.iter().map(|byte| id(*byte)), 16).unwrap()
}

#[test]
fn ids_are_taken_with_their_nulls_also_from_slices() {
    let (first, second) = (ids_of(&[1, 0, 3, 4]), ids_of(&[5, 6, 0]));
    let (first, second) = (first.slice(1, 3), second.slice(0, 3));
    as_interleaved(&[&first, &second], &[(1, 2), (0, 0), (0, 2), (1, 0), (1, 1), (0, 1)]);
}

#[test]
fn ids_without_nulls_are_taken() {
    as_interleaved(&[&ids_of(&[1, 2]), &ids_of(&[3])], &[(1, 0), (0, 1), (0, 0)]);
}

#[test]
fn flags_are_taken() {
    let (first, second) = (BooleanArray::from(vec![true, false]), BooleanArray::from(vec![Some(true), None]));
    let (arrays, places): (&[&dyn Array], _) = (&[&first, &second], [(1, 1), (0, 1), (0, 0), (1, 0)]);
    assert_eq!(gather(arrays, &places).unwrap().to_data(), interleave(arrays, &places).unwrap().to_data());
}
