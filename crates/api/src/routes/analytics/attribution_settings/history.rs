//! All versions of the settings.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::VersionBody;
use crate::ask::Defaults;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::state::Shared;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SettingsHistory)]
pub(crate) struct HistoryBody {
    /// Newest first.
    versions: Vec<VersionBody>,
    /// Which version credits which conversions, in order of time.
    periods: Vec<PeriodBody>,
    /// Zone of the days.
    zone: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SettingsPeriod)]
struct PeriodBody {
    version: i64,
    /// First day; null: from the beginning.
    from: Option<String>,
    /// First day that is no longer in it; null: open.
    until: Option<String>,
}

/// Every version that was ever saved, and which one credits which days: a credit is always explained by the version that made it.
#[utoipa::path(
    get, path = "/api/analytics/attribution/settings/history", operation_id = "attribution_settings_history", tag = "analytics",
    responses((status = 200, description = "All versions", body = HistoryBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller) -> Result<Json<HistoryBody>, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let saved = shared.app.metastore.attribution_settings(&caller.context).await?;
    let versions = saved.into_iter().rev().map(|saved| VersionBody::new(saved, &defaults.zone));
    let day = |micros: i64| {
        jiff::Timestamp::from_microsecond(micros)
            .ok()
            .filter(|_| micros != i64::MIN && micros != i64::MAX)
            .map(|instant| super::day(instant, &defaults.zone))
    };
    let periods = defaults.history.iter().map(|variant| PeriodBody {
        version: variant.version,
        from: day(variant.interval.start),
        until: day(variant.interval.end),
    });
    Ok(Json(HistoryBody {
        versions: versions.collect::<Result<_, _>>()?,
        periods: periods.collect(),
        zone: defaults.zone.clone(),
    }))
}
