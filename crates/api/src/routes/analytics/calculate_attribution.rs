//! Revenue and conversions by model, with any window.

use std::sync::Arc;

use attribution::Model;
use axum::Json;
use axum::extract::State;
use semantic::attribution_table::{AttributionQuestion, AttributionTable, attribution_table};
use semantic::{Cell, Filter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ask::{Defaults, ask};
use crate::attribution_body::{CustomWeightsBody, DateBasisBody, JourneyBody, ModelBody, SettingsBody, UsedSettingsBody};
use crate::gate::Caller;
use crate::known_channels;
use crate::problem::Problem;
use crate::request::Body;
use crate::routes::reports::query::FilterBody;
use crate::state::Shared;
use crate::table::{CellBody, ColumnBody, MetaBody, RoleBody, UnitBody};

/// Everything is optional: without a body's field the organisation's own setting holds, all six models are shown, by channel, over all time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CalculateAttribution)]
pub(crate) struct CalculateBody {
    /// All six if absent.
    models: Option<Vec<ModelBody>>,
    /// Dimensions of the touch: `channel` (the default), `campaign`, `asset` …
    by: Option<Vec<String>>,
    /// Longest age of a touch that is still credited: `30d`, `12h`, `90m`, `3600s`.
    window: Option<String>,
    journey: Option<JourneyBody>,
    /// Half-life of the time-decay model: `7d`.
    half_life: Option<String>,
    /// Shares of first, middle and last touch under the position-based model.
    position: Option<[f64; 3]>,
    /// Conversion types that are counted.
    conversion_types: Option<Vec<String>>,
    /// Weights of the custom model.
    custom: Option<CustomWeightsBody>,
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

/// One row for every model and value of the dimensions: `model`, the dimensions' columns, `is_unattributed`, `revenue` and `conversions`.
/// For every model the rows add up to the totals, which are the same for all models.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttributionTable)]
pub(crate) struct AttributionTableBody {
    columns: Vec<ColumnBody>,
    rows: Vec<Vec<CellBody>>,
    totals: Vec<CellBody>,
    meta: MetaBody,
    settings: UsedSettingsBody,
}

/// Calculate credit: which touches earned how much of which revenue, under every model at once.
#[utoipa::path(
    post, path = "/api/analytics/attribution/calculate", operation_id = "calculate_attribution", tag = "analytics", request_body = CalculateBody,
    responses((status = 200, description = "Revenue and conversions by model", body = AttributionTableBody))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Body(body): Body<CalculateBody>,
) -> Result<Json<AttributionTableBody>, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let question = body.into_question(&defaults)?;
    let settings = question.settings.clone().unwrap_or_else(|| defaults.attribution.clone());
    known_channels::check(&shared, &caller, &settings, &defaults.attribution, "").await?;
    let prepared = attribution_table(&question, &defaults.organization())?;
    let raw = ask(&shared, &caller.context, prepared.plan()).await?;
    Ok(Json(AttributionTableBody::new(prepared.finish(raw), settings.into())))
}

impl CalculateBody {
    fn into_question(self, defaults: &Defaults) -> Result<AttributionQuestion, Problem> {
        let settings = SettingsBody {
            journey: self.journey,
            position: self.position,
            conversion_types: self.conversion_types,
            custom: self.custom,
            ..SettingsBody::default()
        };
        let settings = settings.with_durations(self.window.as_deref(), self.half_life.as_deref())?;
        let settings = if settings.is_empty() {
            None
        } else {
            Some(settings.over(&defaults.attribution, "")?)
        };
        let mut models = self
            .models
            .map_or_else(|| Model::STANDARD.to_vec(), |models| models.into_iter().map(Model::from).collect());
        models.sort_unstable();
        models.dedup();
        Ok(AttributionQuestion {
            by: self.by.unwrap_or_else(|| vec!["channel".to_owned()]),
            models,
            settings,
            variants: Vec::new(),
            from: self.from,
            to: self.to,
            zone: self.zone,
            filters: self.filters.into_iter().map(Filter::from).collect(),
            date_basis: self.date_basis.into(),
        })
    }
}

impl AttributionTableBody {
    pub(super) fn new(table: AttributionTable, settings: UsedSettingsBody) -> Self {
        let AttributionTable {
            dimensions,
            rows,
            totals,
            meta,
        } = table;
        let money = UnitBody::Money {
            currency: meta.currency.clone(),
        };
        let width = dimensions.len();
        let mut columns = vec![column("model", "Model", RoleBody::Dimension, UnitBody::Text)];
        columns.extend(dimensions.into_iter().map(ColumnBody::from));
        columns.push(column("is_unattributed", "Unattributed", RoleBody::Dimension, UnitBody::Text));
        columns.push(column("revenue", "Attributed revenue", RoleBody::Metric, money));
        columns.push(column("conversions", "Attributed conversions", RoleBody::Metric, UnitBody::Count));

        let cells = rows.into_iter().map(|row| {
            let mut cells = vec![CellBody::Text(row.model.as_str().to_owned())];
            cells.extend(row.dimensions.into_iter().map(CellBody::from));
            cells.extend([
                CellBody::Bool(row.is_unattributed),
                CellBody::Text(row.revenue),
                Cell::Number(row.conversions).into(),
            ]);
            cells
        });
        let rows = cells.collect();
        let mut total: Vec<CellBody> = std::iter::repeat_with(|| CellBody::Null).take(width + 2).collect();
        if let Some(any) = totals.into_iter().next() {
            total.extend([CellBody::Text(any.revenue), Cell::Number(any.conversions).into()]);
        }
        Self {
            columns,
            rows,
            totals: total,
            meta: meta.into(),
            settings,
        }
    }
}

fn column(id: &str, label: &str, role: RoleBody, unit: UnitBody) -> ColumnBody {
    ColumnBody {
        id: id.to_owned(),
        label: label.to_owned(),
        role,
        unit,
    }
}
