//! Models and settings side by side.

use std::sync::Arc;

use attribution::{Model, Settings, Variant};
use axum::Json;
use axum::extract::State;
use semantic::Filter;
use semantic::attribution_table::{AttributionQuestion, attribution_table};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calculate_attribution::AttributionTableBody;
use crate::ask::{Defaults, ask};
use crate::attribution_body::{DateBasisBody, ModelBody, SettingsBody};
use crate::gate::Caller;
use crate::known_channels;
use crate::problem::Problem;
use crate::request::Body;
use crate::routes::reports::query::FilterBody;
use crate::state::Shared;

/// More settings than anybody can compare.
const SETTINGS_MAX: usize = 24;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CompareAttribution)]
pub(crate) struct CompareBody {
    /// All rule-based models if absent.
    models: Option<Vec<ModelBody>>,
    /// Dimensions of the touch: `channel` (the default), `campaign`, `asset` …
    by: Option<Vec<String>>,
    /// What is compared: at least one. Each differs from the organisation's newest settings in what it names.
    settings: Vec<ComparedBody>,
    /// First day, included, as YYYY-MM-DD; all time without days.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    filters: Vec<FilterBody>,
    #[serde(default)]
    date_basis: DateBasisBody,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ComparedSettings)]
struct ComparedBody {
    /// How the answer calls it.
    name: String,
    /// Longest age of a touch: `7d`, `30d`.
    window: Option<String>,
    /// Half-life of the time-decay model: `7d`.
    half_life: Option<String>,
    #[serde(default)]
    settings: SettingsBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttributionComparison)]
pub(crate) struct ComparisonBody {
    /// In the order of the question.
    tables: Vec<NamedTableBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NamedAttributionTable)]
struct NamedTableBody {
    name: String,
    #[serde(flatten)]
    table: AttributionTableBody,
}

/// Compare credit under several settings and models: windows, journeys and definitions side by side, from one pass over one data version.
#[utoipa::path(
    post, path = "/api/analytics/attribution/compare", operation_id = "compare_attribution", tag = "analytics", request_body = CompareBody,
    responses((status = 200, description = "A table for each of the settings", body = ComparisonBody))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Body(body): Body<CompareBody>,
) -> Result<Json<ComparisonBody>, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let compared = compared(body.settings, &defaults)?;
    for (at, (_, settings)) in compared.iter().enumerate() {
        known_channels::check(&shared, &caller, settings, &defaults.attribution, &format!("/settings/{at}/settings")).await?;
    }
    let mut by = body.by.unwrap_or_else(|| vec!["channel".to_owned()]);
    by.push("settings_version".to_owned());
    let mut models: Vec<Model> = body
        .models
        .map_or_else(|| Model::ALL.to_vec(), |models| models.into_iter().map(Model::from).collect());
    models.sort_unstable();
    models.dedup();
    let question = AttributionQuestion {
        by,
        models,
        variants: (0..)
            .zip(&compared)
            .map(|(version, (_, settings))| Variant::always(version, settings.clone()))
            .collect(),
        from: body.from,
        to: body.to,
        zone: body.zone,
        filters: body.filters.into_iter().map(Filter::from).collect(),
        date_basis: body.date_basis.into(),
        ..AttributionQuestion::default()
    };
    let prepared = attribution_table(&question, &defaults.organization())?;
    let raw = ask(&shared, &caller.context, prepared.plan()).await?;
    let groups: Vec<Vec<i64>> = (0..).zip(&compared).map(|(version, _)| vec![version]).collect();
    let tables = compared.into_iter().zip(prepared.finish_versions(raw, &groups));
    let tables = tables.map(|((name, settings), table)| {
        let table = AttributionTableBody::new(table, settings.into())?;
        Ok(NamedTableBody { name, table })
    });
    Ok(Json(ComparisonBody {
        tables: tables.collect::<Result<_, Problem>>()?,
    }))
}

fn compared(bodies: Vec<ComparedBody>, defaults: &Defaults) -> Result<Vec<(String, Settings)>, Problem> {
    if bodies.is_empty() || bodies.len() > SETTINGS_MAX {
        let message = format!("name 1 to {SETTINGS_MAX} settings to compare, not {}", bodies.len());
        return Err(Problem::invalid_field("/settings", "invalid-settings", message));
    }
    let mut compared: Vec<(String, Settings)> = Vec::new();
    for (at, body) in bodies.into_iter().enumerate() {
        if compared.iter().any(|(name, _)| *name == body.name) {
            let message = format!("`{}` is there twice: give each its own name", body.name);
            return Err(Problem::invalid_field(&format!("/settings/{at}/name"), "repeated", message));
        }
        let settings = body.settings.with_durations(body.window.as_deref(), body.half_life.as_deref())?;
        compared.push((body.name, settings.over(&defaults.attribution, &format!("/settings/{at}/settings"))?));
    }
    Ok(compared)
}
