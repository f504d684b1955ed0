//! The five roles of the specification.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    OrganizationAdmin,
    MarketingManager,
    CampaignManager,
    Analyst,
    Viewer,
}

impl Role {
    pub const ALL: [Self; 5] = [
        Self::OrganizationAdmin,
        Self::MarketingManager,
        Self::CampaignManager,
        Self::Analyst,
        Self::Viewer,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrganizationAdmin => "organization_admin",
            Self::MarketingManager => "marketing_manager",
            Self::CampaignManager => "campaign_manager",
            Self::Analyst => "analyst",
            Self::Viewer => "viewer",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}
