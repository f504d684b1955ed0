//! The permission table of the specification, as one total function.

use crate::{Action, Actor, Role};

/// What is known about the thing that is acted upon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Facts {
    /// The figures asked for are limited to campaigns that are assigned to the actor.
    pub is_assigned_campaign: bool,
    /// The report is published to all members of the organisation.
    pub is_published: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    Allow,
    Deny,
}

/// Whether `actor` may do `action`. Spec gaps decided: "Team Reports" of a Marketing Manager are all reports of the organisation until
/// teams exist; a Campaign Manager sees figures of assigned campaigns only; a Viewer sees published reports only.
pub const fn decide(actor: Actor, action: Action, facts: Facts) -> Decision {
    let is_allowed = match actor {
        Actor::System => true,
        Actor::WriteKey => matches!(action, Action::Public | Action::IngestEvents),
        Actor::User { role, .. } => role_may(role, action, facts),
    };
    if is_allowed { Decision::Allow } else { Decision::Deny }
}

const fn role_may(role: Role, action: Action, facts: Facts) -> bool {
    match action {
        Action::Public | Action::OwnSession => true,
        Action::ManageSources | Action::IngestEvents | Action::ManageAttribution | Action::ViewServerMetrics => {
            matches!(role, Role::OrganizationAdmin)
        }
        Action::ViewSources | Action::ViewMetrics => matches!(role, Role::OrganizationAdmin | Role::MarketingManager),
        Action::ViewReports => match role {
            Role::OrganizationAdmin | Role::MarketingManager | Role::Analyst => true,
            Role::CampaignManager => facts.is_assigned_campaign,
            Role::Viewer => facts.is_published,
        },
        Action::CalculateAttribution => match role {
            Role::OrganizationAdmin | Role::MarketingManager | Role::Analyst => true,
            Role::CampaignManager => facts.is_assigned_campaign,
            Role::Viewer => false,
        },
        Action::ViewAttribution => match role {
            Role::OrganizationAdmin | Role::MarketingManager | Role::Analyst => true,
            Role::CampaignManager => facts.is_assigned_campaign,
            Role::Viewer => facts.is_published,
        },
    }
}

#[cfg(test)]
mod tests;
