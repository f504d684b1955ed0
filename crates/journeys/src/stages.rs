//! The stages of a sales pipeline: which are steps, in which order, and which end it.
//!
//! A lead's path is the sequence of its record highs: a stage counts when it is first entered and no later stage was entered before.
//! So skipped stages are no entries, a stage that is entered again counts once, going backwards undoes nothing, and stages of one instant
//! count in the pipeline's order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// More steps are not a pipeline, and a plan has columns for each.
pub const STEPS_MAX: usize = 12;

/// Names that end a pipeline well, as sources write them (in any case, with spaces, hyphens or underscores).
const WON: &[&str] = &["won", "closed_won", "closedwon", "customer"];
/// Names that end it badly.
const LOST: &[&str] = &["lost", "closed_lost", "closedlost", "disqualified", "unqualified", "rejected"];
/// Usual names of steps in their usual order: decides between stages that no lead entered both of.
const USUAL: &[&str] = &[
    "subscriber",
    "inquiry",
    "lead",
    "mql",
    "marketing_qualified",
    "sal",
    "sql",
    "qualified",
    "sales_qualified",
    "meeting",
    "demo",
    "opportunity",
    "proposal",
    "offer",
    "negotiation",
    "contract",
];

/// The stages of a pipeline. An order is always a way to win.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    /// From the first to the last.
    pub steps: Vec<String>,
    pub won: Vec<String>,
    pub lost: Vec<String>,
    /// Stages of the data that are none of these.
    pub others: Vec<String>,
}

/// What somebody says about the stages; what is left empty is told from the data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    pub steps: Vec<String>,
    pub won: Vec<String>,
    pub lost: Vec<String>,
}

/// How many leads entered one stage before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precedence {
    pub earlier: String,
    pub later: String,
    pub leads: i64,
}

/// Why the stages cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StagesError {
    #[error("no row enters the stage `{name}`")]
    Unknown { list: &'static str, at: usize, name: String },
    #[error("`{name}` is named twice: a stage is a step, or won, or lost")]
    Twice { list: &'static str, at: usize, name: String },
    #[error("a pipeline has at most {STEPS_MAX} steps, this one has {steps}: name those that matter with `stages`")]
    TooMany { steps: usize },
}

impl Stages {
    /// Sorts the stages that the data has (`found`) into steps, won and lost. Without a wish, names that usually mean won or lost do, and
    /// all others are steps, in the order of `found` until [`Self::put_in_order`].
    pub fn choose(found: &[String], wish: &Wish) -> Result<Self, StagesError> {
        let lists = [("stages", &wish.steps), ("won", &wish.won), ("lost", &wish.lost)];
        let mut named: Vec<&String> = Vec::new();
        for (list, names) in lists {
            for (at, name) in names.iter().enumerate() {
                let name_of = || name.clone();
                if !found.contains(name) {
                    return Err(StagesError::Unknown { list, at, name: name_of() });
                }
                if named.contains(&name) {
                    return Err(StagesError::Twice { list, at, name: name_of() });
                }
                named.push(name);
            }
        }
        let mut stages = Self {
            steps: wish.steps.clone(),
            won: wish.won.clone(),
            lost: wish.lost.clone(),
            others: Vec::new(),
        };
        for name in found.iter().filter(|name| !named.contains(name)) {
            let list = match meaning(name) {
                Meaning::Won if wish.won.is_empty() => &mut stages.won,
                Meaning::Lost if wish.lost.is_empty() => &mut stages.lost,
                Meaning::Step if wish.steps.is_empty() => &mut stages.steps,
                Meaning::Won | Meaning::Lost | Meaning::Step => &mut stages.others,
            };
            list.push(name.clone());
        }
        if stages.steps.len() > STEPS_MAX {
            return Err(StagesError::TooMany { steps: stages.steps.len() });
        }
        Ok(stages)
    }

    /// Puts the steps into the order in which leads pass them: a stage comes before another if more leads entered it first, and a stage
    /// that comes before more others is earlier. Ties: the usual order of names, then the alphabet.
    pub fn put_in_order(&mut self, precedences: &[Precedence]) {
        let mut leads: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        for precedence in precedences {
            leads.insert((precedence.earlier.as_str(), precedence.later.as_str()), precedence.leads);
        }
        let before = |one: &str, other: &str| leads.get(&(one, other)).copied().unwrap_or(0);
        let lead_of = |name: &String| -> i64 {
            let others = self.steps.iter().filter(|other| *other != name);
            others.map(|other| (before(name, other) - before(other, name)).signum()).sum()
        };
        let mut ranked: Vec<_> = self
            .steps
            .iter()
            .map(|name| (Reverse(lead_of(name)), usual_place(name), name.clone()))
            .collect();
        ranked.sort();
        self.steps = ranked.into_iter().map(|(.., name)| name).collect();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Step,
    Won,
    Lost,
}

fn meaning(name: &str) -> Meaning {
    let plain = plain(name);
    if WON.contains(&plain.as_str()) {
        Meaning::Won
    } else if LOST.contains(&plain.as_str()) {
        Meaning::Lost
    } else {
        Meaning::Step
    }
}

fn usual_place(name: &str) -> usize {
    let plain = plain(name);
    USUAL.iter().position(|usual| *usual == plain).unwrap_or(USUAL.len())
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests;
