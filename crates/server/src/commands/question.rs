//! What `attribute` and `report` have in common: settings from flags, and refusals in words.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use attribution::{CustomWeights, Journey, Settings};
use semantic::QueryError;

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
}

impl Credit {
    /// The organisation's settings with what the flags change.
    pub(crate) fn settings(&self, own: Settings) -> Result<Settings> {
        let mut settings = own;
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
        Ok(settings)
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
