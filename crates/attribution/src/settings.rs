//! What a calculation of credit can be asked for. Two equal settings give equal credit; they are part of every cache key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Longest window and half-life: a hundred years. Keeps every age an exact double in microseconds.
pub const SECONDS_MAX: i64 = 100 * 366 * 86_400;

/// Bounds of a weight that is not zero, so that no product of weights overflows or vanishes.
const WEIGHT_MIN: f64 = 1e-9;
const WEIGHT_MAX: f64 = 1e9;

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
    pub const ALL: [Self; 6] = [
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

impl Settings {
    /// Refuses what no calculation could honour, naming the field and the remedy.
    pub fn validate(&self) -> Result<(), Error> {
        if !(0..=SECONDS_MAX).contains(&self.window_seconds) {
            return refuse("window_seconds", self.window_seconds, "use 0 or more, and at most a hundred years");
        }
        check_half_life("half_life_seconds", self.half_life_seconds)?;
        for (name, share) in ["position[0]", "position[1]", "position[2]"].into_iter().zip(self.position) {
            check_weight(name, share)?;
        }
        if self.position.iter().all(|share| *share == 0.0) {
            return refuse(
                "position",
                "all zero",
                "give at least one of first, middle and last a share, such as 0.4, 0.2, 0.4",
            );
        }
        if self.conversion_types.is_empty() {
            return refuse("conversion_types", "empty", "name at least one conversion type, such as purchase");
        }
        if self.conversion_types.iter().any(|name| name.trim().is_empty()) {
            return refuse("conversion_types", "blank", "remove the blank name");
        }
        self.custom.validate()
    }

    /// The code under which [`crate::Event`] names a conversion type; none for a type that is not counted.
    pub fn conversion_type_code(&self, name: &str) -> Option<u32> {
        self.conversion_types
            .iter()
            .position(|counted| counted == name)
            .and_then(|at| u32::try_from(at).ok())
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

    fn validate(&self) -> Result<(), Error> {
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

fn check_half_life(field: &str, seconds: i64) -> Result<(), Error> {
    if (1..=SECONDS_MAX).contains(&seconds) {
        return Ok(());
    }
    refuse(
        field,
        seconds,
        "use at least one second and at most a hundred years; for no decay use the linear model",
    )
}

fn check_weight(field: &str, weight: f64) -> Result<(), Error> {
    if weight == 0.0 || (WEIGHT_MIN..=WEIGHT_MAX).contains(&weight) {
        return Ok(());
    }
    refuse(field, weight, "use 0, or a number between 0.000000001 and 1000000000")
}

fn refuse<T>(field: &str, value: impl ToString, remedy: &'static str) -> Result<T, Error> {
    Err(Error::Setting {
        field: field.to_owned(),
        value: value.to_string(),
        remedy,
    })
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

#[cfg(test)]
mod tests;
