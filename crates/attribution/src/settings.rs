//! What a calculation of credit can be asked for. Two equal settings give equal credit; they are part of every cache key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
}

impl Model {
    /// In the order in which tables and charts show them.
    pub const ALL: [Self; 6] = [Self::FirstTouch, Self::LastTouch, Self::Linear, Self::TimeDecay, Self::PositionBased, Self::Custom];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstTouch => "first_touch",
            Self::LastTouch => "last_touch",
            Self::Linear => "linear",
            Self::TimeDecay => "time_decay",
            Self::PositionBased => "position_based",
            Self::Custom => "custom",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.as_str() == text)
    }
}

impl std::fmt::Display for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a touch that preceded an earlier conversion may be credited again by a later one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Journey {
    /// Every conversion looks back over its whole window on its own (GA4, PostHog, Snowplow).
    #[default]
    Rolling,
    /// A conversion of the same type closes the journey: only touches after it count for the next one (SourceMedium, Tasman).
    Closed,
}

/// Settings of one calculation of credit. Durations are exact seconds, so that a day with 23 hours changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Longest age of a touch that is still eligible, in seconds; an age of exactly this many seconds is inside.
    pub window_seconds: i64,
    pub journey: Journey,
    /// Half-life of time decay, in seconds; positive.
    pub half_life_seconds: i64,
    /// Shares of first, middle and last touch under the position-based model; non-negative, not all zero.
    pub position: [f64; 3],
    /// Conversion types that are counted; `purchase` unless the organisation says otherwise.
    pub conversion_types: Vec<String>,
    pub custom: CustomWeights,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            window_seconds: 30 * 86_400,
            journey: Journey::Rolling,
            half_life_seconds: 7 * 86_400,
            position: [0.4, 0.2, 0.4],
            conversion_types: vec!["purchase".to_owned()],
            custom: CustomWeights::default(),
        }
    }
}

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
        Self { first: 1.0, middle: 1.0, last: 1.0, channels: BTreeMap::new(), interactions: BTreeMap::new(), half_life_seconds: None }
    }
}
