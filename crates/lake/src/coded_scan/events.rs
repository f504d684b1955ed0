//! Which rows of a column of a few codes have one of some of them.

use parquet::errors::Result;

use super::hybrid::{Stretch, packed_at, word_at};
use super::pages::Pages;

/// Values that are packed together; they take as many bytes as one has bits.
const GROUP: usize = 8;

/// The rows, in order, whose code `is_wanted`; None where there are nulls.
pub(super) fn rows_of(pages: &mut Pages, rows: usize, is_wanted: &[bool]) -> Result<Option<Vec<usize>>> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < rows {
        let page = pages.next()?;
        if !page.levels.are_all_values() {
            return Ok(None);
        }
        let mut codes = page.codes()?;
        let end = rows.min(at + page.rows);
        while at < end {
            let (stretch, count) = codes.stretch(end - at)?;
            match stretch {
                Stretch::Repeated(code) if is_wanted.get(code as usize) == Some(&true) => found.extend(at..at + count),
                Stretch::Repeated(_) => {}
                Stretch::Packed { start } => packed(&codes.data()[start..], usize::from(codes.width()), at..at + count, is_wanted, &mut found),
            }
            at += count;
        }
    }
    Ok(Some(found))
}

/// Of packed codes: eight at a time are passed over where all are the same unwanted one.
fn packed(data: &[u8], width: usize, rows: std::ops::Range<usize>, is_wanted: &[bool], found: &mut Vec<usize>) {
    let is_wanted = |code: u32| is_wanted.get(code as usize).copied().unwrap_or(false);
    let mut quiet = None;
    for group in 0..rows.len().div_ceil(GROUP) {
        let word = (width * GROUP <= 64).then(|| word_at(data, group * width) & (u64::MAX >> (64 - width * GROUP).min(63)));
        if word.is_some() && word == quiet {
            continue;
        }
        let first = group * GROUP;
        let count = GROUP.min(rows.len() - first);
        let before = found.len();
        let codes = (first..first + count).filter(|at| is_wanted(packed_at(data, width, *at)));
        found.extend(codes.map(|at| rows.start + at));
        if found.len() == before && count == GROUP {
            quiet = word;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_a_wanted_code_are_found_in_packed_codes() {
        // Two bits each: 0 1 0 0 | 0 0 0 0 (twice), then 0 2 3 1 | 0 0 0 2.
        let data = [0b0000_0100, 0, 0, 0, 0b0111_1000, 0b1000_0000];
        let find = |wanted: &[bool]| {
            let mut found = Vec::new();
            packed(&data, 2, 100..124, wanted, &mut found);
            found
        };
        assert_eq!(find(&[false, true]), [101, 119]);
        assert_eq!(find(&[false, false, true, true]), [117, 118, 123]);
        assert_eq!(find(&[true]).len(), 19);
        assert!(find(&[false]).is_empty());
    }
}
