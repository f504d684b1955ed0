//! An organisation's saved attribution settings, read from their JSON.

use attribution::{Saved, Settings};
use jiff::Timestamp;

/// What is wrong with a stored version.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("the attribution settings, version {version}, cannot be read: {source}")]
    Json { version: i64, source: serde_json::Error },
    #[error("the attribution settings, version {version}, are not valid: {source}")]
    Invalid { version: i64, source: attribution::Error },
}

/// Reads a version: its number, JSON, and the first instant whose conversions it is for.
pub fn read_settings(version: i64, json: &str, from: Option<Timestamp>) -> Result<Saved, SettingsError> {
    let settings: Settings = serde_json::from_str(json).map_err(|source| SettingsError::Json { version, source })?;
    settings.validate().map_err(|source| SettingsError::Invalid { version, source })?;
    Ok(Saved {
        version,
        from: from.map(Timestamp::as_microsecond),
        settings,
    })
}
