//! A new version of the settings.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use metastore::NewSettings;
use serde::Deserialize;
use utoipa::ToSchema;

use super::VersionBody;
use crate::ask::Defaults;
use crate::attribution_body::SettingsBody;
use crate::gate::Caller;
use crate::known_channels;
use crate::problem::{Code, Problem};
use crate::request::Body;
use crate::state::Shared;

/// Longest note.
const NOTE_MAX: usize = 1_000;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SaveAttributionSettings)]
pub(crate) struct SaveBody {
    /// What differs from the newest version.
    settings: SettingsBody,
    /// First day, as YYYY-MM-DD in the organisation's zone, whose conversions the new version is for; absent: all history.
    from: Option<String>,
    /// Why, for those who read the history.
    note: Option<String>,
    /// The version that was changed; refused with 409 if somebody saved another one in the meantime.
    based_on: Option<i64>,
}

/// Save the attribution settings as a new version, from a day on or for all history. Credit follows at once; earlier versions are kept.
#[utoipa::path(
    post, path = "/api/analytics/attribution/settings", operation_id = "save_attribution_settings", tag = "analytics", request_body = SaveBody,
    responses((status = 201, description = "The new version", body = VersionBody))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Body(body): Body<SaveBody>,
) -> Result<(StatusCode, Json<VersionBody>), Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let settings = body.settings.over(&defaults.attribution, "/settings")?;
    known_channels::check(&shared, &caller, &settings, &defaults.attribution, "/settings").await?;
    let applies_from = body.from.as_deref().map(|day| first_instant(day, &defaults.zone)).transpose()?;
    if body.note.as_ref().is_some_and(|note| note.chars().count() > NOTE_MAX) {
        return Err(Problem::invalid_field(
            "/note",
            "too-long",
            format!("write at most {NOTE_MAX} characters"),
        ));
    }
    let json = serde_json::to_string(&settings).map_err(|error| Problem::internal(&error))?;
    let new = NewSettings {
        json: &json,
        applies_from,
        note: body.note.as_deref(),
        based_on: body.based_on,
    };
    let saved = shared
        .app
        .metastore
        .save_attribution_settings(&caller.context, new, shared.app.clock.now())
        .await;
    match saved {
        Ok(_) => {}
        Err(error @ metastore::Error::SettingsChanged { .. }) => return Err(Problem::new(Code::Conflict, error.to_string())),
        Err(error) => return Err(error.into()),
    }
    let newest = shared.app.metastore.attribution_settings(&caller.context).await?.pop();
    let newest = newest.ok_or_else(|| Problem::new(Code::Internal, "The settings were saved and are not there."))?;
    Ok((StatusCode::CREATED, Json(VersionBody::new(newest, &defaults.zone)?)))
}

fn first_instant(day: &str, zone: &str) -> Result<jiff::Timestamp, Problem> {
    let refuse = |message: String| Problem::invalid_field("/from", "invalid-day", message);
    let date: Date = day.parse().map_err(|_| refuse(format!("`{day}` is not a day: write it as YYYY-MM-DD")))?;
    let zone = types::date_range::parse_zone(zone).unwrap_or(TimeZone::UTC);
    let start = date.to_zoned(zone).map_err(|error| refuse(error.to_string()))?;
    Ok(start.timestamp())
}
