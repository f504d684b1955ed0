//! Which stages are the milestones of W-shaped and full-path credit.

use serde::{Deserialize, Serialize};

use crate::customer::Stage;

/// Names of stages or conversion types, compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MilestoneNames {
    /// Creation of the lead.
    pub lead: Vec<String>,
    /// Creation of the opportunity, or deal.
    pub opportunity: Vec<String>,
}

impl Default for MilestoneNames {
    fn default() -> Self {
        Self {
            lead: vec!["lead".to_owned()],
            opportunity: vec!["opportunity".to_owned(), "deal".to_owned()],
        }
    }
}

impl MilestoneNames {
    /// The milestone that a stage or conversion type of this name is.
    pub fn stage(&self, name: &str) -> Option<Stage> {
        let has = |names: &[String]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if has(&self.lead) {
            Some(Stage::Lead)
        } else if has(&self.opportunity) {
            Some(Stage::Opportunity)
        } else {
            None
        }
    }
}
