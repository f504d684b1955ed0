//! Who is one person: a partition of identifiers, made from links, people's decisions and rules.
//!
//! Two identifiers that one event names are a [`Link`]. [`resolve`] is a pure function of the set of links, so the order in which they
//! came never matters, and a part of the graph that is closed under links gives what the whole would give for it:
//!
//! 1. Personal kinds join what they are linked to among themselves, unless the identifier is a *hub*: shared by more customers than
//!    [`Rules::shared_by_max`], as the address of a shop's till is.
//! 2. Carried kinds (cookies, devices, orders, clicks) join the persons they are linked to, unless these differ in a personal kind or by a
//!    person's decision: then the identifier is *shared*, as a family's tablet is, and stays by itself.
//! 3. Carried identifiers that were seen with no person join, as a cluster, the persons of the carried identifiers they were seen with,
//!    by the same rule.
//!
//! Loops are harmless: a link within a person changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use types::{Identifier, IdentifierKind, OrganizationId, RowId};

mod partition;
pub mod person;

pub use partition::resolve;

/// A carried identifier that was seen with more values than this of one carried kind is a hub: a link with a click id that went round.
pub const CARRIED_MAX: usize = 100;

/// Two different identifiers, the smaller one first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    pub left: Identifier,
    pub right: Identifier,
}

impl Pair {
    /// None for an identifier and itself.
    pub fn new(one: Identifier, other: Identifier) -> Option<Self> {
        match one.cmp(&other) {
            std::cmp::Ordering::Less => Some(Self { left: one, right: other }),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(Self { left: other, right: one }),
        }
    }

    /// Why the two are taken for one person's.
    pub const fn rule(&self) -> Rule {
        match (self.left.kind, self.right.kind) {
            (IdentifierKind::Household, _) | (_, IdentifierKind::Household) => Rule::Household,
            (left, right) if left.is_personal() && right.is_personal() => Rule::Personal,
            (left, right) if left.is_personal() || right.is_personal() => Rule::Carried,
            _ => Rule::Together,
        }
    }
}

/// The rule by which a link counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// One event names two personal identifiers.
    Personal,
    /// A person was seen with a cookie, a device, an order or a click.
    Carried,
    /// Two carried identifiers were seen together.
    Together,
    /// They belong to one household.
    Household,
}

impl Rule {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "same_event",
            Self::Carried => "seen_with_person",
            Self::Together => "seen_together",
            Self::Household => "household",
        }
    }
}

/// The earliest event that names both identifiers of a link. Ordered by time, then row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    pub recorded_at: Timestamp,
    pub row: RowId,
    pub source: String,
}

/// Links by pair, each with its earliest evidence.
pub type Links = BTreeMap<Pair, Evidence>;

/// Adds the links of one event: each pair of its identifiers.
pub fn link_all(links: &mut Links, identifiers: &[Identifier], evidence: &Evidence) {
    for (at, one) in identifiers.iter().enumerate() {
        for other in &identifiers[at + 1..] {
            let Some(pair) = Pair::new(one.clone(), other.clone()) else { continue };
            let known = links.entry(pair).or_insert_with(|| evidence.clone());
            if evidence < known {
                *known = evidence.clone();
            }
        }
    }
}

/// What a person decided about two identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// They are one person's: a link above all rules.
    Same,
    /// They are not: their link does not count, whatever comes.
    Different,
}

impl Verdict {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "same" => Some(Self::Same),
            "different" => Some(Self::Different),
            _ => None,
        }
    }
}

/// The newest verdict on each pair.
pub type Verdicts = BTreeMap<Pair, Verdict>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether a household counts as one customer.
    pub households_link: bool,
    /// An identifier linked to more values than this of one personal kind is a hub.
    pub shared_by_max: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            households_link: false,
            shared_by_max: 10,
        }
    }
}

/// How an identifier takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Linked,
    /// Shared by so many that it links nobody; rows go to their next strongest identifier.
    Hub,
    /// Seen with persons who are not one: it links nobody, and its own rows stay with it.
    Shared,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Hub => "hub",
            Self::Shared => "shared",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Linked, Self::Hub, Self::Shared].into_iter().find(|role| role.as_str() == text)
    }
}

/// Where an identifier belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The person's strongest identifier; its home is the canonical customer.
    pub canonical: Identifier,
    pub role: Role,
}

/// Every identifier of the links, with its person.
pub type Partition = BTreeMap<Identifier, Member>;

/// What [`resolve`] looks at.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub pairs: BTreeSet<Pair>,
    pub verdicts: Verdicts,
    /// Identifiers that are known to be hubs, so that not all their pairs need be given.
    pub hubs: BTreeSet<Identifier>,
}

/// The identifier that says whose row it is: the strongest that is no hub, or the strongest where all are.
pub fn strongest(identifiers: &[Identifier], is_hub: impl Fn(&Identifier) -> bool) -> Option<&Identifier> {
    let open = identifiers.iter().filter(|identifier| !is_hub(identifier)).min();
    open.or_else(|| identifiers.iter().min())
}

/// The canonical customer of an identifier's person.
pub fn customer_of(partition: &Partition, identifier: &Identifier, organization: OrganizationId) -> types::CustomerId {
    let canonical = partition.get(identifier).map_or(identifier, |member| &member.canonical);
    canonical.home(organization)
}

#[cfg(test)]
mod tests;
