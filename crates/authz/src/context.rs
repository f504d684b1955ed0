//! Organisation and actor.

use types::{OrganizationId, UserId};

use crate::Role;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    User {
        id: UserId,
        role: Role,
    },
    /// A collector write key: may ingest, nothing else.
    WriteKey,
    /// The server's own jobs and the command line on the data directory.
    System,
}

/// The organisation that a call is about and the actor on whose behalf it runs. First argument of everything that touches data: a
/// query cannot be written without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrgContext {
    organization_id: OrganizationId,
    actor: Actor,
}

impl OrgContext {
    /// For the authentication extractor, after it verified the credential.
    pub const fn from_credential(organization_id: OrganizationId, actor: Actor) -> Self {
        Self { organization_id, actor }
    }

    /// For jobs and the command line.
    pub const fn system(organization_id: OrganizationId) -> Self {
        Self {
            organization_id,
            actor: Actor::System,
        }
    }

    pub const fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }

    pub const fn actor(&self) -> Actor {
        self.actor
    }
}
