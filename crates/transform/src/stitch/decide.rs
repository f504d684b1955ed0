//! A person's word about who is who, recorded before anything follows from it.

use authz::{Actor, OrgContext};
use engine::Engine;
use jiff::Timestamp;
use journeys::identity::person::{Person, Refused};
use journeys::identity::{Pair, Verdict};
use lake::{Lake, StoredDecision};
use types::{Clock, CustomerId, Identifier};

use super::person::person;
use super::{Stitched, stitch};
use crate::Result;

/// Pairs that one decision may tell apart.
const PAIRS_MAX: usize = 10_000;

/// Takes `identifiers`, by the ids that [`Person`] gives them, from their customer: each of them is told apart from each that stays, for good.
/// The rows follow at once; gives the customers whose rows changed.
pub async fn unmerge(
    context: &OrgContext,
    lake: &Lake,
    engine: &Engine,
    clock: &dyn Clock,
    customer: CustomerId,
    identifiers: &[CustomerId],
    reason: &str,
) -> Result<Stitched> {
    let person = known(context, lake, engine, customer).await?;
    if let Some(unknown) = identifiers.iter().find(|id| !person.identifiers.iter().any(|own| own.id == **id)) {
        return Err(Refused::NoSuchIdentifier(*unknown).into());
    }
    let (taken, left): (Vec<_>, Vec<_>) = person.identifiers.iter().partition(|own| identifiers.contains(&own.id));
    if taken.is_empty() || left.is_empty() {
        return Err(Refused::AllOrNone.into());
    }
    if taken.len() * left.len() > PAIRS_MAX {
        return Err(Refused::TooMany(PAIRS_MAX).into());
    }
    let across = |one: &Identifier| {
        let one = one.clone();
        left.iter().filter_map(move |other| Pair::new(one.clone(), other.identifier.clone()))
    };
    let pairs: Vec<Pair> = taken.iter().flat_map(|own| across(&own.identifier)).collect();
    decide(context, lake, clock.now(), pairs, Verdict::Different, reason).await
}

/// Says that two customers are one person.
pub async fn merge(
    context: &OrgContext,
    lake: &Lake,
    engine: &Engine,
    clock: &dyn Clock,
    customers: [CustomerId; 2],
    reason: &str,
) -> Result<Stitched> {
    let [one, other] = customers;
    let (one, other) = (known(context, lake, engine, one).await?, known(context, lake, engine, other).await?);
    if one.customer == other.customer {
        return Err(Refused::SamePerson.into());
    }
    let strongest = |person: &Person| person.identifiers.first().map(|first| first.identifier.clone());
    let pair = strongest(&one).zip(strongest(&other)).and_then(|(one, other)| Pair::new(one, other));
    let pair = pair.ok_or(Refused::NoSuchCustomer(customers[0]))?;
    decide(context, lake, clock.now(), vec![pair], Verdict::Same, reason).await
}

async fn known(context: &OrgContext, lake: &Lake, engine: &Engine, customer: CustomerId) -> Result<Person> {
    let person = person(context, lake, engine, customer).await?;
    Ok(person.ok_or(Refused::NoSuchCustomer(customer))?)
}

async fn decide(context: &OrgContext, lake: &Lake, now: Timestamp, pairs: Vec<Pair>, verdict: Verdict, reason: &str) -> Result<Stitched> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refused::NoReason.into());
    }
    let actor = match context.actor() {
        Actor::User { id, .. } => id.to_string(),
        Actor::WriteKey => "write key".to_owned(),
        Actor::System => "command line".to_owned(),
    };
    let decision = |pair: Pair| StoredDecision {
        id: 0,
        left: pair.left,
        right: pair.right,
        verdict: verdict.as_str().to_owned(),
        actor: actor.clone(),
        decided_at: now,
        reason: reason.to_owned(),
    };
    let decisions: Vec<StoredDecision> = pairs.into_iter().map(decision).collect();
    lake.decide_identity(&decisions).await?;
    tracing::info!(pairs = decisions.len(), verdict = verdict.as_str(), "recorded a decision on who is who");
    stitch(context, lake).await
}
