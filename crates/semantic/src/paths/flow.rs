//! How paths flow from step to step: the first positions as a tree whose small branches are folded, and the same as nodes and links.
//!
//! The tree is what can be folded further without losing exactness: a branch is all paths with one beginning. Nodes and links are that
//! tree seen by position, as a Sankey diagram draws it.

use std::collections::BTreeMap;

use serde::Serialize;
use types::Currency;

use super::figures::{Figures, Sums, text};
use crate::engine::{PATH_SEPARATOR, RawTable};
use crate::result::Cell;

/// Steps of a path that the flow shows.
pub const POSITIONS: usize = 5;
/// Beginnings that are kept by themselves; what follows the smaller ones is "Other".
const BEGINNINGS_MAX: usize = 500;

/// The flow of all paths with a touch.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Flow {
    /// Every path is in exactly one branch.
    pub branches: Vec<Branch>,
    /// By position, then by size.
    pub nodes: Vec<Node>,
    pub links: Vec<Link>,
}

/// Paths with one beginning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Branch {
    /// At most five.
    pub steps: Vec<String>,
    pub end: End,
    #[serde(flatten)]
    pub figures: Figures,
}

/// What comes after a branch's steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Nothing: the paths end here.
    Complete,
    /// Further steps, beyond the last position that is shown.
    Further,
    /// Further steps of various kinds, each too rare to show.
    Other,
}

/// All paths with one step at one position.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    /// `position:step`.
    pub id: String,
    /// From 1.
    pub position: usize,
    /// Null: the folded ones.
    pub step: Option<String>,
    #[serde(flatten)]
    pub figures: Figures,
    /// Paths that end here with a conversion.
    pub converted_here: i64,
    /// Paths that end here without one: the drop-off.
    pub dropped_here: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    pub from: String,
    pub to: String,
    #[serde(flatten)]
    pub figures: Figures,
}

/// Rows (head, goes_on, sums…), and the sums over all of them.
pub(super) fn finish(raw: &RawTable, currency: Currency) -> Flow {
    let mut heads: Vec<(Vec<&str>, bool, Sums)> = Vec::with_capacity(raw.rows.len() + 1);
    let mut seen = Sums::default();
    for row in &raw.rows {
        let [head, goes_on, sums @ ..] = row.as_slice() else { continue };
        let sums = Sums::read(sums);
        seen.add(&sums);
        heads.push((text(Some(head)).split(PATH_SEPARATOR).collect(), *goes_on == Cell::Bool(true), sums));
    }
    // Beginnings that a cap on rows cut off are too rare to show, whatever they are.
    let cut = Sums::read(&raw.totals).without(&seen);
    if raw.is_truncated && !cut.is_none() {
        heads.push((Vec::new(), true, cut));
    }
    let branches = fold(&heads, BEGINNINGS_MAX);
    let (nodes, links) = by_position(&branches, currency);
    let branches = branches.into_iter().map(|(steps, end, sums)| Branch {
        steps: steps.iter().map(|step| (*step).to_owned()).collect(),
        end,
        figures: sums.figures(currency),
    });
    Flow {
        branches: branches.collect(),
        nodes,
        links,
    }
}

type Folded<'a> = (Vec<&'a str>, End, Sums);

/// Keeps the `max` most frequent beginnings. A longer one is never more frequent than what it begins with, so each that is kept stands on
/// one that is kept; paths below one that is not are `Other` of the longest kept beginning.
fn fold<'a>(heads: &[(Vec<&'a str>, bool, Sums)], max: usize) -> Vec<Folded<'a>> {
    let mut sizes: BTreeMap<&[&str], i64> = BTreeMap::new();
    for (steps, _, sums) in heads {
        for length in 1..=steps.len() {
            *sizes.entry(&steps[..length]).or_default() += sums.paths();
        }
    }
    let mut order: Vec<(&[&str], i64)> = sizes.into_iter().collect();
    order.sort_by(|(left, size), (right, other)| other.cmp(size).then(left.len().cmp(&right.len())).then(left.cmp(right)));
    order.truncate(max);
    let mut kept: Vec<&[&str]> = order.into_iter().map(|(steps, _)| steps).collect();
    kept.sort_unstable();
    let mut folded: BTreeMap<(Vec<&'a str>, End), Sums> = BTreeMap::new();
    for (steps, goes_on, sums) in heads {
        let length = (1..=steps.len())
            .rev()
            .find(|length| kept.binary_search(&&steps[..*length]).is_ok())
            .unwrap_or(0);
        let end = match (length == steps.len() && length > 0, goes_on) {
            (false, _) => End::Other,
            (true, true) => End::Further,
            (true, false) => End::Complete,
        };
        folded.entry((steps[..length].to_vec(), end)).or_default().add(sums);
    }
    let mut folded: Vec<Folded<'a>> = folded.into_iter().map(|((steps, end), sums)| (steps, end, sums)).collect();
    folded.sort_by(|left, right| {
        right
            .2
            .paths()
            .cmp(&left.2.paths())
            .then_with(|| left.0.cmp(&right.0))
            .then(left.1.cmp(&right.1))
    });
    folded
}

/// Sums of a node: of all its paths, and of those that end in it.
type NodeSums = (Sums, Sums);
type Key<'a> = (usize, Option<&'a str>);

fn by_position(branches: &[Folded<'_>], currency: Currency) -> (Vec<Node>, Vec<Link>) {
    let mut nodes: BTreeMap<Key<'_>, NodeSums> = BTreeMap::new();
    let mut links: BTreeMap<(Key<'_>, Key<'_>), Sums> = BTreeMap::new();
    for (steps, end, sums) in branches {
        let mut keys: Vec<Key<'_>> = steps.iter().enumerate().map(|(at, step)| (at + 1, Some(*step))).collect();
        if *end == End::Other {
            keys.push((steps.len() + 1, None));
        }
        for key in &keys {
            nodes.entry(*key).or_default().0.add(sums);
        }
        for pair in keys.windows(2) {
            links.entry((pair[0], pair[1])).or_default().add(sums);
        }
        if let (End::Complete, Some(last)) = (end, keys.last()) {
            nodes.entry(*last).or_default().1.add(sums);
        }
    }
    let mut nodes: Vec<Node> = nodes
        .into_iter()
        .map(|((position, step), (all, ending))| Node {
            id: id((position, step)),
            position,
            step: step.map(str::to_owned),
            figures: all.figures(currency),
            converted_here: ending.conversions,
            dropped_here: ending.not_converted,
        })
        .collect();
    nodes.sort_by_key(|node| (node.position, std::cmp::Reverse(node.figures.conversions + node.figures.not_converted)));
    let links = links.into_iter().map(|((from, to), sums)| Link {
        from: id(from),
        to: id(to),
        figures: sums.figures(currency),
    });
    (nodes, links.collect())
}

fn id((position, step): Key<'_>) -> String {
    format!("{position}:{}", step.unwrap_or("…"))
}

#[cfg(test)]
mod tests;
