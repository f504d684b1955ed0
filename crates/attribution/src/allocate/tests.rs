use proptest::prelude::*;

use super::*;

fn shares(total: i64, weights: &[f64]) -> Vec<i64> {
    let mut shares = vec![7; weights.len()];
    allocate(total, weights, &mut shares, &mut Scratch::default()).unwrap();
    shares
}

fn equal(total: i64, count: usize) -> Vec<i64> {
    let mut shares = vec![7];
    append_equal(total, count, &mut shares).unwrap();
    shares.split_off(1)
}

#[test]
fn ten_euros_in_three_parts_give_the_first_the_odd_cent() {
    assert_eq!(shares(1000, &[1.0 / 3.0; 3]), [334, 333, 333]);
    assert_eq!(equal(1000, 3), [334, 333, 333]);
}

#[test]
fn a_negative_total_is_the_mirror_image() {
    assert_eq!(shares(-1000, &[1.0 / 3.0; 3]), [-334, -333, -333]);
    assert_eq!(equal(-1000, 3), [-334, -333, -333]);
}

#[test]
fn the_largest_remainders_get_the_units_that_are_left() {
    assert_eq!(shares(10, &[0.14, 0.26, 0.6]), [1, 3, 6]);
    assert_eq!(shares(1, &[0.2, 0.5, 0.3]), [0, 1, 0]);
}

#[test]
fn ties_that_doubles_cannot_see_go_to_the_earlier_position() {
    let middle = 0.2 / 3.0;
    // 1.2, 0.2, 0.2, 0.2, 1.2: five equal remainders, one unit.
    assert_eq!(shares(3, &[0.4, middle, middle, middle, 0.4]), [2, 0, 0, 0, 1]);
    assert_eq!(shares(5, &[0.7, 0.1, 0.1, 0.1]), [4, 1, 0, 0]);
}

#[test]
fn a_whole_share_is_not_missed_by_a_rounding_error() {
    assert_eq!(shares(1000, &[0.4, 0.2, 0.4]), [400, 200, 400]);
    assert_eq!(shares(30, &[0.1; 10]), [3; 10]);
}

#[test]
fn amounts_near_the_end_of_the_range_are_exact() {
    assert_eq!(shares(i64::MAX, &[0.5, 0.5]), [i64::MAX / 2 + 1, i64::MAX / 2]);
    assert_eq!(shares(-i64::MAX, &[0.25, 0.75]).iter().sum::<i64>(), -i64::MAX);
    assert_eq!(
        shares(i64::MAX, &[1.0 / 3.0; 3]).iter().map(|share| i128::from(*share)).sum::<i128>(),
        i128::from(i64::MAX)
    );
}

#[test]
fn what_cannot_be_mirrored_is_an_error() {
    let error = Error::Overflow {
        minor_units: i128::from(i64::MIN),
    };
    assert_eq!(allocate(i64::MIN, &[1.0], &mut [0], &mut Scratch::default()), Err(error.clone()));
    assert_eq!(append_equal(i64::MIN, 1, &mut Vec::new()), Err(error.clone()));
    assert_eq!(append_whole(i64::MIN, 0, 1, &mut Vec::new()), Err(error));
}

fn weights() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(1e-9..1e9_f64, 1..200),
        prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), Just(3.0), 1e-12..1.0_f64], 1..40),
    ]
    .prop_map(|mut weights| {
        weights[0] = weights[0].max(1e-9);
        crate::time_decay::scale(&mut weights);
        weights
    })
}

fn totals() -> impl Strategy<Value = i64> {
    prop_oneof![-1_000..1_000_i64, -10_000_000..10_000_000_i64, -i64::MAX..=i64::MAX]
}

proptest! {
    #[test]
    fn shares_sum_to_the_total_have_its_sign_and_stay_within_a_unit_of_the_exact_share(total in totals(), weights in weights()) {
        let shares = shares(total, &weights);
        prop_assert_eq!(shares.iter().map(|share| i128::from(*share)).sum::<i128>(), i128::from(total));
        for (share, weight) in shares.iter().zip(&weights) {
            prop_assert!(share.signum() * total.signum() >= 0);
            prop_assert!(share.unsigned_abs() <= total.unsigned_abs());
            if total.unsigned_abs() < 1 << 40 {
                prop_assert!((*share as f64 - total as f64 * weight).abs() < 1.001);
            }
        }
    }

    #[test]
    fn both_ways_of_splitting_agree(total in 0..2_000_000_000_i64, weights in weights()) {
        let split = |exact: bool| {
            let (mut shares, mut scratch) = (vec![0; weights.len()], Scratch::default());
            let magnitude = total.unsigned_abs();
            let rest = if exact { Some(split_exact(magnitude, &weights, &mut shares, &mut scratch)) } else { split_fast(magnitude, &weights, &mut shares, &mut scratch) };
            rest.map(|rest| {
                hand_out(rest, &mut shares, &mut scratch);
                shares
            })
        };
        // Remainders that lie on a grid line may fall to either side, so a unit may move between neighbours of equal claim.
        if let (Some(fast), Some(exact)) = (split(false), split(true)) {
            for (fast, exact) in fast.iter().zip(&exact) {
                prop_assert!((fast - exact).abs() <= 1);
            }
            prop_assert_eq!(fast.iter().sum::<i64>(), exact.iter().sum::<i64>());
        }
    }

    #[test]
    fn equal_parts_are_the_allocation_of_equal_weights(total in -1_000_000..1_000_000_i64, count in 1..200_usize) {
        prop_assert_eq!(equal(total, count), shares(total, &vec![1.0 / count as f64; count]));
    }

    #[test]
    fn runs_of_equal_weights_are_allocated_like_any_others(total in totals(), count in 1..30_usize, position in prop::array::uniform3(0.0..1.0_f64)) {
        let mut weights = Vec::new();
        crate::position_based::append(position, count, &mut weights);
        let mut by_position = vec![7];
        append_by_position(total, &weights, &mut by_position).unwrap();
        prop_assert_eq!(by_position.split_off(1), shares(total, &weights));
    }
}
