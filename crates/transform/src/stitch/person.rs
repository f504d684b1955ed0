//! What is known of one person.

use std::collections::{BTreeSet, HashMap};

use authz::OrgContext;
use engine::Engine;
use journeys::identity::person::{Apart, ApartReason, Decision, Person, PersonIdentifier, PersonLink};
use journeys::identity::{Evidence, Pair, Role, Verdict};
use lake::{Lake, StoredDecision, StoredLink, StoredMember};
use semantic::{Cell, Param, Plan, QueryEngine};
use types::{CustomerId, Identifier, IdentifierKind, identifier};

use super::{customer_key, rules, verdicts};
use crate::{Error, Result};

/// Links that are shown; a hub has very many.
const LINKS_MAX: usize = 500;
/// Rows that are asked what a customer without links is known by.
const ROWS_MAX: usize = 100;

/// The person that `customer`, an id of now or of before a merge, is. None where no row names it.
pub async fn person(context: &OrgContext, lake: &Lake, engine: &Engine, customer: CustomerId) -> Result<Option<Person>> {
    let mut members = lake.identity_members_of_customer(customer).await?;
    if members.is_empty()
        && let [member, ..] = lake.identity_members_at_home(&[customer]).await?.as_slice()
    {
        members = lake.identity_members_of_customer(member.customer).await?;
    }
    if members.is_empty() {
        return alone(context, engine, customer).await;
    }
    members.sort_by(|left, right| left.identifier.cmp(&right.identifier));
    let customer = members[0].customer;
    let identifiers: Vec<Identifier> = members.iter().map(|member| member.identifier.clone()).collect();
    let decisions = lake.identity_decisions().await?;
    let mut links = lake.identity_links_of(&identifiers).await?;
    links.sort_by(|left, right| (&left.left, &left.right).cmp(&(&right.left, &right.right)));
    links.dedup();
    let is_truncated = links.len() > LINKS_MAX;
    links.truncate(LINKS_MAX);
    let sorting = Sorting {
        organization: context.organization_id(),
        own: identifiers.iter().collect(),
        roles: roles(lake, &links).await?,
        verdicts: verdicts(&decisions)?,
        households_link: rules(lake).await?.households_link,
    };
    let mut person = Person {
        customer,
        identifiers: members.iter().map(shown).collect::<Result<_>>()?,
        links: Vec::new(),
        apart: Vec::new(),
        decisions: sorting.decisions(&decisions)?,
        is_truncated,
    };
    links.into_iter().for_each(|link| sorting.sort(link, &mut person));
    Ok(Some(person))
}

fn shown(member: &StoredMember) -> Result<PersonIdentifier> {
    Ok(PersonIdentifier {
        id: member.home,
        identifier: member.identifier.clone(),
        role: role(member)?,
    })
}

fn role(member: &StoredMember) -> Result<Role> {
    Role::parse(&member.role).ok_or_else(|| Error::Column {
        relation: "tributary_identity_member",
        column: "role".to_owned(),
    })
}

async fn roles(lake: &Lake, links: &[StoredLink]) -> Result<HashMap<Identifier, Role>> {
    let named: BTreeSet<&Identifier> = links.iter().flat_map(|link| [&link.left, &link.right]).collect();
    let named: Vec<Identifier> = named.into_iter().cloned().collect();
    let members = lake.identity_members_of(&named).await?;
    members
        .into_iter()
        .map(|member| Ok((member.identifier.clone(), role(&member)?)))
        .collect()
}

/// Tells links that count from those that do not.
struct Sorting<'a> {
    organization: types::OrganizationId,
    own: BTreeSet<&'a Identifier>,
    roles: HashMap<Identifier, Role>,
    verdicts: journeys::identity::Verdicts,
    households_link: bool,
}

impl Sorting<'_> {
    fn sort(&self, link: StoredLink, person: &mut Person) {
        let evidence = Evidence {
            recorded_at: link.recorded_at,
            row: link.row,
            source: link.data_source,
        };
        let Some(pair) = Pair::new(link.left, link.right) else { return };
        let (left, right) = (pair.left.home(self.organization), pair.right.home(self.organization));
        let why = self.apart(&pair);
        match (why, self.own.contains(&pair.left), self.own.contains(&pair.right)) {
            (None, true, true) => person.links.push(PersonLink {
                left,
                right,
                rule: pair.rule(),
                evidence,
            }),
            (_, true, true) => {}
            (why, is_left_own, _) => {
                let (seen_with, id, identifier) = if is_left_own {
                    (left, right, pair.right)
                } else {
                    (right, left, pair.left)
                };
                // Once is enough, with the strongest it was seen with.
                if person.apart.iter().any(|apart| apart.id == id) {
                    return;
                }
                person.apart.push(Apart {
                    seen_with,
                    id,
                    identifier,
                    reason: why.unwrap_or(ApartReason::Shared),
                });
            }
        }
    }

    /// Why a link does not count, if the reason is its own.
    fn apart(&self, pair: &Pair) -> Option<ApartReason> {
        let ends = [&pair.left, &pair.right];
        let has = |role: Role| ends.iter().any(|end| self.roles.get(*end) == Some(&role));
        if self.verdicts.get(pair) == Some(&Verdict::Different) {
            Some(ApartReason::Decided)
        } else if has(Role::Hub) {
            Some(ApartReason::Hub)
        } else if has(Role::Shared) {
            Some(ApartReason::Shared)
        } else if !self.households_link && ends.iter().any(|end| end.kind == IdentifierKind::Household) {
            Some(ApartReason::Household)
        } else {
            None
        }
    }

    fn decisions(&self, decisions: &[StoredDecision]) -> Result<Vec<Decision>> {
        let own = decisions
            .iter()
            .rev()
            .filter(|one| self.own.contains(&one.left) || self.own.contains(&one.right));
        let shown = |one: &StoredDecision| {
            let unknown = || Error::Column {
                relation: "tributary_identity_decision",
                column: "verdict".to_owned(),
            };
            Ok(Decision {
                left: one.left.home(self.organization),
                right: one.right.home(self.organization),
                verdict: Verdict::parse(&one.verdict).ok_or_else(unknown)?,
                actor: one.actor.clone(),
                decided_at: one.decided_at,
                reason: one.reason.clone(),
            })
        };
        own.take(LINKS_MAX).map(shown).collect()
    }
}

/// A customer without links: what its rows name.
async fn alone(context: &OrgContext, engine: &Engine, customer: CustomerId) -> Result<Option<Person>> {
    let plan = Plan {
        sql: format!(
            "SELECT DISTINCT customer_key, identifiers FROM unified_marketing_data\n\
             WHERE customer_id = $1 AND record_kind IN ('touch', 'conversion', 'order', 'refund', 'stage') LIMIT {ROWS_MAX}"
        ),
        params: vec![Param::Uuid(customer.0)],
        credits: Vec::new(),
        paths: Vec::new(),
        totals: Vec::new(),
        order: semantic::RowOrder::Wanted,
    };
    let answer = engine.query(context, &plan).await?;
    let mut found = BTreeSet::new();
    for row in &answer.rows {
        match row.as_slice() {
            [_, Cell::Text(list)] => found.extend(identifier::of_column(list)),
            [Cell::Text(key), _] => {
                found.insert(customer_key(key.to_string()));
            }
            _ => {}
        }
    }
    let organization = context.organization_id();
    let identifiers: Vec<PersonIdentifier> = found
        .into_iter()
        .map(|identifier| PersonIdentifier {
            id: identifier.home(organization),
            identifier,
            role: Role::Linked,
        })
        .collect();
    Ok((!answer.rows.is_empty()).then_some(Person {
        customer,
        identifiers,
        links: Vec::new(),
        apart: Vec::new(),
        decisions: Vec::new(),
        is_truncated: false,
    }))
}
