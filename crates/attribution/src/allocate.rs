//! Money shared in whole units by largest remainder. The caller chooses the unit: the engine uses `Currency::micros_per_credit_unit`.

use std::ops::Range;

use crate::Error;

/// Reusable memory of [`allocate`].
#[derive(Debug, Default)]
pub struct Scratch {
    /// In grid units, plus 1; 0 for a touch that has had its unit.
    remainders: Vec<u32>,
    order: Vec<u64>,
}

/// Remainders are compared to within 2^-10 of a unit: what differs by less is a tie that floating point could not see as one
/// (3 units over 0.4, 0.0667, 0.0667, 0.0667, 0.4 leave five equal remainders).
const GRID_BITS: u32 = 10;
const GRID: u64 = 1 << GRID_BITS;
/// Up to here `total × weight` in grid units is exact enough in a double (51 bits).
const FAST_MAX: u64 = 1 << 41;
/// Up to so many comparisons, searching for the largest remainder again and again is quicker than a selection.
const SEARCH_MAX: usize = 96;
/// 2^52: adding it rounds a smaller positive double to an integer, which then stands in the low bits.
const ROUND: f64 = 4_503_599_627_370_496.0;

/// Shares `total` units by `weights` (not negative, summing to 1): each touch gets the whole part of its share, and the units that
/// are left go to the largest remainders, ties to the earlier position. The shares always sum to `total`. A negative total is shared
/// like its opposite, with the signs turned. 10.00 in three equal parts gives 3.34, 3.33, 3.33.
pub fn allocate(total: i64, weights: &[f64], shares: &mut [i64], scratch: &mut Scratch) -> Result<(), Error> {
    debug_assert_eq!(weights.len(), shares.len());
    let magnitude = magnitude(total)?;
    match shares.len() {
        0 => return Ok(()),
        1 => shares[0] = total,
        _ if magnitude == 0 => shares.fill(0),
        _ => {
            let rest = if magnitude <= FAST_MAX {
                split_fast(magnitude, weights, shares, scratch)
            } else {
                None
            };
            let rest = rest.unwrap_or_else(|| split_exact(magnitude, weights, shares, scratch));
            hand_out(rest, shares, scratch);
            if total < 0 {
                shares.iter_mut().for_each(|share| *share = -*share);
            }
        }
    }
    Ok(())
}

/// What each of `count` equal weights gets, and how much is left for the first ones, one unit each; the rest has the total's sign.
pub(crate) fn equal_shares(total: i64, count: usize) -> Result<(i64, i64), Error> {
    magnitude(total)?;
    // Division truncates towards zero: a negative total is mirrored by itself.
    let divisor = i64::try_from(count.max(1)).expect("a journey has less than 2^63 touches");
    Ok((total / divisor, total % divisor))
}

/// Appends what [`allocate`] gives for `count` equal weights.
pub(crate) fn append_equal(total: i64, count: usize, shares: &mut Vec<i64>) -> Result<(), Error> {
    let (each, rest) = equal_shares(total, count)?;
    let start = shares.len();
    shares.resize(start + count, each);
    if rest != 0 {
        let end = start + usize::try_from(rest.unsigned_abs()).expect("the rest is smaller than the number of touches");
        shares[start..end].iter_mut().for_each(|share| *share += rest.signum());
    }
    Ok(())
}

/// Appends what [`allocate`] gives where the touch `at` has all the weight.
pub(crate) fn append_whole(total: i64, at: usize, count: usize, shares: &mut Vec<i64>) -> Result<(), Error> {
    magnitude(total)?;
    let start = shares.len();
    shares.resize(start + count, 0);
    shares[start + at] = total;
    Ok(())
}

/// Appends what [`allocate`] gives where all weights but the first and the last are equal: three shares and three remainders to compare.
pub(crate) fn append_by_position(total: i64, weights: &[f64], shares: &mut Vec<i64>) -> Result<(), Error> {
    let (count, start) = (weights.len(), shares.len());
    let magnitude = magnitude(total)?;
    let (mut three, mut scratch) = ([0; 3], [0; 3]);
    let runs = [0..1, 1..count.max(2) - 1, count.max(2) - 1..count];
    let is_fast = magnitude <= FAST_MAX && count > 1;
    let rest = if is_fast {
        split_runs(magnitude, weights, &runs, &mut three, &mut scratch)
    } else {
        None
    };
    let Some(mut rest) = rest else {
        shares.resize(start + count, 0);
        return allocate(total, weights, &mut shares[start..], &mut Scratch::default());
    };
    shares.resize(start + count, three[1]);
    let shares = &mut shares[start..];
    (shares[0], shares[count - 1]) = (three[0], three[2]);
    // Largest remainder first; the sort is stable, so of equal ones the earlier run.
    let mut order = [0, 1, 2];
    order.sort_by_key(|run| std::cmp::Reverse(scratch[*run]));
    for run in order {
        let units = rest.min(runs[run].len());
        let first = runs[run].start;
        shares[first..first + units].iter_mut().for_each(|share| *share += 1);
        rest -= units;
    }
    if total < 0 {
        shares.iter_mut().for_each(|share| *share = -*share);
    }
    Ok(())
}

/// [`split_fast`] for runs of equal weights: one whole part and one remainder a run.
fn split_runs(magnitude: u64, weights: &[f64], runs: &[Range<usize>; 3], wholes: &mut [i64; 3], remainders: &mut [u32; 3]) -> Option<usize> {
    let mut taken = 0_u64;
    for (run, (whole, remainder)) in runs.iter().zip(wholes.iter_mut().zip(remainders)) {
        if !run.is_empty() {
            (*whole, *remainder) = split_one((magnitude * GRID) as f64, weights[run.start]);
            taken += *whole as u64 * run.len() as u64;
        }
    }
    rest_of(magnitude, taken, weights.len())
}

/// Whole part of a share, and its remainder in grid units plus 1; `scaled` is the total in grid units.
fn split_one(scaled: f64, weight: f64) -> (i64, u32) {
    let grid_units = (scaled * weight + ROUND).to_bits() & ((1 << 52) - 1);
    ((grid_units >> GRID_BITS) as i64, (grid_units & (GRID - 1)) as u32 + 1)
}

/// Units that are left; None where rounding took more units than there are, or too few.
fn rest_of(magnitude: u64, taken: u64, count: usize) -> Option<usize> {
    let rest = usize::try_from(magnitude.checked_sub(taken)?).ok()?;
    (rest < count).then_some(rest)
}

fn magnitude(total: i64) -> Result<u64, Error> {
    if total == i64::MIN {
        Err(Error::Overflow {
            minor_units: i128::from(total),
        })
    } else {
        Ok(total.unsigned_abs())
    }
}

/// Whole parts and remainders in doubles; None where rounding took more units than there are.
fn split_fast(magnitude: u64, weights: &[f64], shares: &mut [i64], scratch: &mut Scratch) -> Option<usize> {
    let scaled = (magnitude * GRID) as f64;
    if scratch.remainders.len() < shares.len() {
        scratch.remainders.resize(shares.len(), 0);
    }
    let mut taken = 0_u64;
    for ((share, remainder), weight) in shares.iter_mut().zip(&mut scratch.remainders).zip(weights) {
        (*share, *remainder) = split_one(scaled, *weight);
        taken = taken.wrapping_add(*share as u64);
    }
    rest_of(magnitude, taken, shares.len())
}

/// Whole parts and remainders in integers: weights become 53-bit numerators over their own sum, so that nothing is lost or invented.
fn split_exact(magnitude: u64, weights: &[f64], shares: &mut [i64], scratch: &mut Scratch) -> usize {
    const UNIT: f64 = 9_007_199_254_740_992.0;
    let numerator = |weight: f64| (weight * UNIT) as u64;
    let denominator = weights.iter().map(|weight| u128::from(numerator(*weight))).sum::<u128>().max(1);
    scratch.remainders.clear();
    let mut rest = magnitude;
    for (share, weight) in shares.iter_mut().zip(weights) {
        let product = u128::from(magnitude) * u128::from(numerator(*weight));
        let whole = u64::try_from(product / denominator).expect("a share is at most the total");
        rest -= whole;
        *share = i64::try_from(whole).expect("a share is at most the total");
        let remainder = ((product % denominator) * u128::from(GRID) + denominator / 2) / denominator;
        scratch.remainders.push(u32::try_from(remainder).expect("a remainder is below one") + 1);
    }
    usize::try_from(rest).expect("the rest is smaller than the number of touches")
}

/// One more unit for each of the `rest` largest remainders, earlier positions first.
fn hand_out(rest: usize, shares: &mut [i64], scratch: &mut Scratch) {
    if rest == 0 {
        return;
    }
    let remainders = &mut scratch.remainders[..shares.len()];
    if rest * shares.len() <= SEARCH_MAX {
        for _ in 0..rest {
            let (mut best, mut largest) = (0, 0);
            for (at, remainder) in remainders.iter().enumerate() {
                if *remainder > largest {
                    (best, largest) = (at, *remainder);
                }
            }
            shares[best] += 1;
            remainders[best] = 0;
        }
        return;
    }
    // Key: larger remainder, then earlier position; all keys differ.
    scratch.order.clear();
    let keys = remainders
        .iter()
        .enumerate()
        .map(|(at, remainder)| (u64::from(*remainder) << 32) | u64::from(u32::MAX - at as u32));
    scratch.order.extend(keys);
    if rest < scratch.order.len() {
        scratch.order.select_nth_unstable_by(rest - 1, |a, b| b.cmp(a));
    }
    for key in scratch.order.iter().take(rest) {
        shares[(u32::MAX - *key as u32) as usize] += 1;
    }
}

#[cfg(test)]
mod tests;
