//! One person as people see it: by what it is known, why that is one person, and what was kept apart.

use jiff::Timestamp;
use types::{CustomerId, Identifier};

use super::{Evidence, Role, Rule, Verdict};

/// A customer with all that says who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The canonical customer; its rows carry this id.
    pub customer: CustomerId,
    /// Strongest first.
    pub identifiers: Vec<PersonIdentifier>,
    /// Links among them that count.
    pub links: Vec<PersonLink>,
    /// Identifiers that were seen with them and are not theirs.
    pub apart: Vec<Apart>,
    /// What people decided about them, newest first.
    pub decisions: Vec<Decision>,
    /// True where more links exist than are shown.
    pub is_truncated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonIdentifier {
    /// The customer whom the identifier alone names; what requests call it.
    pub id: CustomerId,
    pub identifier: Identifier,
    pub role: Role,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonLink {
    pub left: CustomerId,
    pub right: CustomerId,
    pub rule: Rule,
    pub evidence: Evidence,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The person's identifier with which it was seen.
    pub seen_with: CustomerId,
    pub id: CustomerId,
    pub identifier: Identifier,
    pub reason: ApartReason,
}

/// Why a link does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApartReason {
    /// A person told the two apart.
    Decided,
    /// One of the two is shared by very many.
    Hub,
    /// One of the two was seen with several persons.
    Shared,
    /// Households do not link in this organisation.
    Household,
}

impl ApartReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Hub => "hub",
            Self::Shared => "shared",
            Self::Household => "household",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub left: CustomerId,
    pub right: CustomerId,
    pub verdict: Verdict,
    pub actor: String,
    pub decided_at: Timestamp,
    pub reason: String,
}

/// Why a decision cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("there is no customer {0}: look for it in the list of customers")]
    NoSuchCustomer(CustomerId),
    #[error("the customer has no identifier {0}: take an `id` from the customer's identity")]
    NoSuchIdentifier(CustomerId),
    #[error("name at least one identifier, and leave at least one to the customer")]
    AllOrNone,
    #[error("that would tell apart more than {0} pairs: name fewer identifiers at a time")]
    TooMany(usize),
    #[error("the two are one customer already")]
    SamePerson,
    #[error("a decision needs a reason: say in a sentence why")]
    NoReason,
}
