//! Which rows of a row group are worth decoding.

use std::ops::Range;

/// The rows of customers with one of the `events` (rows in order), up to the last of them and the rows of its instant; and all rows of the
/// first and the last customer, whose other rows may lie in another row group. Neighbouring ranges are one.
pub(super) fn of_customers(customers: &[u32], events: &[usize], is_same_instant: impl Fn(usize, usize) -> bool) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::with_capacity(events.len() + 2);
    let mut add = |range: Range<usize>| match ranges.last_mut() {
        Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
        _ => ranges.push(range),
    };
    let Some(last) = customers.len().checked_sub(1) else { return ranges };
    let (first, last) = (run_end(customers, 0), run_start(customers, last));
    add(0..first);
    let mut events = events.iter().copied().skip_while(|event| *event < first).peekable();
    while let Some(event) = events.next_if(|event| *event < last) {
        let (start, mut until) = (run_start(customers, event), event);
        while let Some(next) = events.next_if(|next| customers[*next] == customers[event]) {
            until = next;
        }
        let is_same = |row: &usize| customers[*row] == customers[event] && is_same_instant(until, *row);
        let same = (until + 1..last).take_while(is_same).count();
        add(start..until + 1 + same);
    }
    add(last..customers.len());
    ranges
}

/// The first row of the run of `row`.
fn run_start(customers: &[u32], row: usize) -> usize {
    let run = customers[..row].iter().rev().take_while(|customer| **customer == customers[row]);
    row - run.count()
}

/// The first row after the run of `row`.
fn run_end(customers: &[u32], row: usize) -> usize {
    row + customers[row..].iter().take_while(|customer| **customer == customers[row]).count()
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

    fn select(customers: &[u32], events: &[usize]) -> Vec<Range<usize>> {
        of_customers(customers, events, |_, _| false)
    }

    #[test]
    fn the_first_and_the_last_customer_are_always_there() {
        assert_eq!(select(&[1, 1, 2, 2, 2, 3, 4, 4], &[]), [0..2, 6..8]);
        assert_eq!(select(&[7, 7, 7], &[]), [0..3]);
        assert!(select(&[], &[]).is_empty());
    }

    #[test]
    fn a_customer_comes_up_to_its_last_event() {
        let customers = [1, 2, 2, 2, 3, 3, 4, 5, 5, 6];
        assert_eq!(select(&customers, &[2]), [0..3, 9..10]);
        assert_eq!(select(&customers, &[1, 3]), [0..4, 9..10]);
        assert_eq!(select(&customers, &[5, 7]), [0..1, 4..6, 7..8, 9..10]);
        assert_eq!(select(&customers, &[0, 1, 3, 5, 6, 8, 9]), [0..10]);
    }

    #[test]
    fn rows_of_the_instant_of_the_last_event_come_too() {
        let instants = [0, 1, 2, 2, 2, 3, 9, 9];
        let select = |event| of_customers(&[1, 2, 2, 2, 2, 2, 3, 4], &[event], |left, right| instants[left] == instants[right]);
        assert_eq!(select(2), [0..5, 7..8]);
        assert_eq!(select(6), [0..1, 6..8]);
    }

    #[test]
    fn parts_have_no_more_rows_than_asked() {
        assert_eq!(cut(vec![0..3, 5..6, 8..13], 4), [vec![0..3, 5..6], vec![8..12], vec![12..13]]);
        assert_eq!(cut(vec![], 4), Vec::<Vec<Range<usize>>>::new());
    }
}
