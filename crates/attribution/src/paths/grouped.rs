//! Paths and their counts, in a canonical order.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::Error;
use super::key_map::Spread;

/// Most journeys: beyond it counts would no longer be exact in a double.
const JOURNEYS_MAX: u64 = 1 << 53;
/// Most channels: the steps of a state are packed into 16 bits each.
const CHANNELS_MAX: usize = u16::MAX as usize - 1;

/// Distinct sequences of channels with the number of journeys that converted, what those were worth, and the number that did not convert.
///
/// Channels are sorted by name, paths by their channels, and equal paths are one: whatever is computed does not depend on the order of the
/// input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupedPaths {
    channels: Vec<String>,
    /// Path `p` has the steps `offsets[p]..offsets[p + 1]`.
    offsets: Vec<usize>,
    steps: Vec<u32>,
    conversions: Vec<u64>,
    values: Vec<f64>,
    nulls: Vec<u64>,
}

impl GroupedPaths {
    pub fn len(&self) -> usize {
        self.conversions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.conversions.is_empty()
    }

    /// Names of the channels; a step is a position in this list.
    pub fn channels(&self) -> &[String] {
        &self.channels
    }

    /// Position of a channel, whatever its capitals.
    pub fn channel(&self, name: &str) -> Option<u32> {
        let at = self.channels.iter().position(|channel| channel.eq_ignore_ascii_case(name))?;
        u32::try_from(at).ok()
    }

    /// The channels of path number `path`, first to last; never empty.
    pub fn steps(&self, path: usize) -> &[u32] {
        &self.steps[self.offsets[path]..self.offsets[path + 1]]
    }

    /// Where the steps of a path lie among those of all paths.
    pub fn step_range(&self, path: usize) -> std::ops::Range<usize> {
        self.offsets[path]..self.offsets[path + 1]
    }

    /// Number of steps of all paths together.
    pub fn step_count(&self) -> usize {
        self.steps.len()
    }

    /// Journeys along the path that converted.
    pub fn conversions(&self, path: usize) -> u64 {
        self.conversions[path]
    }

    /// What the converted journeys along the path were worth.
    pub fn value(&self, path: usize) -> f64 {
        self.values[path]
    }

    /// Journeys along the path that did not convert.
    pub fn nulls(&self, path: usize) -> u64 {
        self.nulls[path]
    }

    pub fn total_conversions(&self) -> u64 {
        self.conversions.iter().sum()
    }

    pub fn total_value(&self) -> f64 {
        self.values.iter().sum()
    }

    pub fn total_nulls(&self) -> u64 {
        self.nulls.iter().sum()
    }

    /// The number of the path with exactly these steps.
    pub(super) fn find(&self, steps: &[u32]) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.steps(middle).cmp(steps) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The same journeys with equal consecutive channels taken as one step ("exposure"), and the new number of each path.
    pub(super) fn collapsed(&self) -> (Self, Vec<usize>) {
        let mut rows = Rows::default();
        let mut steps = Vec::new();
        for path in 0..self.len() {
            steps.clear();
            steps.extend_from_slice(self.steps(path));
            steps.dedup();
            rows.push(&steps, self.conversions[path], self.values[path], self.nulls[path]);
        }
        rows.sorted(self.channels.clone())
    }
}

/// Takes paths in any order, equal ones more than once.
#[derive(Debug, Default)]
pub struct Builder {
    codes: HashMap<String, u32, BuildHasherDefault<Spread>>,
    rows: Rows,
    journeys: u64,
}

impl Builder {
    /// Adds journeys along one path. Refused: no step, a step without a name, a value that is negative, not finite or without a conversion,
    /// and more journeys than can be counted exactly.
    pub fn add<'a>(&mut self, steps: impl IntoIterator<Item = &'a str>, conversions: u64, value: f64, nulls: u64) -> Result<(), Error> {
        let start = self.rows.steps.len();
        for name in steps {
            if name.is_empty() {
                self.rows.steps.truncate(start);
                return refuse("path", "a path with an empty step", "write each step's channel, joined by ` > `");
            }
            let next = self.codes.len() as u32;
            let code = match self.codes.get(name) {
                Some(code) => *code,
                None if self.codes.len() >= CHANNELS_MAX => {
                    return refuse("path", "a channel too many", "use at most 65,534 channels: group them more coarsely");
                }
                None => *self.codes.entry(name.to_owned()).or_insert(next),
            };
            self.rows.steps.push(code);
        }
        if self.rows.steps.len() == start {
            return refuse("path", "empty", "write at least one channel");
        }
        if !value.is_finite() || value < 0.0 {
            self.rows.steps.truncate(start);
            return refuse("total_conversion_value", value, "use 0 or a positive number");
        }
        if value > 0.0 && conversions == 0 {
            self.rows.steps.truncate(start);
            return refuse(
                "total_conversion_value",
                value,
                "a path without conversions has no value: correct total_conversions, or write 0",
            );
        }
        let journeys = [conversions, nulls].iter().try_fold(self.journeys, |sum, more| sum.checked_add(*more));
        match journeys {
            Some(journeys) if journeys <= JOURNEYS_MAX => self.journeys = journeys,
            _ => {
                self.rows.steps.truncate(start);
                return refuse(
                    "total_conversions",
                    "more journeys than 2^53 in all",
                    "check the column for figures that are not counts",
                );
            }
        }
        self.rows.close(conversions, value, nulls);
        Ok(())
    }

    pub fn finish(self) -> GroupedPaths {
        let mut names: Vec<(String, u32)> = self.codes.into_iter().collect();
        names.sort_unstable();
        let mut rank = vec![0; names.len()];
        for (at, (_, code)) in names.iter().enumerate() {
            rank[*code as usize] = at as u32;
        }
        let mut rows = self.rows;
        rows.steps.iter_mut().for_each(|step| *step = rank[*step as usize]);
        rows.sorted(names.into_iter().map(|(name, _)| name).collect()).0
    }
}

fn refuse<T>(name: &'static str, found: impl ToString, remedy: &'static str) -> Result<T, Error> {
    Err(Error::Path {
        name,
        found: found.to_string(),
        remedy,
    })
}

/// Paths as they came.
#[derive(Debug, Default)]
struct Rows {
    steps: Vec<u32>,
    ends: Vec<usize>,
    conversions: Vec<u64>,
    values: Vec<f64>,
    nulls: Vec<u64>,
}

impl Rows {
    fn push(&mut self, steps: &[u32], conversions: u64, value: f64, nulls: u64) {
        self.steps.extend_from_slice(steps);
        self.close(conversions, value, nulls);
    }

    /// The steps since the last call are a path.
    fn close(&mut self, conversions: u64, value: f64, nulls: u64) {
        self.ends.push(self.steps.len());
        self.conversions.push(conversions);
        self.values.push(value);
        self.nulls.push(nulls);
    }

    fn steps(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.steps[start..self.ends[row]]
    }

    /// The first eight steps as one number, which sorts as they do.
    fn head(&self, row: usize) -> u128 {
        let steps = self.steps(row);
        (0..8).fold(0, |head, at| head << 16 | steps.get(at).map_or(0, |step| u128::from(*step) + 1))
    }

    /// Sorted and merged, and where each row went. Values of equal paths are added from the smallest, so that their sum has the same bits
    /// in every order of the input.
    fn sorted(&self, channels: Vec<String>) -> (GroupedPaths, Vec<usize>) {
        let mut order: Vec<(u128, usize)> = (0..self.ends.len()).map(|row| (self.head(row), row)).collect();
        order.sort_unstable_by(|(a_head, a), (b_head, b)| {
            let by_steps = || self.steps(*a).cmp(self.steps(*b));
            let by_value = || self.values[*a].total_cmp(&self.values[*b]);
            a_head.cmp(b_head).then_with(by_steps).then_with(by_value).then(a.cmp(b))
        });
        let mut out = GroupedPaths {
            channels,
            offsets: vec![0],
            ..GroupedPaths::default()
        };
        let mut place = vec![0; order.len()];
        for (_, row) in order {
            let steps = self.steps(row);
            if out.is_empty() || out.steps(out.len() - 1) != steps {
                out.steps.extend_from_slice(steps);
                out.offsets.push(out.steps.len());
                out.conversions.push(0);
                out.values.push(0.0);
                out.nulls.push(0);
            }
            let path = out.len() - 1;
            out.conversions[path] += self.conversions[row];
            out.values[path] += self.values[row];
            out.nulls[path] += self.nulls[row];
            place[row] = path;
        }
        (out, place)
    }
}
