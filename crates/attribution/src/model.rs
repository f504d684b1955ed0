//! The rule-based models, by name.

use serde::{Deserialize, Serialize};

use crate::Error;

/// A rule that shares a conversion among its touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    FirstTouch,
    LastTouch,
    Linear,
    TimeDecay,
    PositionBased,
    Custom,
    LastNonDirect,
    JShaped,
    #[serde(rename = "inverse_j")]
    InverseJ,
    WShaped,
    FullPath,
}

impl Model {
    /// In the order in which tables and charts show them.
    pub const ALL: [Self; 11] = [
        Self::FirstTouch,
        Self::LastTouch,
        Self::Linear,
        Self::TimeDecay,
        Self::PositionBased,
        Self::Custom,
        Self::LastNonDirect,
        Self::JShaped,
        Self::InverseJ,
        Self::WShaped,
        Self::FullPath,
    ];

    /// The six that are shown and written where nobody names any.
    pub const STANDARD: [Self; 6] = [
        Self::FirstTouch,
        Self::LastTouch,
        Self::Linear,
        Self::TimeDecay,
        Self::PositionBased,
        Self::Custom,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstTouch => "first_touch",
            Self::LastTouch => "last_touch",
            Self::Linear => "linear",
            Self::TimeDecay => "time_decay",
            Self::PositionBased => "position_based",
            Self::Custom => "custom",
            Self::LastNonDirect => "last_non_direct",
            Self::JShaped => "j_shaped",
            Self::InverseJ => "inverse_j",
            Self::WShaped => "w_shaped",
            Self::FullPath => "full_path",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.as_str() == text)
    }

    /// `all`, or names separated by commas, in the order of [`Model::ALL`] and without repetitions.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, Error> {
        if text.trim() == "all" {
            return Ok(Self::ALL.to_vec());
        }
        let mut models = Vec::new();
        for name in text.split(',').map(str::trim) {
            models.push(Self::parse(name).ok_or_else(|| Error::Model { text: name.to_owned() })?);
        }
        models.sort_unstable();
        models.dedup();
        Ok(models)
    }

    /// Whether the model looks for the stages that a customer went through.
    pub const fn needs_milestones(self) -> bool {
        matches!(self, Self::WShaped | Self::FullPath)
    }
}

impl std::fmt::Display for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
