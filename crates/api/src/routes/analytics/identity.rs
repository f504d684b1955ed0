//! What a campaign or an asset is called, and since when it is known.

use semantic::identity::Identity;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Identity)]
pub(super) struct IdentityBody {
    id: Uuid,
    /// The newest name in alphabetical order, where the source used several.
    name: Option<String>,
    channel: Option<String>,
    data_source: Option<String>,
    /// RFC 3339.
    first_seen_at: String,
    last_seen_at: String,
}

impl IdentityBody {
    pub(super) fn new(id: Uuid, identity: Identity) -> Self {
        Self {
            id,
            name: identity.name,
            channel: identity.channel,
            data_source: identity.data_source,
            first_seen_at: identity.first_seen_at.to_string(),
            last_seen_at: identity.last_seen_at.to_string(),
        }
    }
}
