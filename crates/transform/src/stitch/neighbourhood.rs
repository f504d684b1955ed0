//! The parts of the graph that news touch, read from the lake: all of a part, but not through hubs, which link nobody.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use journeys::identity::{Evidence, Graph, Pair, Partition, Role, Verdict, Verdicts};
use lake::{Lake, StoredLink, StoredMember};
use types::{CustomerId, Identifier, OrganizationId};

use super::news::News;
use super::stored;
use crate::Result;

/// With more identifiers to begin with, reading the whole graph is quicker than following links.
const SEEDS_MAX: usize = 20_000;

#[derive(Debug, Default)]
pub(super) struct Neighbourhood {
    pub(super) graph: Graph,
    /// The evidence that is known of its links.
    pub(super) evidence: BTreeMap<Pair, Evidence>,
    /// Where its identifiers belonged before.
    members: HashMap<Identifier, StoredMember>,
}

impl Neighbourhood {
    /// Around the news and the identifiers about which somebody decided; with `is_anew` the whole graph.
    pub(super) async fn load(lake: &Lake, news: &News, verdicts: &Verdicts, decided: HashSet<Identifier>, is_anew: bool) -> Result<Self> {
        let mut around = Self::default();
        let mut seeds: BTreeSet<Identifier> = news.links.keys().flat_map(|pair| [pair.left.clone(), pair.right.clone()]).collect();
        seeds.extend(news.returning.iter().cloned());
        seeds.extend(decided.iter().cloned());
        if is_anew || seeds.len() > SEEDS_MAX {
            around.add_links(lake.identity_links().await?);
            around.add_members(lake.identity_members().await?);
            around.graph.verdicts = verdicts.clone();
        } else {
            around.follow(lake, seeds, verdicts, &decided).await?;
        }
        around.graph.pairs.extend(news.links.keys().cloned());
        Ok(around)
    }

    async fn follow(&mut self, lake: &Lake, seeds: BTreeSet<Identifier>, verdicts: &Verdicts, decided: &HashSet<Identifier>) -> Result<()> {
        let mut judged: BTreeMap<&Identifier, Vec<&Pair>> = BTreeMap::new();
        for pair in verdicts.keys() {
            judged.entry(&pair.left).or_default().push(pair);
            judged.entry(&pair.right).or_default().push(pair);
        }
        let mut seen = seeds.clone();
        let mut edge: Vec<Identifier> = seeds.into_iter().collect();
        while !edge.is_empty() {
            self.add_members(lake.identity_members_of(&edge).await?);
            let is_hub = |one: &Identifier| !decided.contains(one) && self.members.get(one).is_some_and(|member| member.role == Role::Hub.as_str());
            let (hubs, open): (Vec<_>, Vec<_>) = edge.iter().cloned().partition(is_hub);
            self.graph.hubs.extend(hubs);
            let links = lake.identity_links_of(&open).await?;
            let judged = edge.iter().filter_map(|one| judged.get(one)).flatten().copied();
            let mut next: BTreeSet<Identifier> = judged.flat_map(|pair| [pair.left.clone(), pair.right.clone()]).collect();
            next.extend(links.iter().flat_map(|link| [link.left.clone(), link.right.clone()]));
            self.add_links(links);
            edge = next.into_iter().filter(|one| seen.insert(one.clone())).collect();
        }
        let both = |pair: &Pair| seen.contains(&pair.left) && seen.contains(&pair.right);
        let verdicts = verdicts.iter().filter(|(pair, _)| both(pair));
        self.graph.verdicts = verdicts.map(|(pair, verdict): (&Pair, &Verdict)| (pair.clone(), *verdict)).collect();
        Ok(())
    }

    fn add_links(&mut self, links: Vec<StoredLink>) {
        for link in links {
            let evidence = Evidence {
                recorded_at: link.recorded_at,
                row: link.row,
                source: link.data_source,
            };
            if let Some(pair) = Pair::new(link.left, link.right) {
                self.graph.pairs.insert(pair.clone());
                self.evidence.insert(pair, evidence);
            }
        }
    }

    fn add_members(&mut self, members: Vec<StoredMember>) {
        self.members.extend(members.into_iter().map(|member| (member.identifier.clone(), member)));
    }

    /// Whether a link is known already.
    pub(super) fn knows(&self, left: &Identifier, right: &Identifier) -> bool {
        Pair::new(left.clone(), right.clone()).is_some_and(|pair| self.evidence.contains_key(&pair))
    }

    /// The members that are new, or belong elsewhere than before.
    pub(super) fn changed_members(&self, partition: &Partition, organization: OrganizationId) -> Vec<StoredMember> {
        let members = partition.iter().map(|(identifier, member)| stored(identifier, member, organization));
        members.filter(|member| self.members.get(&member.identifier) != Some(member)).collect()
    }

    /// The customer that has the rows of a changed member now, if they may belong elsewhere.
    pub(super) fn customer_to_look_at(&self, changed: &StoredMember) -> Option<CustomerId> {
        let is_hub = |member: &StoredMember| member.role == Role::Hub.as_str();
        let before = self.members.get(&changed.identifier);
        let customer = before.map_or(changed.home, |before| before.customer);
        let was_hub = before.is_some_and(is_hub);
        (customer != changed.customer || was_hub != is_hub(changed)).then_some(customer)
    }
}
