//! Codes of ids in the order in which they come.

use std::collections::HashMap;

/// Bytes of an id.
const ID_BYTES: usize = 16;
/// Places for ids that come again soon.
const PLACES: usize = 1 << 10;

/// Gives every id a code. Ids that ascend, as in files sorted by them, cost a comparison; others are looked up.
#[derive(Debug, Default)]
pub(super) struct IdCodes {
    /// The ids by code.
    pub(super) list: Vec<[u8; ID_BYTES]>,
    pub(super) codes: Vec<u32>,
    lookup: Option<Lookup>,
}

#[derive(Debug)]
struct Lookup {
    codes: HashMap<[u8; ID_BYTES], u32>,
    /// The code that was given last for ids that end in the same bits.
    recent: Vec<u32>,
}

impl IdCodes {
    pub(super) fn push(&mut self, id: [u8; ID_BYTES]) {
        let code = self.code(id);
        self.codes.push(code);
    }

    /// The code of an id, which is not taken down.
    pub(super) fn code(&mut self, id: [u8; ID_BYTES]) -> u32 {
        match (&mut self.lookup, self.list.last()) {
            (None, Some(last)) if *last == id => self.newest(),
            (None, None) => self.add(id),
            (None, Some(last)) if *last < id => self.add(id),
            (None, Some(_)) => {
                self.lookup = Some(Lookup::of(&self.list));
                self.look_up(id)
            }
            (Some(_), _) => self.look_up(id),
        }
    }

    fn look_up(&mut self, id: [u8; ID_BYTES]) -> u32 {
        let next = number(self.list.len());
        let Some(lookup) = &mut self.lookup else { return self.add(id) };
        let place = &mut lookup.recent[usize::from(u16::from_le_bytes([id[14], id[15]])) % PLACES];
        if self.list.get(*place as usize) == Some(&id) {
            return *place;
        }
        let code = *lookup.codes.entry(id).or_insert(next);
        *place = code;
        if code == next {
            self.list.push(id);
        }
        code
    }

    fn add(&mut self, id: [u8; ID_BYTES]) -> u32 {
        self.list.push(id);
        self.newest()
    }

    fn newest(&self) -> u32 {
        number(self.list.len() - 1)
    }
}

impl Lookup {
    fn of(list: &[[u8; ID_BYTES]]) -> Self {
        Self {
            codes: list.iter().enumerate().map(|(code, id)| (*id, number(code))).collect(),
            recent: vec![u32::MAX; PLACES],
        }
    }
}

fn number(number: usize) -> u32 {
    u32::try_from(number).expect("a row group has fewer rows than four thousand million")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(numbers: &[u8]) -> (Vec<u32>, usize) {
        let mut ids = IdCodes::default();
        numbers.iter().for_each(|number| ids.push([*number; ID_BYTES]));
        let back: Vec<u8> = ids.codes.iter().map(|code| ids.list[*code as usize][0]).collect();
        assert_eq!(back, numbers);
        (ids.codes, ids.list.len())
    }

    #[test]
    fn every_id_is_listed_once_in_whatever_order_it_comes() {
        assert_eq!(codes(&[1, 1, 2, 5, 5, 9]), (vec![0, 0, 1, 2, 2, 3], 4));
        assert_eq!(codes(&[5, 7, 5, 1, 7, 7, 1, 5, 8]), (vec![0, 1, 0, 2, 1, 1, 2, 0, 3], 4));
        assert_eq!(codes(&[]), (vec![], 0));
    }
}
