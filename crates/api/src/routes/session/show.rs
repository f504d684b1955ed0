//! Who is signed in.

use std::sync::Arc;

use authz::{Actor, OrgContext};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use types::UserId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::gate::Caller;
use crate::problem::{Code, Problem};
use crate::state::Shared;

/// The person, the organisation, and what the role allows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionBody {
    user: PersonBody,
    organization: OrganizationBody,
    /// Names of the actions that the role allows for the whole organisation.
    actions: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
struct PersonBody {
    id: Uuid,
    email: String,
    name: String,
    /// The person's role in the organisation: `organization_admin`, `marketing_manager`, `campaign_manager`, `analyst` or `viewer`.
    role: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
struct OrganizationBody {
    id: Uuid,
    name: String,
    /// The reporting currency (ISO 4217).
    currency: String,
    /// IANA zone in which days are cut.
    zone: String,
}

/// The signed-in person, their role and organisation.
#[utoipa::path(
    get, path = "/api/session", operation_id = "show_session", tag = "session",
    responses((status = 200, description = "The session", body = SessionBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller) -> Result<Json<SessionBody>, Problem> {
    describe(&shared, &caller.context, caller.user_id).await.map(Json)
}

pub(crate) async fn describe(shared: &Shared, context: &OrgContext, user_id: UserId) -> Result<SessionBody, Problem> {
    let signed_out = || Problem::new(Code::SignInRequired, "This account no longer exists.");
    let user = shared.app.metastore.user(user_id).await?.ok_or_else(signed_out)?;
    let organization = shared.app.metastore.organization(context).await?;
    let Actor::User { role, .. } = context.actor() else {
        return Err(signed_out());
    };
    let is_allowed = |action: &authz::Action| authz::decide(context.actor(), *action, authz::Facts::default()) == authz::Decision::Allow;
    let actions = authz::Action::ALL
        .into_iter()
        .filter(is_allowed)
        .filter_map(|action| serde_json::to_value(action).ok());
    Ok(SessionBody {
        user: PersonBody {
            id: user.id.0,
            email: user.email,
            name: user.name,
            role: role.as_str().to_owned(),
        },
        organization: OrganizationBody {
            id: organization.id.0,
            name: organization.name,
            currency: organization.currency.as_str().to_owned(),
            zone: organization.zone,
        },
        actions: actions.filter_map(|name| name.as_str().map(str::to_owned)).collect(),
    })
}
