//! Attribution settings as they are written in requests: everything optional, the organisation's own settings fill the gaps.

mod parts;

use attribution::{Counted, CustomWeights, Direct, Journey, MilestoneNames, Model, RevenueDefinition, Settings, WindowRule};
use semantic::query::DateBasis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use parts::{CountedBody, CustomWeightsBody, DirectBody, MilestonesBody, RevenueBody, WindowRuleBody};

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
    /// The last touch that is not a direct visit.
    LastNonDirect,
    /// 20 % first, 20 % between, 60 % last.
    JShaped,
    /// 60 % first, 20 % between, 20 % last.
    #[serde(rename = "inverse_j")]
    InverseJ,
    /// 30 % each to the first touch and those that made the lead and the opportunity, 10 % to the others.
    WShaped,
    /// 22.5 % each to the first touch, those that made the lead and the opportunity, and the last; 10 % to the others.
    FullPath,
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
    /// Windows of some channels, interactions or conversion types; the first rule that fits decides.
    pub(crate) windows: Option<Vec<WindowRuleBody>>,
    /// IANA zone whose calendar days windows count, instead of exact seconds; an empty text for exact seconds.
    pub(crate) calendar_days_in: Option<String>,
    pub(crate) journey: Option<JourneyBody>,
    pub(crate) counted: Option<CountedBody>,
    pub(crate) direct: Option<DirectBody>,
    /// Channels that are direct visits.
    pub(crate) direct_channels: Option<Vec<String>>,
    /// Channels that are never credited.
    pub(crate) ignored_channels: Option<Vec<String>>,
    /// Half-life of the time-decay model.
    pub(crate) half_life_seconds: Option<i64>,
    /// Shares of first, middle and last touch under the position-based model: `[0.4, 0.2, 0.4]`.
    pub(crate) position: Option<[f64; 3]>,
    /// Conversion types that are counted: `purchase`, or the names of goals.
    pub(crate) conversion_types: Option<Vec<String>>,
    pub(crate) milestones: Option<MilestonesBody>,
    pub(crate) revenue: Option<RevenueBody>,
    /// Weights of the custom model.
    pub(crate) custom: Option<CustomWeightsBody>,
}

/// The settings that an answer was computed with.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = UsedSettings)]
pub(crate) struct UsedSettingsBody {
    window_seconds: i64,
    windows: Vec<WindowRuleBody>,
    /// IANA zone whose calendar days windows count; null: exact seconds.
    calendar_days_in: Option<String>,
    /// `rolling` or `closed`.
    journey: JourneyBody,
    counted: CountedBody,
    direct: DirectBody,
    direct_channels: Vec<String>,
    ignored_channels: Vec<String>,
    half_life_seconds: i64,
    position: [f64; 3],
    conversion_types: Vec<String>,
    milestones: MilestonesBody,
    revenue: RevenueBody,
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

    /// What a page uses that may name a journey, a window and a half-life, and whether any of them was named: if none was, each conversion
    /// is credited by the version of the organisation's settings that holds for its day.
    pub(crate) fn of_page(
        journey: Option<JourneyBody>,
        window: Option<&str>,
        half_life: Option<&str>,
        defaults: &Settings,
    ) -> Result<(Settings, bool), Problem> {
        let named = Self { journey, ..Self::default() };
        let named = named.with_durations(window, half_life)?;
        let is_changed = !named.is_empty();
        Ok((named.over(defaults, "")?, is_changed))
    }

    /// Whether nothing differs: then each conversion is credited by the version of the organisation's settings that holds for its day.
    pub(crate) const fn is_empty(&self) -> bool {
        matches!(
            self,
            Self {
                window_seconds: None,
                windows: None,
                calendar_days_in: None,
                journey: None,
                counted: None,
                direct: None,
                direct_channels: None,
                ignored_channels: None,
                half_life_seconds: None,
                position: None,
                conversion_types: None,
                milestones: None,
                revenue: None,
                custom: None,
            }
        )
    }

    /// These settings over the organisation's. `at` is the pointer of this object in the body.
    pub(crate) fn over(self, defaults: &Settings, at: &str) -> Result<Settings, Problem> {
        let own = defaults.clone();
        let settings = Settings {
            window_seconds: self.window_seconds.unwrap_or(own.window_seconds),
            windows: self
                .windows
                .map_or(own.windows, |windows| windows.into_iter().map(WindowRule::from).collect()),
            calendar_days_in: self
                .calendar_days_in
                .map_or(own.calendar_days_in, |zone| Some(zone).filter(|zone| !zone.is_empty())),
            journey: self.journey.map_or(own.journey, Journey::from),
            counted: self.counted.map_or(own.counted, Counted::from),
            direct: self.direct.map_or(own.direct, Direct::from),
            direct_channels: self.direct_channels.unwrap_or(own.direct_channels),
            ignored_channels: self.ignored_channels.unwrap_or(own.ignored_channels),
            half_life_seconds: self.half_life_seconds.unwrap_or(own.half_life_seconds),
            position: self.position.unwrap_or(own.position),
            conversion_types: self.conversion_types.unwrap_or(own.conversion_types),
            milestones: self.milestones.map_or(own.milestones, MilestoneNames::from),
            revenue: self.revenue.map_or(own.revenue, RevenueDefinition::from),
            custom: self.custom.map_or(own.custom, CustomWeights::from),
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

impl From<Settings> for UsedSettingsBody {
    fn from(settings: Settings) -> Self {
        Self {
            window_seconds: settings.window_seconds,
            windows: settings.windows.into_iter().map(WindowRuleBody::from).collect(),
            calendar_days_in: settings.calendar_days_in,
            journey: match settings.journey {
                Journey::Rolling => JourneyBody::Rolling,
                Journey::Closed => JourneyBody::Closed,
            },
            counted: settings.counted.into(),
            direct: settings.direct.into(),
            direct_channels: settings.direct_channels,
            ignored_channels: settings.ignored_channels,
            half_life_seconds: settings.half_life_seconds,
            position: settings.position,
            conversion_types: settings.conversion_types,
            milestones: settings.milestones.into(),
            revenue: settings.revenue.into(),
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
            ModelBody::LastNonDirect => Self::LastNonDirect,
            ModelBody::JShaped => Self::JShaped,
            ModelBody::InverseJ => Self::InverseJ,
            ModelBody::WShaped => Self::WShaped,
            ModelBody::FullPath => Self::FullPath,
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
            Model::LastNonDirect => Self::LastNonDirect,
            Model::JShaped => Self::JShaped,
            Model::InverseJ => Self::InverseJ,
            Model::WShaped => Self::WShaped,
            Model::FullPath => Self::FullPath,
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

impl From<DateBasis> for DateBasisBody {
    fn from(basis: DateBasis) -> Self {
        match basis {
            DateBasis::Conversion => Self::Conversion,
            DateBasis::Touch => Self::Touch,
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
