//! Windows that differ by channel, interaction type or conversion type.

use serde::{Deserialize, Serialize};

use super::{SECONDS_MAX, refuse};
use crate::Error;

/// A window for some touches and conversions. What a rule does not name, it fits. Rules are read in order: the first that fits decides;
/// where none does, the settings' own window holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowRule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// `click`, `view`, `engaged_view`, `open` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion_type: Option<String>,
    /// Longest age, as in [`super::Settings::window_seconds`]; 0: such touches are never credited.
    pub window_seconds: i64,
}

impl WindowRule {
    pub fn fits(&self, channel: Option<&str>, interaction: Option<&str>, conversion_type: &str) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| wanted.as_deref().is_none_or(|wanted| found == Some(wanted));
        is(&self.channel, channel) && is(&self.interaction, interaction) && is(&self.conversion_type, Some(conversion_type))
    }

    pub(super) fn validate(&self, at: usize) -> Result<(), Error> {
        for (name, text) in [
            ("channel", &self.channel),
            ("interaction", &self.interaction),
            ("conversion_type", &self.conversion_type),
        ] {
            if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
                return refuse(&format!("windows[{at}].{name}"), "blank", "name it, or leave it out for all");
            }
        }
        if !(0..=SECONDS_MAX).contains(&self.window_seconds) {
            return refuse(
                &format!("windows[{at}].window_seconds"),
                self.window_seconds,
                "use at least one second and at most a hundred years, or 0 for touches that are never credited",
            );
        }
        Ok(())
    }
}
