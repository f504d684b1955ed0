//! The organisation's attribution settings: shown, saved as a new version, their history, and what a change would do.

pub(in crate::routes) mod history;
pub(in crate::routes) mod save;
pub(in crate::routes) mod show;
pub(in crate::routes) mod what_if;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use metastore::SavedSettings;
use serde::Serialize;
use utoipa::ToSchema;

use crate::attribution_body::UsedSettingsBody;
use crate::problem::Problem;

/// A version of the settings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SettingsVersion)]
pub(crate) struct VersionBody {
    /// From 1; 0 for the defaults, where nothing was saved.
    version: i64,
    settings: UsedSettingsBody,
    /// First day whose conversions it is for, in the organisation's zone; null: all history.
    applies_from: Option<String>,
    /// RFC 3339.
    saved_at: Option<String>,
    /// Id of the person, or `system` for the command line.
    saved_by: Option<String>,
    note: Option<String>,
}

impl VersionBody {
    fn defaults() -> Self {
        Self {
            version: 0,
            settings: attribution::Settings::default().into(),
            applies_from: None,
            saved_at: None,
            saved_by: None,
            note: None,
        }
    }

    fn new(saved: SavedSettings, zone: &str) -> Result<Self, Problem> {
        let read = semantic::settings_history::read_settings(saved.version, &saved.json, saved.applies_from);
        Ok(Self {
            version: saved.version,
            settings: read.map_err(|error| Problem::internal(&error))?.settings.into(),
            applies_from: saved.applies_from.map(|instant| day(instant, zone)),
            saved_at: Some(saved.saved_at.to_string()),
            saved_by: saved.saved_by,
            note: saved.note,
        })
    }
}

fn day(instant: Timestamp, zone: &str) -> String {
    let zone = types::date_range::parse_zone(zone).unwrap_or(TimeZone::UTC);
    zone.to_datetime(instant).date().to_string()
}
