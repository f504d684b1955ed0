//! A customer's identity as the API shows it. Hashes are shortened: nobody needs them whole.

use journeys::identity::person::{Apart, Decision, Person, PersonIdentifier, PersonLink, Refused};
use serde::Serialize;
use types::CustomerId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::identities::IdentityError;
use crate::problem::Problem;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerIdentity)]
pub(crate) struct IdentityBody {
    /// The customer whose id the rows carry; another than was asked for where customers were merged.
    customer_id: Uuid,
    /// Strongest first.
    identifiers: Vec<IdentifierBody>,
    /// Why the identifiers are one person's.
    links: Vec<LinkBody>,
    /// What was seen with them and is not theirs.
    apart: Vec<ApartBody>,
    /// What people decided about them, newest first.
    decisions: Vec<DecisionBody>,
    /// True where more links exist than are shown.
    is_truncated: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerIdentifier)]
struct IdentifierBody {
    /// What requests call the identifier: the customer whom it alone names.
    id: Uuid,
    /// `customer`, `crm`, `email_sha256`, `phone_sha256`, `anonymous`, `device`, `order`, `click` or `household`.
    kind: String,
    /// Of a hash the first ten digits.
    value: String,
    /// `linked`; `hub`, shared by so many that it links nobody; `shared`, seen with several persons.
    role: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentityLink)]
struct LinkBody {
    left: Uuid,
    right: Uuid,
    /// `same_event`, `seen_with_person`, `seen_together` or `household`.
    rule: String,
    /// The earliest row that names both.
    row_id: Uuid,
    source: String,
    /// RFC 3339.
    recorded_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApartIdentifier)]
struct ApartBody {
    /// The customer's identifier with which it was seen.
    seen_with: Uuid,
    id: Uuid,
    kind: String,
    value: String,
    /// `decided`, `hub`, `shared` or `household`.
    reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentityDecision)]
struct DecisionBody {
    left: Uuid,
    right: Uuid,
    /// `same` or `different`.
    verdict: String,
    /// The person's id, or `command line`.
    actor: String,
    /// RFC 3339.
    decided_at: String,
    reason: String,
}

/// What a decision did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentityDecided)]
pub(crate) struct DecidedBody {
    /// Customers that lost or gained rows; their journeys and credit follow within seconds.
    changed_customers: Vec<Uuid>,
}

impl From<Vec<CustomerId>> for DecidedBody {
    fn from(customers: Vec<CustomerId>) -> Self {
        Self {
            changed_customers: customers.into_iter().map(|customer| customer.0).collect(),
        }
    }
}

impl From<Person> for IdentityBody {
    fn from(person: Person) -> Self {
        Self {
            customer_id: person.customer.0,
            identifiers: person.identifiers.into_iter().map(IdentifierBody::from).collect(),
            links: person.links.into_iter().map(LinkBody::from).collect(),
            apart: person.apart.into_iter().map(ApartBody::from).collect(),
            decisions: person.decisions.into_iter().map(DecisionBody::from).collect(),
            is_truncated: person.is_truncated,
        }
    }
}

impl From<PersonIdentifier> for IdentifierBody {
    fn from(own: PersonIdentifier) -> Self {
        Self {
            id: own.id.0,
            kind: own.identifier.kind.to_string(),
            value: own.identifier.shortened(),
            role: own.role.as_str().to_owned(),
        }
    }
}

impl From<PersonLink> for LinkBody {
    fn from(link: PersonLink) -> Self {
        Self {
            left: link.left.0,
            right: link.right.0,
            rule: link.rule.as_str().to_owned(),
            row_id: link.evidence.row.0,
            source: link.evidence.source,
            recorded_at: link.evidence.recorded_at.to_string(),
        }
    }
}

impl From<Apart> for ApartBody {
    fn from(apart: Apart) -> Self {
        Self {
            seen_with: apart.seen_with.0,
            id: apart.id.0,
            kind: apart.identifier.kind.to_string(),
            value: apart.identifier.shortened(),
            reason: apart.reason.as_str().to_owned(),
        }
    }
}

impl From<Decision> for DecisionBody {
    fn from(decision: Decision) -> Self {
        Self {
            left: decision.left.0,
            right: decision.right.0,
            verdict: decision.verdict.as_str().to_owned(),
            actor: decision.actor,
            decided_at: decision.decided_at.to_string(),
            reason: decision.reason,
        }
    }
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        let refused = match &error {
            IdentityError::Refused(refused) => *refused,
            IdentityError::Failed(_) => return Self::internal(&error),
        };
        let (pointer, code) = match refused {
            Refused::NoSuchCustomer(_) => ("/customer_id", "unknown_customer"),
            Refused::NoSuchIdentifier(_) => ("/identifiers", "unknown_identifier"),
            Refused::AllOrNone => ("/identifiers", "all_or_none"),
            Refused::TooMany(_) => ("/identifiers", "too_many"),
            Refused::SamePerson => ("/other_id", "same_person"),
            Refused::NoReason => ("/reason", "missing_reason"),
        };
        Self::invalid_field(pointer, code, refused.to_string())
    }
}
