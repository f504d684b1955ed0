//! What questions have in common: settings and days from flags, refusals, rates and durations in words.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use attribution::{CustomWeights, Journey, Model, Settings};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use semantic::QueryError;
use semantic::query::DateBasis;

#[derive(Debug, clap::Args)]
pub(crate) struct Credit {
    /// Longest age of a touch that counts: 30d, 12h, 90m or 3600s.
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    window: Option<String>,
    /// Whether a touch may count again for a later order (rolling) or an order ends the journey (closed).
    #[arg(long, value_name = "rolling|closed")]
    journey: Option<String>,
    /// Half-life of time decay.
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    half_life: Option<String>,
    /// Conversion types that count, separated by commas.
    #[arg(long, value_name = "TYPES", value_delimiter = ',')]
    conversions: Vec<String>,
    /// YAML file with the weights of the custom model: first, middle, last, channels, interactions, half_life_seconds.
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// YAML file with attribution settings, as `tributary settings show` prints them; what it does not name stays the organisation's.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

/// Days of a range that nobody chose: four whole weeks, so that every weekday counts equally often.
const DAYS_DEFAULT: i64 = 28;

#[derive(Debug, clap::Args)]
pub(crate) struct Days {
    /// First day, included (YYYY-MM-DD); the last 28 full days without both.
    #[arg(long, value_name = "DAY", requires = "to")]
    from: Option<String>,
    /// Last day, included.
    #[arg(long, value_name = "DAY", requires = "from")]
    to: Option<String>,
    /// Zone in which days are cut; the organisation's own without it.
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
}

impl Days {
    /// First and last day.
    pub(crate) fn resolve(&self, zone: &str, now: Timestamp) -> (String, String) {
        if let (Some(from), Some(to)) = (&self.from, &self.to) {
            return (from.clone(), to.clone());
        }
        let zone = types::date_range::parse_zone(zone).unwrap_or(TimeZone::UTC);
        let today = zone.to_datetime(now).date();
        (
            today.saturating_sub(DAYS_DEFAULT.days()).to_string(),
            today.saturating_sub(1.day()).to_string(),
        )
    }
}

impl Credit {
    /// The window as it was written.
    pub(crate) fn window(&self) -> Option<&str> {
        self.window.as_deref()
    }

    /// The organisation's newest settings with what the flags change, for all history; none if they change nothing.
    pub(crate) fn settings(&self, own: &Settings) -> Result<Option<Settings>> {
        let Self {
            window,
            journey,
            half_life,
            conversions,
            weights,
            settings,
        } = self;
        if window.is_none() && journey.is_none() && half_life.is_none() && conversions.is_empty() && weights.is_none() && settings.is_none() {
            return Ok(None);
        }
        let mut settings = match &self.settings {
            Some(file) => read_settings(file, own)?,
            None => own.clone(),
        };
        if let Some(text) = &self.window {
            settings.window_seconds = attribution::parse_duration(text).context("--window")?;
        }
        if let Some(text) = &self.half_life {
            settings.half_life_seconds = attribution::parse_duration(text).context("--half-life")?;
        }
        match self.journey.as_deref() {
            None => {}
            Some("rolling") => settings.journey = Journey::Rolling,
            Some("closed") => settings.journey = Journey::Closed,
            Some(other) => bail!("--journey: `{other}` is not a kind of journey: use rolling or closed"),
        }
        if !self.conversions.is_empty() {
            settings.conversion_types.clone_from(&self.conversions);
        }
        if let Some(file) = &self.weights {
            let text = std::fs::read_to_string(file).with_context(|| format!("--weights: {} cannot be read", file.display()))?;
            settings.custom = serde_norway::from_str::<CustomWeights>(&text).with_context(|| format!("--weights: {}", file.display()))?;
        }
        settings.validate()?;
        Ok(Some(settings))
    }
}

/// The settings of a file over the organisation's.
pub(crate) fn read_settings(file: &Path, own: &Settings) -> Result<Settings> {
    let text = std::fs::read_to_string(file).with_context(|| format!("--settings: {} cannot be read", file.display()))?;
    let changes: serde_json::Map<String, serde_json::Value> =
        serde_norway::from_str(&text).with_context(|| format!("--settings: {}", file.display()))?;
    let mut all = serde_json::to_value(own)?;
    let fields = all.as_object_mut().expect("settings are an object");
    fields.extend(changes);
    let settings: Settings = serde_json::from_value(all).with_context(|| format!("--settings: {}", file.display()))?;
    settings.validate()?;
    Ok(settings)
}

pub(crate) fn date_basis(text: &str) -> Result<DateBasis> {
    match text {
        "conversion" => Ok(DateBasis::Conversion),
        "touch" => Ok(DateBasis::Touch),
        other => bail!("--date-basis: `{other}` is not a date basis: use conversion or touch"),
    }
}

/// A share with one digit; `—` for none.
pub(crate) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "—".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// In days, or hours below two of them; `—` for none.
pub(crate) fn duration(seconds: Option<f64>) -> String {
    match seconds {
        None => "—".to_owned(),
        Some(seconds) if seconds < 2.0 * 86_400.0 => format!("{:.1} h", seconds / 3_600.0),
        Some(seconds) => format!("{:.1} d", seconds / 86_400.0),
    }
}

/// The one model that a question is about.
pub(crate) fn one_model(text: &str) -> Result<Model> {
    match Model::parse_list(text)?.as_slice() {
        [model] => Ok(*model),
        _ => bail!("--model: name one model, such as linear"),
    }
}

/// A refusal, one line a problem, each with place and remedy.
pub(crate) fn refusal(error: &QueryError) -> anyhow::Error {
    let lines = error.problems.iter().map(|problem| {
        let remedy = problem
            .suggestion
            .as_ref()
            .map(|suggestion| format!(" (did you mean `{suggestion}`?)"))
            .unwrap_or_default();
        format!(
            "{}: {}{remedy}",
            problem.pointer.trim_start_matches('/').replace('/', " "),
            problem.message
        )
    });
    anyhow::anyhow!("{}", lines.collect::<Vec<_>>().join("\n       "))
}
