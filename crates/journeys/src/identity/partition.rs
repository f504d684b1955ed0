//! From links to persons. Identifiers are numbered in their order, so the smallest number of a person is its strongest identifier.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use types::{Identifier, IdentifierKind};

use super::{CARRIED_MAX, Graph, Member, Partition, Role, Rules, Verdict};

/// The person of every identifier that `graph` names.
pub fn resolve(graph: &Graph, rules: &Rules) -> Partition {
    let work = Work::new(graph, rules);
    let mut persons = Persons::new(work.identifiers.len());
    let mut roles: Vec<Role> = work.hubs.iter().map(|is_hub| if *is_hub { Role::Hub } else { Role::Linked }).collect();
    work.join_personal(&mut persons);
    let placed = work.join_carried(&mut persons, &mut roles);
    work.join_clusters(&mut persons, &placed);
    let member = |(at, identifier): (usize, &&Identifier)| {
        let canonical = work.identifiers[persons.root(at)].clone();
        ((*identifier).clone(), Member { canonical, role: roles[at] })
    };
    work.identifiers.iter().enumerate().map(member).collect()
}

struct Work<'a> {
    rules: &'a Rules,
    /// In order.
    identifiers: Vec<&'a Identifier>,
    hubs: Vec<bool>,
    /// By identifier: its links that count, hubs' left out.
    neighbours: Vec<Vec<usize>>,
    same: Vec<(usize, usize)>,
    different: Vec<(usize, usize)>,
}

impl<'a> Work<'a> {
    fn new(graph: &'a Graph, rules: &'a Rules) -> Self {
        let pairs = graph.pairs.iter().chain(graph.verdicts.keys());
        let named: BTreeSet<&Identifier> = pairs.flat_map(|pair| [&pair.left, &pair.right]).chain(&graph.hubs).collect();
        let identifiers: Vec<&Identifier> = named.into_iter().collect();
        let number: HashMap<&Identifier, usize> = identifiers.iter().enumerate().map(|(at, identifier)| (*identifier, at)).collect();
        let mut work = Self {
            rules,
            hubs: identifiers.iter().map(|identifier| graph.hubs.contains(*identifier)).collect(),
            neighbours: vec![Vec::new(); identifiers.len()],
            identifiers,
            same: Vec::new(),
            different: Vec::new(),
        };
        for (pair, verdict) in &graph.verdicts {
            let places = (number[&pair.left], number[&pair.right]);
            match verdict {
                Verdict::Same => work.same.push(places),
                Verdict::Different => work.different.push(places),
            }
        }
        for pair in &graph.pairs {
            let household = [&pair.left, &pair.right].iter().any(|one| one.kind == IdentifierKind::Household);
            let is_blocked = graph.verdicts.get(pair) == Some(&Verdict::Different);
            if is_blocked || (household && !rules.households_link) {
                continue;
            }
            let (left, right) = (number[&pair.left], number[&pair.right]);
            work.neighbours[left].push(right);
            work.neighbours[right].push(left);
        }
        work.leave_out_hubs();
        work
    }

    fn leave_out_hubs(&mut self) {
        for at in 0..self.identifiers.len() {
            self.hubs[at] |= self.is_hub(at);
        }
        let hubs = &self.hubs;
        for (at, neighbours) in self.neighbours.iter_mut().enumerate() {
            neighbours.retain(|other| !hubs[at] && !hubs[*other]);
        }
    }

    fn is_hub(&self, at: usize) -> bool {
        let mut counts: BTreeMap<IdentifierKind, usize> = BTreeMap::new();
        for other in &self.neighbours[at] {
            *counts.entry(self.identifiers[*other].kind).or_default() += 1;
        }
        let is_carried = !self.joins(at);
        counts.iter().any(|(kind, count)| {
            let personal = kind.is_personal() && *count > self.rules.shared_by_max;
            personal || (is_carried && !kind.is_personal() && *count > CARRIED_MAX)
        })
    }

    /// Whether the identifier joins whatever it is linked to: personal kinds do, and households where they are wanted.
    fn joins(&self, at: usize) -> bool {
        let kind = self.identifiers[at].kind;
        kind.is_personal() || kind == IdentifierKind::Household
    }

    fn join_personal(&self, persons: &mut Persons) {
        for (left, right) in &self.same {
            persons.join(*left, *right);
        }
        for at in (0..self.identifiers.len()).filter(|at| self.joins(*at)) {
            for other in self.neighbours[at].iter().filter(|other| self.joins(**other)) {
                persons.join(at, *other);
            }
        }
    }

    /// Joins carried identifiers to the persons they were seen with; tells which were seen with any, and joined.
    fn join_carried(&self, persons: &mut Persons, roles: &mut [Role]) -> Vec<Place> {
        let view = View::new(self, persons);
        let mut places = Vec::with_capacity(self.identifiers.len());
        let mut joins = Vec::new();
        for (at, role) in roles.iter_mut().enumerate() {
            let seen: Vec<usize> = self.neighbours[at].iter().copied().filter(|other| self.joins(*other)).collect();
            places.push(match (self.joins(at), seen.is_empty()) {
                (true, _) => Place::Person,
                (false, true) => Place::Free,
                (false, false) if view.are_one(seen.iter().copied().chain([at])) => {
                    joins.extend(seen.into_iter().map(|other| (at, other)));
                    Place::Person
                }
                (false, false) => {
                    *role = Role::Shared;
                    Place::Shared
                }
            });
        }
        joins.into_iter().for_each(|(at, other)| persons.join(at, other));
        places
    }

    fn join_clusters(&self, persons: &mut Persons, places: &[Place]) {
        let mut clusters = Persons::new(self.identifiers.len());
        let free = |at: &usize| places[*at] == Place::Free;
        for at in (0..self.identifiers.len()).filter(free) {
            self.neighbours[at]
                .iter()
                .copied()
                .filter(free)
                .for_each(|other| clusters.join(at, other));
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in (0..self.identifiers.len()).filter(free) {
            members.entry(clusters.root(at)).or_default().push(at);
        }
        let view = View::new(self, persons);
        let mut joins = Vec::new();
        for cluster in members.values() {
            let neighbours = cluster.iter().flat_map(|at| &self.neighbours[*at]).copied();
            let persons_seen: Vec<usize> = neighbours.filter(|other| places[*other] == Place::Person).collect();
            joins.extend(cluster.iter().map(|at| (cluster[0], *at)));
            if view.are_one(persons_seen.iter().chain(cluster).copied()) {
                joins.extend(persons_seen.into_iter().map(|other| (cluster[0], other)));
            }
        }
        joins.into_iter().for_each(|(at, other)| persons.join(at, other));
    }
}

/// Where a carried identifier stands after the second step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// It belongs to a person, or is personal.
    Person,
    /// It was seen with persons who are not one.
    Shared,
    /// It was seen with no person.
    Free,
}

/// The persons before a step.
struct View {
    roots: Vec<usize>,
    /// By root: the personal kinds of which the person has a value, as bits.
    kinds: HashMap<usize, u32>,
    /// Pairs of roots that a decision tells apart.
    different: HashSet<(usize, usize)>,
}

impl View {
    fn new(work: &Work<'_>, persons: &Persons) -> Self {
        let roots: Vec<usize> = (0..work.identifiers.len()).map(|at| persons.root(at)).collect();
        let mut kinds: HashMap<usize, u32> = HashMap::new();
        for (at, identifier) in work.identifiers.iter().enumerate() {
            if identifier.kind.is_personal() && !work.hubs[at] {
                *kinds.entry(roots[at]).or_default() |= 1 << identifier.kind as u32;
            }
        }
        let ordered = |(left, right): &(usize, usize)| (roots[*left].min(roots[*right]), roots[*left].max(roots[*right]));
        let different = work.different.iter().map(ordered).collect();
        Self { roots, kinds, different }
    }

    /// Whether these may be one person's: no two persons among them have values of the same personal kind, and nobody told them apart.
    fn are_one(&self, identifiers: impl Iterator<Item = usize>) -> bool {
        let roots: BTreeSet<usize> = identifiers.map(|at| self.roots[at]).collect();
        let mut seen = 0;
        for root in &roots {
            let kinds = self.kinds.get(root).copied().unwrap_or(0);
            if seen & kinds != 0 {
                return false;
            }
            seen |= kinds;
        }
        self.different.is_empty() || {
            let roots: Vec<usize> = roots.into_iter().collect();
            let apart = |(at, left): (usize, &usize)| roots[at + 1..].iter().any(|right| self.different.contains(&(*left, *right)));
            !roots.iter().enumerate().any(apart)
        }
    }
}

/// Disjoint sets; a set's root is its smallest number.
struct Persons(Vec<usize>);

impl Persons {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.halve(one), self.halve(other));
        self.0[one.max(other)] = one.min(other);
    }

    /// The root; on the way every second identifier is hung nearer to it.
    fn halve(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }
}
