//! The levels that finer ones repeat: rows of spend that do not count.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, FixedSizeBinaryArray, RecordBatch, StringArray};
use arrow::datatypes::{Date32Type, Int64Type};
use datafusion::common::{Result, exec_err};

/// Spans of days by source, account, campaign and level.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Repeated {
    spans: HashMap<Vec<u8>, Vec<Span>>,
}

/// Days since 1970, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    first: i32,
    last: i32,
}

impl Repeated {
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Takes in rows of [`semantic::spend::REPEATED`], which come in order.
    pub(super) fn take_in(&mut self, batch: &RecordBatch) -> Result<()> {
        let [sources, accounts, campaigns, ranks, days] = batch.columns() else {
            return exec_err!("the repeated levels have five columns");
        };
        let keys = Keys {
            sources: sources.as_string(),
            accounts: accounts.as_string(),
            campaigns: campaigns.as_fixed_size_binary(),
        };
        let (ranks, days) = (ranks.as_primitive::<Int64Type>(), days.as_primitive::<Date32Type>());
        let mut key = Vec::new();
        for row in 0..batch.num_rows() {
            let Ok(rank) = u8::try_from(ranks.value(row)) else {
                return exec_err!("{} is not the rank of a level", ranks.value(row));
            };
            keys.write(row, rank, &mut key);
            let day = days.value(row);
            match self.spans.get_mut(&key) {
                None => {
                    self.spans.insert(key.clone(), vec![Span { first: day, last: day }]);
                }
                Some(spans) => match spans.last_mut().filter(|span| span.last.checked_add(1) == Some(day)) {
                    Some(span) => span.last = day,
                    None => spans.push(Span { first: day, last: day }),
                },
            }
        }
        Ok(())
    }

    /// The days on which rows of this key do not count.
    pub(super) fn spans(&self, key: &[u8]) -> &[Span] {
        self.spans.get(key).map_or(&[], Vec::as_slice)
    }
}

pub(super) fn holds(spans: &[Span], day: i32) -> bool {
    let after = spans.partition_point(|span| span.first <= day);
    after > 0 && day <= spans[after - 1].last
}

/// The columns that, with a level, name what may be repeated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys<'a> {
    pub(super) sources: &'a StringArray,
    pub(super) accounts: &'a StringArray,
    pub(super) campaigns: &'a FixedSizeBinaryArray,
}

impl Keys<'_> {
    /// Different keys give different bytes.
    pub(super) fn write(&self, row: usize, rank: u8, key: &mut Vec<u8>) {
        key.clear();
        key.push(rank);
        for part in self.parts(row) {
            match part {
                None => key.push(0),
                Some(bytes) => {
                    key.push(1);
                    key.extend_from_slice(&bytes.len().to_be_bytes());
                    key.extend_from_slice(bytes);
                }
            }
        }
    }

    pub(super) fn are_equal(&self, row: usize, other: usize) -> bool {
        self.parts(row) == self.parts(other)
    }

    fn parts(&self, row: usize) -> [Option<&[u8]>; 3] {
        [
            self.sources.is_valid(row).then(|| self.sources.value(row).as_bytes()),
            self.accounts.is_valid(row).then(|| self.accounts.value(row).as_bytes()),
            self.campaigns.is_valid(row).then(|| self.campaigns.value(row)),
        ]
    }
}
