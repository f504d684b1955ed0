//! Which rows of a row group are worth decoding.

use std::ops::Range;

/// The rows of customers of whom some row `is_wanted`, and of the first and the last customer, whose other rows may lie in another
/// row group. Neighbouring ranges are one.
pub(super) fn of_customers(customers: &[u32], is_wanted: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let rows = customers.len();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut add = |range: Range<usize>| match ranges.last_mut() {
        Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
        _ => ranges.push(range),
    };
    let Some(last) = rows.checked_sub(1) else { return ranges };
    let (first, last) = (run_end(customers, 0), run_start(customers, last, 0));
    add(0..first);
    let mut at = first;
    while let Some(row) = (at..last).find(|row| is_wanted(*row)) {
        let end = run_end(customers, row);
        add(run_start(customers, row, at)..end);
        at = end;
    }
    add(last..rows);
    ranges
}

fn run_end(customers: &[u32], row: usize) -> usize {
    row + customers[row..].iter().take_while(|customer| **customer == customers[row]).count()
}

fn run_start(customers: &[u32], row: usize, from: usize) -> usize {
    row + 1
        - customers[from..=row]
            .iter()
            .rev()
            .take_while(|customer| **customer == customers[row])
            .count()
}

/// Cuts ranges into parts of at most `rows` rows each.
pub(super) fn cut(ranges: Vec<Range<usize>>, rows: usize) -> Vec<Vec<Range<usize>>> {
    let (mut parts, mut part, mut room) = (Vec::new(), Vec::new(), rows);
    for mut range in ranges {
        while !range.is_empty() {
            let end = range.end.min(range.start + room);
            room -= end - range.start;
            part.push(range.start..end);
            range.start = end;
            if room == 0 {
                parts.push(std::mem::take(&mut part));
                room = rows;
            }
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(customers: &[u32], wanted: &[usize]) -> Vec<Range<usize>> {
        of_customers(customers, |row| wanted.contains(&row))
    }

    #[test]
    fn the_first_and_the_last_customer_are_always_there() {
        assert_eq!(select(&[1, 1, 2, 2, 2, 3, 4, 4], &[]), [0..2, 6..8]);
        assert_eq!(select(&[7, 7, 7], &[]), [0..3]);
        assert!(select(&[], &[]).is_empty());
    }

    #[test]
    fn a_customer_comes_whole() {
        let customers = [1, 2, 2, 2, 3, 3, 4, 5, 5, 6];
        assert_eq!(select(&customers, &[2]), [0..4, 9..10]);
        assert_eq!(select(&customers, &[5, 8]), [0..1, 4..6, 7..10]);
        assert_eq!(select(&customers, &[0, 1, 3, 4, 6, 7, 9]), [0..10]);
    }

    #[test]
    fn parts_have_no_more_rows_than_asked() {
        assert_eq!(cut(vec![0..3, 5..6, 8..13], 4), [vec![0..3, 5..6], vec![8..12], vec![12..13]]);
        assert_eq!(cut(vec![], 4), Vec::<Vec<Range<usize>>>::new());
    }
}
