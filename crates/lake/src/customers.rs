//! A set of customers, quick to ask for very many ids.

use std::ops::Range;

/// Bits of an id by which the set is cut into parts: ids are uniform, so a part holds few of them.
const PART_BITS: u32 = 16;

/// Customers by id. Rows without a customer belong to nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerSet {
    /// Ascending, each once.
    ids: Vec<[u8; 16]>,
    /// Where the ids of each part begin; empty for an empty set.
    starts: Vec<u32>,
}

impl CustomerSet {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn contains(&self, id: &[u8; 16]) -> bool {
        let part = part_of(id);
        let Some([start, end]) = self.starts.get(part..part + 2) else {
            return false;
        };
        self.ids[*start as usize..*end as usize].contains(id)
    }

    /// The ids in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8; 16]> {
        self.ids.iter()
    }

    /// Whether some customer lies between `low` and `high`, both included.
    pub(crate) fn has_any_between(&self, low: &[u8; 16], high: &[u8; 16]) -> bool {
        let at = self.ids.partition_point(|id| id < low);
        self.ids.get(at).is_some_and(|id| id <= high)
    }
}

impl FromIterator<[u8; 16]> for CustomerSet {
    fn from_iter<I: IntoIterator<Item = [u8; 16]>>(ids: I) -> Self {
        let mut ids = ids.into_iter().collect::<Vec<_>>();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Self::default();
        }
        let mut starts = vec![0; (1 << PART_BITS) + 1];
        for id in &ids {
            starts[part_of(id) + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { ids, starts }
    }
}

impl Extend<[u8; 16]> for CustomerSet {
    fn extend<I: IntoIterator<Item = [u8; 16]>>(&mut self, more: I) {
        let ids = std::mem::take(&mut self.ids);
        *self = ids.into_iter().chain(more).collect();
    }
}

fn part_of(id: &[u8; 16]) -> usize {
    usize::from(u16::from_be_bytes([id[0], id[1]]))
}

/// Adds a range behind others; neighbours become one.
pub(crate) fn push_range<T: Copy + Ord>(ranges: &mut Vec<Range<T>>, range: Range<T>) {
    match ranges.last_mut() {
        Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
        _ => ranges.push(range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(first: u8, last: u8) -> [u8; 16] {
        let mut id = [0; 16];
        (id[0], id[15]) = (first, last);
        id
    }

    #[test]
    fn a_set_knows_its_members_and_nobody_else() {
        let set: CustomerSet = [id(9, 1), id(0, 0), id(255, 7), id(9, 1), id(9, 2)].into_iter().collect();
        assert_eq!(set.len(), 4);
        assert!([id(0, 0), id(9, 1), id(9, 2), id(255, 7)].iter().all(|member| set.contains(member)));
        assert!([id(0, 1), id(9, 3), id(8, 1), id(255, 8)].iter().all(|other| !set.contains(other)));
        assert!(!CustomerSet::default().contains(&id(0, 0)));
    }

    #[test]
    fn a_set_tells_whether_it_has_somebody_in_a_range() {
        let set: CustomerSet = [id(4, 0), id(8, 0)].into_iter().collect();
        assert!(set.has_any_between(&id(4, 0), &id(4, 0)));
        assert!(set.has_any_between(&id(5, 0), &id(9, 0)));
        assert!(!set.has_any_between(&id(5, 0), &id(7, 9)));
        assert!(!set.has_any_between(&id(9, 0), &id(255, 0)));
    }

    #[test]
    fn a_set_grows() {
        let mut set: CustomerSet = [id(4, 0)].into_iter().collect();
        set.extend([id(3, 0), id(4, 0)]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [&id(3, 0), &id(4, 0)]);
    }
}
