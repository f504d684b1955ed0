//! Attribution settings as they are written in requests: everything optional, the organisation's own settings fill the gaps.

use std::collections::BTreeMap;

use attribution::{CustomWeights, Journey, Model, Settings};
use semantic::query::DateBasis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::{FieldError, Problem};

/// A rule that shares a conversion among its touches.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Model)]
pub(crate) enum ModelBody {
    FirstTouch,
    LastTouch,
    Linear,
    TimeDecay,
    PositionBased,
    Custom,
}

/// Whether a touch that preceded an earlier conversion may be credited again.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Journey)]
pub(crate) enum JourneyBody {
    /// Every conversion looks back over its whole window on its own.
    Rolling,
    /// A conversion closes the journey: only touches after it count for the next one of its type.
    Closed,
}

/// Which date a credit belongs to.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DateBasis)]
pub(crate) enum DateBasisBody {
    /// The day of the order (cash view).
    #[default]
    Conversion,
    /// The day of the touch (accrual view).
    Touch,
}

/// What differs from the organisation's attribution settings.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AttributionSettings)]
pub(crate) struct SettingsBody {
    /// Longest age of a touch that is still credited.
    pub(crate) window_seconds: Option<i64>,
    pub(crate) journey: Option<JourneyBody>,
    /// Half-life of the time-decay model.
    pub(crate) half_life_seconds: Option<i64>,
    /// Shares of first, middle and last touch under the position-based model: `[0.4, 0.2, 0.4]`.
    pub(crate) position: Option<[f64; 3]>,
    /// Conversion types that are counted: `purchase`, or the names of goals.
    pub(crate) conversion_types: Option<Vec<String>>,
    /// Weights of the custom model.
    pub(crate) custom: Option<CustomWeightsBody>,
}

/// Weight of a touch = its position's × its channel's × its interaction's × decay; what is not named has weight 1.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CustomWeights)]
pub(crate) struct CustomWeightsBody {
    first: Option<f64>,
    middle: Option<f64>,
    last: Option<f64>,
    /// Weight by channel name.
    #[serde(default)]
    channels: BTreeMap<String, f64>,
    /// Weight by interaction type.
    #[serde(default)]
    interactions: BTreeMap<String, f64>,
    /// Half-life of an additional decay.
    half_life_seconds: Option<i64>,
}

/// The settings that an answer was computed with.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = UsedSettings)]
pub(crate) struct UsedSettingsBody {
    window_seconds: i64,
    /// `rolling` or `closed`.
    journey: JourneyBody,
    half_life_seconds: i64,
    position: [f64; 3],
    conversion_types: Vec<String>,
    custom: CustomWeightsBody,
}

impl SettingsBody {
    /// Durations as people write them, such as `30d` and `12h`.
    pub(crate) fn with_durations(mut self, window: Option<&str>, half_life: Option<&str>) -> Result<Self, Problem> {
        if let Some(window) = window {
            self.window_seconds = Some(duration(window, "/window")?);
        }
        if let Some(half_life) = half_life {
            self.half_life_seconds = Some(duration(half_life, "/half_life")?);
        }
        Ok(self)
    }

    /// These settings over the organisation's. `at` is the pointer of this object in the body.
    pub(crate) fn over(self, defaults: &Settings, at: &str) -> Result<Settings, Problem> {
        let settings = Settings {
            window_seconds: self.window_seconds.unwrap_or(defaults.window_seconds),
            journey: self.journey.map_or(defaults.journey, Journey::from),
            half_life_seconds: self.half_life_seconds.unwrap_or(defaults.half_life_seconds),
            position: self.position.unwrap_or(defaults.position),
            conversion_types: self.conversion_types.unwrap_or_else(|| defaults.conversion_types.clone()),
            custom: self.custom.map_or_else(|| defaults.custom.clone(), CustomWeights::from),
        };
        settings.validate().map_err(|error| refuse(&error, at))?;
        Ok(settings)
    }
}

fn duration(text: &str, pointer: &str) -> Result<i64, Problem> {
    attribution::parse_duration(text).map_err(|error| refuse(&error, pointer))
}

fn refuse(error: &attribution::Error, at: &str) -> Problem {
    let pointer = match error {
        // Settings name their fields as `custom.first` and `position[1]`.
        attribution::Error::Setting { field, .. } => format!("{at}/{}", field.replace(['.', '['], "/").replace(']', "")),
        attribution::Error::Duration { .. } | attribution::Error::Model { .. } | attribution::Error::Overflow { .. } => at.to_owned(),
    };
    Problem::invalid(vec![FieldError {
        pointer,
        code: "invalid-settings".to_owned(),
        message: error.to_string(),
        suggestion: None,
    }])
}

impl From<CustomWeightsBody> for CustomWeights {
    fn from(body: CustomWeightsBody) -> Self {
        Self {
            first: body.first.unwrap_or(1.0),
            middle: body.middle.unwrap_or(1.0),
            last: body.last.unwrap_or(1.0),
            channels: body.channels,
            interactions: body.interactions,
            half_life_seconds: body.half_life_seconds,
        }
    }
}

impl From<CustomWeights> for CustomWeightsBody {
    fn from(weights: CustomWeights) -> Self {
        let CustomWeights {
            first,
            middle,
            last,
            channels,
            interactions,
            half_life_seconds,
        } = weights;
        Self {
            first: Some(first),
            middle: Some(middle),
            last: Some(last),
            channels,
            interactions,
            half_life_seconds,
        }
    }
}

impl From<Settings> for UsedSettingsBody {
    fn from(settings: Settings) -> Self {
        Self {
            window_seconds: settings.window_seconds,
            journey: match settings.journey {
                Journey::Rolling => JourneyBody::Rolling,
                Journey::Closed => JourneyBody::Closed,
            },
            half_life_seconds: settings.half_life_seconds,
            position: settings.position,
            conversion_types: settings.conversion_types,
            custom: settings.custom.into(),
        }
    }
}

impl From<ModelBody> for Model {
    fn from(model: ModelBody) -> Self {
        match model {
            ModelBody::FirstTouch => Self::FirstTouch,
            ModelBody::LastTouch => Self::LastTouch,
            ModelBody::Linear => Self::Linear,
            ModelBody::TimeDecay => Self::TimeDecay,
            ModelBody::PositionBased => Self::PositionBased,
            ModelBody::Custom => Self::Custom,
        }
    }
}

impl From<Model> for ModelBody {
    fn from(model: Model) -> Self {
        match model {
            Model::FirstTouch => Self::FirstTouch,
            Model::LastTouch => Self::LastTouch,
            Model::Linear => Self::Linear,
            Model::TimeDecay => Self::TimeDecay,
            Model::PositionBased => Self::PositionBased,
            Model::Custom => Self::Custom,
        }
    }
}

impl From<JourneyBody> for Journey {
    fn from(journey: JourneyBody) -> Self {
        match journey {
            JourneyBody::Rolling => Self::Rolling,
            JourneyBody::Closed => Self::Closed,
        }
    }
}

impl From<DateBasisBody> for DateBasis {
    fn from(basis: DateBasisBody) -> Self {
        match basis {
            DateBasisBody::Conversion => Self::Conversion,
            DateBasisBody::Touch => Self::Touch,
        }
    }
}
