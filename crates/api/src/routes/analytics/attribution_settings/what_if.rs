//! What other settings would do, before they are saved.

use std::sync::Arc;

use attribution::Model;
use axum::Json;
use axum::extract::State;
use semantic::attribution_table::{AttributionQuestion, attribution_table, tried_beside};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::calculate_attribution::AttributionTableBody;
use crate::ask::{Defaults, ask};
use crate::attribution_body::{ModelBody, SettingsBody};
use crate::day_range;
use crate::gate::Caller;
use crate::known_channels;
use crate::problem::Problem;
use crate::request::Body;
use crate::state::Shared;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhatIf)]
pub(crate) struct WhatIfBody {
    /// What differs from the newest version.
    settings: SettingsBody,
    /// The six standard models if absent.
    models: Option<Vec<ModelBody>>,
    /// Dimensions of the touch: `channel` if absent.
    by: Option<Vec<String>>,
    /// First day, included, as YYYY-MM-DD; the last 28 full days without days.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    zone: Option<String>,
}

/// The same question under the saved settings and under the tried ones, from one pass over one data version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatIfAnswer)]
pub(crate) struct AnswerBody {
    before: AttributionTableBody,
    after: AttributionTableBody,
}

/// Show what a change of the settings would do to credit, without saving it.
#[utoipa::path(
    post, path = "/api/analytics/attribution/settings/what-if", operation_id = "attribution_settings_what_if", tag = "analytics",
    request_body = WhatIfBody,
    responses((status = 200, description = "Credit before and after", body = AnswerBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller, Body(body): Body<WhatIfBody>) -> Result<Json<AnswerBody>, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let settings = body.settings.over(&defaults.attribution, "/settings")?;
    known_channels::check(&shared, &caller, &settings, &defaults.attribution, "/settings").await?;
    let zone = body.zone.as_deref().unwrap_or(&defaults.zone);
    let (from, to) = day_range::resolve(body.from, body.to, zone, shared.app.clock.now())?;
    let (variants, sides) = tried_beside(&defaults.history, settings.clone());
    let mut by = body.by.unwrap_or_else(|| vec!["channel".to_owned()]);
    by.push("settings_version".to_owned());
    let models = body
        .models
        .map_or_else(|| Model::STANDARD.to_vec(), |models| models.into_iter().map(Model::from).collect());
    let question = AttributionQuestion {
        by,
        models,
        variants,
        from: Some(from),
        to: Some(to),
        zone: body.zone,
        ..AttributionQuestion::default()
    };
    let prepared = attribution_table(&question, &defaults.organization())?;
    let raw = ask(&shared, &caller.context, prepared.plan()).await?;
    let mut tables = prepared.finish_versions(raw, &sides).into_iter();
    let mut next = |settings: &attribution::Settings| {
        let table = tables
            .next()
            .ok_or_else(|| Problem::new(crate::problem::Code::Internal, "A table of the comparison is missing."))?;
        AttributionTableBody::new(table, settings.clone().into())
    };
    Ok(Json(AnswerBody {
        before: next(&defaults.attribution)?,
        after: next(&settings)?,
    }))
}
