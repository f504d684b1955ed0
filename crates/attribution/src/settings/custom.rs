//! Weights that an organisation defines itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{check_half_life, check_weight, refuse};
use crate::Error;

/// Organisation-defined weights: weight(touch) = position class × channel × interaction type × decay, scaled to sum to 1. Anything not
/// named has factor 1. If all weights of a journey are zero, credit falls back to linear and the conversion is flagged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CustomWeights {
    pub first: f64,
    pub middle: f64,
    pub last: f64,
    /// Factor by channel name.
    pub channels: BTreeMap<String, f64>,
    /// Factor by interaction type (`click`, `view` …).
    pub interactions: BTreeMap<String, f64>,
    /// Half-life in seconds of an additional decay; none by default.
    pub half_life_seconds: Option<i64>,
}

impl Default for CustomWeights {
    fn default() -> Self {
        Self {
            first: 1.0,
            middle: 1.0,
            last: 1.0,
            channels: BTreeMap::new(),
            interactions: BTreeMap::new(),
            half_life_seconds: None,
        }
    }
}

impl CustomWeights {
    /// Factor of a touch's channel and interaction type. What is not named, or not known, has factor 1.
    pub fn factor(&self, channel: Option<&str>, interaction: Option<&str>) -> f64 {
        let named = |factors: &BTreeMap<String, f64>, name: Option<&str>| name.and_then(|name| factors.get(name).copied()).unwrap_or(1.0);
        named(&self.channels, channel) * named(&self.interactions, interaction)
    }

    /// Whether any touch can have a factor other than 1; if not, [`crate::Customer::factors`] may stay empty.
    pub fn has_factors(&self) -> bool {
        self.channels.values().chain(self.interactions.values()).any(|factor| *factor != 1.0)
    }

    pub(super) fn validate(&self) -> Result<(), Error> {
        for (name, weight) in [("custom.first", self.first), ("custom.middle", self.middle), ("custom.last", self.last)] {
            check_weight(name, weight)?;
        }
        if self.first == 0.0 && self.middle == 0.0 && self.last == 0.0 {
            return refuse("custom", "zero at every position", "give at least one of first, middle and last a weight");
        }
        for (prefix, factors) in [("custom.channels", &self.channels), ("custom.interactions", &self.interactions)] {
            for (name, factor) in factors {
                check_weight(&format!("{prefix}.{name}"), *factor)?;
            }
        }
        self.half_life_seconds
            .map_or(Ok(()), |seconds| check_half_life("custom.half_life_seconds", seconds))
    }
}
