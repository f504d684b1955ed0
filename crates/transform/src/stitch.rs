//! Bringing all rows of a person under one customer.
//!
//! A step reads the journey files that are newer than the cursor `stitched`, adds the links of their rows to the graph, works out anew the
//! parts of the graph that they touch ([`journeys::identity`]), and gives the rows of the customers that changed to whom they belong: links,
//! members, rewritten files and cursor in one commit. What is committed meanwhile is looked at before that commit, or is news to the next step.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use authz::OrgContext;
use journeys::identity::{self, Partition, Role, Rules, Verdict, Verdicts};
use lake::{Lake, Reassignment, StoredLink, StoredMember};
use types::{CustomerId, Identifier, IdentifierKind, OrganizationId, identifier};

use crate::{Error, Result};
use neighbourhood::Neighbourhood;
use news::News;

pub mod decide;
mod neighbourhood;
mod news;
pub mod person;

/// Cursor that holds the newest file, decision and rules that the graph knows.
const CURSOR: &str = "stitched";
const COLUMNS: &[&str] = &["customer_id", "customer_key", "identifiers"];
/// Another process may stitch at the same time; then what it did is news.
const ATTEMPTS_MAX: u32 = 20;

/// What stitching did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stitched {
    /// Customers that lost or gained rows, in ascending order: exactly those whose figures may have changed.
    pub customers: Vec<CustomerId>,
    /// Links that were not known before.
    pub links: u64,
}

/// What the graph knows of the lake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Position {
    file: i64,
    decision: i64,
    rules: Rules,
}

/// Stitches what came since the last time. Nothing is written where nothing came.
pub async fn stitch(context: &OrgContext, lake: &Lake) -> Result<Stitched> {
    let mut done = Stitched::default();
    let mut customers = HashSet::new();
    let mut attempts = 0;
    loop {
        match step(context.organization_id(), lake).await {
            Ok(Some(step)) => {
                customers.extend(step.customers);
                done.links += step.links;
            }
            Ok(None) => break,
            Err(Error::Lake(lake::Error::CursorMoved { .. })) if attempts < ATTEMPTS_MAX => attempts += 1,
            Err(error) => return Err(error),
        }
    }
    done.customers = customers.into_iter().collect();
    done.customers.sort_unstable();
    Ok(done)
}

/// One commit's worth; None where there is nothing new.
async fn step(organization: OrganizationId, lake: &Lake) -> Result<Option<Stitched>> {
    let position = lake.cursor(CURSOR).await?;
    let before = position.as_deref().and_then(Position::parse);
    let rules = rules(lake).await?;
    let decisions = lake.identity_decisions().await?;
    let (file, decision) = before.map_or((-1, 0), |before| (before.file, before.decision));
    let news = News::read(lake, file).await?;
    let after = Position {
        file: news.file,
        decision: decisions.last().map_or(0, |newest| newest.id),
        rules,
    };
    if before == Some(after) {
        return Ok(None);
    }
    let decided: HashSet<Identifier> = decisions
        .iter()
        .filter(|newer| newer.id > decision)
        .flat_map(|newer| [newer.left.clone(), newer.right.clone()])
        .collect();
    let is_anew = before.is_some_and(|before| before.rules != rules);
    let around = Neighbourhood::load(lake, &news, &verdicts(&decisions)?, decided, is_anew).await?;
    let partition = identity::resolve(&around.graph, &rules);
    let members = around.changed_members(&partition, organization);
    let mut customers: HashSet<CustomerId> = news.strangers.clone();
    customers.extend(members.iter().filter_map(|member| around.customer_to_look_at(member)));
    let links = new_links(&news, &around);
    let new_links = links.iter().filter(|link| !around.knows(&link.left, &link.right)).count() as u64;

    let mut transaction = lake.transaction();
    transaction.reassign(reassignment(&partition, organization, customers));
    transaction.change_identity(links, members);
    transaction.move_cursor(CURSOR, position, after.to_text());
    let commit = transaction.commit("Stitch customers").await?;
    Ok(Some(Stitched {
        customers: commit.reassigned,
        links: new_links,
    }))
}

/// The organisation's rules.
pub async fn rules(lake: &Lake) -> Result<Rules> {
    let default = Rules::default();
    let shared_by_max = lake.identity_rule(SHARED_BY_MAX).await?;
    Ok(Rules {
        households_link: lake
            .identity_rule(HOUSEHOLDS_LINK)
            .await?
            .map_or(default.households_link, |value| value != 0),
        shared_by_max: shared_by_max
            .and_then(|value| usize::try_from(value).ok())
            .unwrap_or(default.shared_by_max),
    })
}

/// Changes the organisation's rules; the next [`stitch`] works everything out anew.
pub async fn set_rules(lake: &Lake, rules: Rules) -> Result<()> {
    lake.set_identity_rule(HOUSEHOLDS_LINK, i64::from(rules.households_link)).await?;
    lake.set_identity_rule(SHARED_BY_MAX, i64::try_from(rules.shared_by_max).unwrap_or(i64::MAX))
        .await?;
    Ok(())
}

const HOUSEHOLDS_LINK: &str = "households_link";
const SHARED_BY_MAX: &str = "shared_by_max";

/// The newest verdict on each pair.
fn verdicts(decisions: &[lake::StoredDecision]) -> Result<Verdicts> {
    let verdict = |decision: &lake::StoredDecision| {
        let unknown = || Error::Column {
            relation: "tributary_identity_decision",
            column: "verdict".to_owned(),
        };
        let verdict = Verdict::parse(&decision.verdict).ok_or_else(unknown)?;
        let pair = identity::Pair::new(decision.left.clone(), decision.right.clone()).ok_or_else(unknown)?;
        Ok((pair, verdict))
    };
    decisions.iter().map(verdict).collect()
}

/// Links that are not known, or known by later evidence only.
fn new_links(news: &News, around: &Neighbourhood) -> Vec<StoredLink> {
    let is_new = |pair: &identity::Pair, evidence: &identity::Evidence| around.evidence.get(pair).is_none_or(|known| evidence < known);
    let new = news.links.iter().filter(|(pair, evidence)| is_new(pair, evidence));
    let stored = |(pair, evidence): (&identity::Pair, &identity::Evidence)| StoredLink {
        left: pair.left.clone(),
        right: pair.right.clone(),
        row: evidence.row,
        data_source: evidence.source.clone(),
        recorded_at: evidence.recorded_at,
    };
    new.map(stored).collect()
}

/// Gives each row of `customers` to the canonical customer of its strongest identifier.
fn reassignment(partition: &Partition, organization: OrganizationId, customers: HashSet<CustomerId>) -> Reassignment {
    let known = |(identifier, member): (&Identifier, &identity::Member)| {
        let customer = member.canonical.home(organization);
        (identifier.clone(), (customer, member.role == Role::Hub))
    };
    let known: HashMap<Identifier, (CustomerId, bool)> = partition.iter().map(known).collect();
    let customer_of = move |identifiers: &[Identifier]| {
        let is_hub = |one: &Identifier| known.get(one).is_some_and(|(_, is_hub)| *is_hub);
        let strongest = identity::strongest(identifiers, is_hub)?;
        Some(
            known
                .get(strongest)
                .map_or_else(|| strongest.home(organization), |(customer, _)| *customer),
        )
    };
    Reassignment {
        customers: Arc::new(customers),
        columns: COLUMNS,
        assign: Arc::new(move |batch| {
            let (keys, lists) = (texts(batch, "customer_key"), texts(batch, "identifiers"));
            (0..batch.num_rows()).map(|row| customer_of(&identifiers(keys, lists, row))).collect()
        }),
    }
}

fn texts<'a>(batch: &'a RecordBatch, column: &str) -> Option<&'a StringArray> {
    batch.column_by_name(column)?.as_string_opt::<i32>()
}

/// What the customer of a row is known by.
fn identifiers(keys: Option<&StringArray>, lists: Option<&StringArray>, row: usize) -> Vec<Identifier> {
    let text = |array: Option<&StringArray>| array.filter(|array| array.is_valid(row)).map(|array| array.value(row).to_owned());
    match text(lists) {
        Some(list) => identifier::of_column(&list),
        None => text(keys).map(customer_key).into_iter().collect(),
    }
}

pub(crate) fn customer_key(value: String) -> Identifier {
    Identifier {
        kind: IdentifierKind::Customer,
        value,
    }
}

impl Position {
    fn to_text(self) -> String {
        let Self { file, decision, rules } = self;
        format!(
            "file {file}, decision {decision}, households {}, shared by {}",
            u8::from(rules.households_link),
            rules.shared_by_max
        )
    }

    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(", ").map(|part| part.rsplit(' ').next()?.parse::<i64>().ok());
        let mut next = || numbers.next().flatten();
        Some(Self {
            file: next()?,
            decision: next()?,
            rules: Rules {
                households_link: next()? != 0,
                shared_by_max: usize::try_from(next()?).ok()?,
            },
        })
    }
}

/// A member as it is kept.
fn stored(identifier: &Identifier, member: &identity::Member, organization: OrganizationId) -> StoredMember {
    StoredMember {
        identifier: identifier.clone(),
        home: identifier.home(organization),
        customer: member.canonical.home(organization),
        role: member.role.as_str().to_owned(),
    }
}
