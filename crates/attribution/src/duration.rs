//! Durations as people write them.

use crate::Error;

/// Seconds of `30d`, `12h`, `90m` or `3600s`. A day is 86,400 s, whatever the clocks do: windows are elapsed time.
///
/// Only whole, unsigned numbers: what a window may be is decided by [`crate::Settings::validate`].
pub fn parse_duration(text: &str) -> Result<i64, Error> {
    let refuse = || Error::Duration { text: text.to_owned() };
    let trimmed = text.trim();
    let unit = trimmed.chars().next_back().ok_or_else(refuse)?;
    let seconds_per_unit = match unit {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        's' => 1,
        _ => return Err(refuse()),
    };
    let digits = &trimmed[..trimmed.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refuse());
    }
    digits
        .parse::<i64>()
        .ok()
        .and_then(|number| number.checked_mul(seconds_per_unit))
        .ok_or_else(refuse)
}

/// The shortest spelling that [`parse_duration`] reads back: `30d`, `36h`.
pub fn format_duration(seconds: i64) -> String {
    match [(86_400, 'd'), (3_600, 'h'), (60, 'm')]
        .into_iter()
        .find(|(length, _)| seconds != 0 && seconds % length == 0)
    {
        Some((length, unit)) => format!("{}{unit}", seconds / length),
        None => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests;
