//! The question that the pages of cohorts and retention share.

use semantic::acquired::{AcquisitionQuestion, Source};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ask::Defaults;
use crate::attribution_body::{JourneyBody, ModelBody, SettingsBody};
use crate::problem::Problem;
use crate::table::GrainBody;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AcquisitionParameters {
    /// What won the customers: `channel` (the default), `campaign`, `source`, `asset`, `country`, `device` or `interaction_type`.
    pub(crate) by: Option<String>,
    /// Which touch of the first order won the customer; first touch if absent. Models that share credit share customers as well.
    #[param(inline)]
    pub(crate) model: Option<ModelBody>,
    /// Length of a cohort: `week`, `month` (the default) or `quarter`.
    #[param(inline)]
    pub(crate) grain: Option<GrainBody>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    pub(crate) zone: Option<String>,
    /// First day of first orders, included, as YYYY-MM-DD. Without days: all time.
    pub(crate) from: Option<String>,
    /// Last day, included.
    pub(crate) to: Option<String>,
    /// Longest age of a touch that may have won the customer: `30d`; the organisation's own if absent.
    pub(crate) window: Option<String>,
    #[param(inline)]
    pub(crate) journey: Option<JourneyBody>,
    /// Half-life of the time-decay model: `7d`.
    pub(crate) half_life: Option<String>,
    /// Sources that are shown each for itself, by customers: 12 if absent, at most 100. The others are one row.
    pub(crate) limit: Option<usize>,
}

/// What won customers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcquisitionSource)]
pub(crate) struct SourceBody {
    /// The dimension's value; null where the touch has none, for unattributed customers and for the rest.
    key: Option<String>,
    /// The value's name, where it has one beside it.
    name: Option<String>,
    /// No touch was eligible for the first order.
    is_unattributed: bool,
    /// All sources together that are not shown.
    is_rest: bool,
}

impl AcquisitionParameters {
    pub(crate) fn into_question(self, defaults: &Defaults) -> Result<AcquisitionQuestion, Problem> {
        let settings = SettingsBody {
            journey: self.journey,
            ..SettingsBody::default()
        };
        let settings = settings.with_durations(self.window.as_deref(), self.half_life.as_deref())?;
        // What the question changes holds for all history; otherwise each conversion has the version of its time.
        let settings = if settings.is_empty() {
            None
        } else {
            Some(settings.over(&defaults.attribution, "")?)
        };
        Ok(AcquisitionQuestion {
            by: self.by,
            model: self.model.map(Into::into),
            grain: self.grain.map(Into::into),
            zone: self.zone,
            from: self.from,
            to: self.to,
            settings,
            limit: self.limit,
        })
    }
}

impl From<Source> for SourceBody {
    fn from(source: Source) -> Self {
        Self {
            key: source.key,
            name: source.name,
            is_unattributed: source.is_unattributed,
            is_rest: source.is_rest,
        }
    }
}
