//! What the three questions about paths have in common: days, window, journey, steps; and the figures that their answers share.

use jiff::Timestamp;
use semantic::PathStep;
use semantic::paths::{self, Figures, PathQuestion, Summary};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ask::Defaults;
use crate::attribution_body::{JourneyBody, SettingsBody, UsedSettingsBody};
use crate::day_range;
use crate::problem::Problem;

/// What of a touch is a step of the path.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PathStep)]
pub(super) enum StepBody {
    Channel,
    /// The campaign's name.
    Campaign,
    /// The data source.
    Source,
    /// Channel and interaction, as in `Paid Search (click)`.
    Interaction,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PathParameters {
    /// First day, included, as YYYY-MM-DD. Without days: the last 28 full days. A conversion belongs to its own day, a path without one
    /// to the day of its last touch.
    pub(super) from: Option<String>,
    /// Last day, included.
    pub(super) to: Option<String>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    pub(super) zone: Option<String>,
    /// Longest age of a touch that is still on a path: `30d`; the organisation's own if absent.
    pub(super) window: Option<String>,
    #[param(inline)]
    pub(super) journey: Option<JourneyBody>,
    /// The type of conversion that paths lead to; those that the organisation counts if absent.
    pub(super) conversion_type: Option<String>,
    /// Channels if absent.
    #[param(inline)]
    pub(super) step: Option<StepBody>,
    /// Rows that are named one by one.
    pub(super) limit: Option<u32>,
}

/// Days as they are meant, and the question.
pub(super) struct Resolved {
    pub(super) question: PathQuestion,
    pub(super) scope: ScopeBody,
    /// What the clock decided.
    pub(super) days: String,
}

/// What an answer about paths was asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PathScope)]
pub(super) struct ScopeBody {
    /// First day, included.
    from: String,
    /// Last day, included.
    to: String,
    zone: String,
    /// The reporting currency.
    currency: String,
    step: StepBody,
    settings: UsedSettingsBody,
}

/// How many rows: where nobody says, and at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) default: u32,
    pub(super) max: u32,
}

impl PathParameters {
    pub(super) fn resolve(self, defaults: &Defaults, limits: Limits, is_collapsed: bool, now: Timestamp) -> Result<Resolved, Problem> {
        let settings = SettingsBody {
            journey: self.journey,
            conversion_types: self.conversion_type.map(|name| vec![name]),
            ..SettingsBody::default()
        }
        .with_durations(self.window.as_deref(), None)?
        .over(&defaults.attribution, "")?;
        let zone = self.zone.unwrap_or_else(|| defaults.zone.clone());
        let (from, to) = day_range::resolve(self.from, self.to, &zone, now)?;
        let step = self.step.unwrap_or(StepBody::Channel);
        let question = PathQuestion {
            settings: settings.clone(),
            step: step.into(),
            range: paths::range(Some(&from), Some(&to), &zone)?,
            is_collapsed,
            limit: paths::limit(self.limit, limits.default, limits.max)?,
        };
        Ok(Resolved {
            question,
            days: format!("{from} {to}"),
            scope: ScopeBody {
                from,
                to,
                zone,
                currency: defaults.currency.as_str().to_owned(),
                step,
                settings: settings.into(),
            },
        })
    }
}

/// Paths of one kind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PathFigures)]
pub(super) struct FiguresBody {
    conversions: i64,
    /// Sales less their refunds, in the reporting currency.
    revenue: String,
    /// Paths that led to no conversion.
    not_converted: i64,
    /// Conversions among all of these paths.
    conversion_rate: Option<f64>,
}

/// All paths of the range. Attributed and unattributed conversions are all conversions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PathSummary)]
pub(super) struct SummaryBody {
    conversions: i64,
    revenue: String,
    /// Conversions with at least one touch in the window.
    attributed_conversions: i64,
    attributed_revenue: String,
    unattributed_conversions: i64,
    unattributed_revenue: String,
    /// Paths that led to no conversion.
    not_converted: i64,
    /// Conversions with a touch among all paths.
    conversion_rate: Option<f64>,
    /// Touches of a conversion that has any.
    average_touches: Option<f64>,
    /// Days from the first touch to the conversion.
    average_days: Option<f64>,
    /// Days from the last touch to the conversion.
    average_days_of_last: Option<f64>,
}

impl From<Figures> for FiguresBody {
    fn from(figures: Figures) -> Self {
        let Figures {
            conversions,
            revenue,
            not_converted,
            conversion_rate,
        } = figures;
        Self {
            conversions,
            revenue,
            not_converted,
            conversion_rate,
        }
    }
}

impl From<Summary> for SummaryBody {
    fn from(summary: Summary) -> Self {
        let Summary {
            conversions,
            revenue,
            attributed_conversions,
            attributed_revenue,
            unattributed_conversions,
            unattributed_revenue,
            not_converted,
            conversion_rate,
            average_touches,
            average_days,
            average_days_of_last,
        } = summary;
        Self {
            conversions,
            revenue,
            attributed_conversions,
            attributed_revenue,
            unattributed_conversions,
            unattributed_revenue,
            not_converted,
            conversion_rate,
            average_touches,
            average_days,
            average_days_of_last,
        }
    }
}

impl From<StepBody> for PathStep {
    fn from(step: StepBody) -> Self {
        match step {
            StepBody::Channel => Self::Channel,
            StepBody::Campaign => Self::Campaign,
            StepBody::Source => Self::Source,
            StepBody::Interaction => Self::Interaction,
        }
    }
}
