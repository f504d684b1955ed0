//! The longest window of some settings: beyond it, no conversion credits a touch.

use attribution::{Settings, Variant};

const DAY_SECONDS: i64 = 86_400;

/// In seconds, over all rules, channels and versions. Windows of calendar days reach up to a day further than as many times 24 hours.
pub(crate) fn longest_seconds(settings: &Settings, history: &[Variant]) -> i64 {
    let of_version = |settings: &Settings| {
        let rules = settings.windows.iter().map(|rule| rule.window_seconds);
        let longest = rules.chain([settings.window_seconds]).max().unwrap_or(0);
        longest.saturating_add(if settings.calendar_days_in.is_some() { DAY_SECONDS } else { 0 })
    };
    let versions = history.iter().map(|variant| of_version(&variant.settings));
    versions.chain([of_version(settings)]).max().unwrap_or(0)
}
