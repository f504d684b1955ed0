//! What a calculation of credit can be asked for. Two equal settings give equal credit; they are part of every cache key.

mod custom;
mod milestone_names;
mod revenue;
mod window_rule;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use custom::CustomWeights;
pub use milestone_names::MilestoneNames;
pub use revenue::{Parts, RevenueDefinition};
pub use window_rule::WindowRule;

use crate::{Error, Model};

/// Longest window and half-life: a hundred years. Keeps every age an exact double in microseconds.
pub const SECONDS_MAX: i64 = 100 * 366 * 86_400;
pub(crate) const SECONDS_PER_DAY: i64 = 86_400;
/// More rules than anybody can read.
const RULES_MAX: usize = 200;

/// Bounds of a weight that is not zero, so that no product of weights overflows or vanishes.
const WEIGHT_MIN: f64 = 1e-9;
const WEIGHT_MAX: f64 = 1e9;

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

/// Which of a customer's conversions of one type are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    #[default]
    Every,
    /// Only the customer's first.
    First,
    /// Only the customer's last known so far.
    Last,
}

/// What a direct visit is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direct {
    /// It never replaces a touch whose origin is known: it is credited only where a journey has nothing else (GA4, SourceMedium).
    #[default]
    OnlyAlone,
    /// It is a touch like any other.
    Counts,
}

/// Settings of one calculation of credit. Durations are exact seconds, so that a day with 23 hours changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Longest age of a touch that is still eligible, in seconds; an age of exactly this many seconds is inside.
    pub window_seconds: i64,
    /// Windows of some channels, interactions or conversion types; the first rule that fits decides.
    pub windows: Vec<WindowRule>,
    /// An IANA zone: windows count whole calendar days of this zone instead of seconds. With a window of n days a touch is eligible from
    /// the first instant of the day that is n days before the conversion's (Snowplow, GA).
    pub calendar_days_in: Option<String>,
    pub journey: Journey,
    pub counted: Counted,
    pub direct: Direct,
    /// Channels that are direct visits.
    pub direct_channels: Vec<String>,
    /// Channels that are never credited: payment providers' return visits.
    pub ignored_channels: Vec<String>,
    /// Half-life of time decay, in seconds; positive.
    pub half_life_seconds: i64,
    /// Shares of first, middle and last touch under the position-based model; non-negative, not all zero.
    pub position: [f64; 3],
    /// Conversion types that are counted; `purchase` unless the organisation says otherwise.
    pub conversion_types: Vec<String>,
    pub milestones: MilestoneNames,
    pub revenue: RevenueDefinition,
    pub custom: CustomWeights,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            window_seconds: 30 * SECONDS_PER_DAY,
            windows: Vec::new(),
            calendar_days_in: None,
            journey: Journey::Rolling,
            counted: Counted::Every,
            direct: Direct::OnlyAlone,
            direct_channels: vec!["Direct".to_owned()],
            ignored_channels: ["(payment provider)", "(internal)"].map(str::to_owned).to_vec(),
            half_life_seconds: 7 * SECONDS_PER_DAY,
            position: [0.4, 0.2, 0.4],
            conversion_types: vec!["purchase".to_owned()],
            milestones: MilestoneNames::default(),
            revenue: RevenueDefinition::default(),
            custom: CustomWeights::default(),
        }
    }
}

impl Settings {
    /// Refuses what no calculation could honour, naming the field and the remedy.
    pub fn validate(&self) -> Result<(), Error> {
        if !(1..=SECONDS_MAX).contains(&self.window_seconds) {
            return refuse(
                "window_seconds",
                self.window_seconds,
                "use at least one second, and at most a hundred years",
            );
        }
        if self.windows.len() > RULES_MAX {
            return refuse("windows", self.windows.len(), "use at most 200 rules");
        }
        for (at, rule) in self.windows.iter().enumerate() {
            rule.validate(at)?;
        }
        self.validate_calendar()?;
        for (name, names) in [("direct_channels", &self.direct_channels), ("ignored_channels", &self.ignored_channels)] {
            if names.iter().any(|name| name.trim().is_empty()) {
                return refuse(name, "blank", "remove the blank name");
            }
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

    fn validate_calendar(&self) -> Result<(), Error> {
        let Some(zone) = &self.calendar_days_in else { return Ok(()) };
        if TimeZone::get(zone).is_err() {
            return refuse(
                "calendar_days_in",
                zone,
                "use a name of the IANA time zone database, such as Europe/Berlin",
            );
        }
        let windows = self.windows.iter().map(|rule| rule.window_seconds);
        match windows.chain([self.window_seconds]).find(|seconds| seconds % SECONDS_PER_DAY != 0) {
            None => Ok(()),
            Some(seconds) => refuse(
                "window_seconds",
                seconds,
                "calendar days need windows of whole days (multiples of 86400 seconds), or leave calendar_days_in out",
            ),
        }
    }

    /// The code under which [`crate::Event`] names a conversion type; none for a type that is not counted.
    pub fn conversion_type_code(&self, name: &str) -> Option<u32> {
        self.conversion_types
            .iter()
            .position(|counted| counted == name)
            .and_then(|at| u32::try_from(at).ok())
    }

    /// The window of a touch for a conversion, in seconds.
    pub fn window(&self, channel: Option<&str>, interaction: Option<&str>, conversion_type: &str) -> i64 {
        let rule = self.windows.iter().find(|rule| rule.fits(channel, interaction, conversion_type));
        rule.map_or(self.window_seconds, |rule| rule.window_seconds)
    }

    /// Whether channel and interaction type of touches matter to their eligibility, or to these models: if not,
    /// [`crate::Customer::classes`] may stay empty.
    pub fn reads_classes(&self, models: &[Model]) -> bool {
        let is_by_touch = |rule: &WindowRule| rule.channel.is_some() || rule.interaction.is_some();
        let knows_direct = !self.direct_channels.is_empty() && (self.direct == Direct::OnlyAlone || models.contains(&Model::LastNonDirect));
        self.windows.iter().any(is_by_touch) || !self.ignored_channels.is_empty() || knows_direct
    }

    /// The same settings without direct and ignored channels that no touch has: they give the same credit, and less is read for it.
    #[must_use]
    pub fn without_absent_channels(mut self, may_exist: impl Fn(&str) -> bool) -> Self {
        self.direct_channels.retain(|name| may_exist(name));
        self.ignored_channels.retain(|name| may_exist(name));
        self
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

#[cfg(test)]
mod tests;
