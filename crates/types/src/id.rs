//! Typed ids. Ids of customers, campaigns and assets are derived from the source's own id, so that the same thing gets the same id
//! from every import, in any order, without a lookup.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use uuid::{Builder, Uuid};

/// Namespace of all derived ids; never change it, stored rows depend on it.
const NAMESPACE: Uuid = Uuid::from_u128(0x7472_6962_7574_6172_7900_0000_0000_0001);

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

typed_id!(
    /// An organisation: the tenant. Every call that touches data names one, together with the actor.
    OrganizationId
);
typed_id!(
    /// A person who signs in.
    UserId
);
typed_id!(
    /// A customer of the organisation. The leading bits are uniformly distributed: the lake buckets touches by them.
    CustomerId
);
typed_id!(
    /// An advertising campaign, e-mail campaign or workflow.
    CampaignId
);
typed_id!(
    /// A creative asset (image, video, copy) of the organisation's library or of an ad platform.
    AssetId
);
typed_id!(
    /// One row of `unified_marketing_data`, derived from (source, row key): the same row sent twice has the same id.
    RowId
);

impl CustomerId {
    /// The customer that a source calls `external`. Customer keys are shared by all sources of an organisation: identity
    /// resolution beyond equal keys is the business of the identity graph.
    pub fn derive(organization: OrganizationId, external: &str) -> Self {
        Self(derive(organization, "customer", "", external))
    }

    /// The customer whom an identifier of another kind names, as long as nothing else is known; see [`crate::Identifier::home`].
    pub fn of_identifier(organization: OrganizationId, kind: &str, value: &str) -> Self {
        Self(derive(organization, "identifier", kind, value))
    }
}

impl CampaignId {
    pub fn derive(organization: OrganizationId, data_source: &str, external: &str) -> Self {
        Self(derive(organization, "campaign", data_source, external))
    }
}

impl AssetId {
    /// Assets are shared by sources: the library's id is the same whichever platform shows the asset.
    pub fn derive(organization: OrganizationId, external: &str) -> Self {
        Self(derive(organization, "asset", "", external))
    }
}

impl RowId {
    pub fn derive(organization: OrganizationId, data_source: &str, source_row_key: &str) -> Self {
        Self(derive(organization, "row", data_source, source_row_key))
    }
}

/// Derives many ids of one kind and scope: the part of the digest that they share is made once.
#[derive(Clone, Debug)]
pub struct Derivation(Sha1);

impl Derivation {
    /// As [`RowId::derive`] does.
    pub fn of_rows(organization: OrganizationId, data_source: &str) -> Self {
        Self::new(organization, "row", data_source)
    }

    /// As [`CustomerId::derive`] does.
    pub fn of_customers(organization: OrganizationId) -> Self {
        Self::new(organization, "customer", "")
    }

    fn new(organization: OrganizationId, kind: &str, scope: &str) -> Self {
        let mut hash = Sha1::new_with_prefix(NAMESPACE.as_bytes());
        hash.update(organization.as_bytes());
        // Length-prefixed parts: ("ab", "c") and ("a", "bc") must not collide.
        for part in [kind, scope] {
            hash.update(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self(hash)
    }

    /// The version 5 UUID (RFC 9562) of the parts within [`NAMESPACE`].
    pub fn derive(&self, external: &str) -> Uuid {
        let digest: [u8; 20] = self.0.clone().chain_update(external.as_bytes()).finalize().into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        // Uniform in its leading bytes: the version and variant bits sit in bytes 6 and 8.
        Builder::from_sha1_bytes(bytes).into_uuid()
    }
}

fn derive(organization: OrganizationId, kind: &str, scope: &str, external: &str) -> Uuid {
    Derivation::new(organization, kind, scope).derive(external)
}

#[cfg(test)]
mod tests;
