//! Any question: metrics by dimensions over a range of days.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use semantic::{Filter, FilterOperator, Query, Sort};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ask::{Defaults, ask};
use crate::attribution_body::{DateBasisBody, SettingsBody};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Body;
use crate::state::Shared;
use crate::table::{GrainBody, TableBody};

/// Names that do not exist and combinations that make no sense are refused, all at once, each with its place and a suggestion.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportQuery)]
pub(crate) struct QueryBody {
    /// Metric keys, each optionally with a model: `spend`, `roas`, `attributed_revenue{linear}`.
    metrics: Vec<String>,
    #[serde(default)]
    dimensions: Vec<String>,
    #[serde(default)]
    filters: Vec<FilterBody>,
    /// First day, included, as YYYY-MM-DD.
    from: String,
    /// Last day, included.
    to: String,
    /// One row for the whole range if absent.
    grain: Option<GrainBody>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    zone: Option<String>,
    /// What differs from the organisation's attribution settings.
    attribution: Option<SettingsBody>,
    /// Date that attributed revenue is counted on.
    #[serde(default)]
    date_basis: DateBasisBody,
    #[serde(default)]
    sort: Vec<SortBody>,
    limit: Option<u32>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Filter)]
pub(crate) struct FilterBody {
    dimension: String,
    operator: FilterOperatorBody,
    /// Values to compare with; none for `is_null` and `is_not_null`.
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FilterOperator)]
pub(crate) enum FilterOperatorBody {
    /// One of the values.
    Is,
    /// None of the values; rows without a value stay.
    IsNot,
    Contains,
    NotContains,
    IsNull,
    IsNotNull,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Sort)]
struct SortBody {
    /// A metric or dimension of the question, or `date`.
    by: String,
    #[serde(default)]
    descending: bool,
}

/// Ask for metrics by dimensions. Totals are computed from components, never from the rows' ratios.
#[utoipa::path(
    post, path = "/api/reports/query", operation_id = "query_report", tag = "reports", request_body = QueryBody,
    responses((status = 200, description = "The answer", body = TableBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller, Body(body): Body<QueryBody>) -> Result<Json<TableBody>, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let prepared = semantic::plan(&body.into_query(&defaults)?, &defaults.organization())?;
    let raw = ask(&shared, &caller.context, &prepared.plan).await?;
    Ok(Json(prepared.finish(raw).into()))
}

impl QueryBody {
    fn into_query(self, defaults: &Defaults) -> Result<Query, Problem> {
        Ok(Query {
            metrics: self.metrics,
            dimensions: self.dimensions,
            filters: self.filters.into_iter().map(Filter::from).collect(),
            from: self.from,
            to: self.to,
            grain: self.grain.unwrap_or(GrainBody::Total).into(),
            zone: self.zone,
            attribution: self
                .attribution
                .map(|settings| settings.over(&defaults.attribution, "/attribution"))
                .transpose()?,
            date_basis: self.date_basis.into(),
            sort: self
                .sort
                .into_iter()
                .map(|sort| Sort {
                    by: sort.by,
                    descending: sort.descending,
                })
                .collect(),
            limit: self.limit,
        })
    }
}

impl From<FilterBody> for Filter {
    fn from(filter: FilterBody) -> Self {
        let operator = match filter.operator {
            FilterOperatorBody::Is => FilterOperator::Is,
            FilterOperatorBody::IsNot => FilterOperator::IsNot,
            FilterOperatorBody::Contains => FilterOperator::Contains,
            FilterOperatorBody::NotContains => FilterOperator::NotContains,
            FilterOperatorBody::IsNull => FilterOperator::IsNull,
            FilterOperatorBody::IsNotNull => FilterOperator::IsNotNull,
        };
        Self {
            dimension: filter.dimension,
            operator,
            values: filter.values,
        }
    }
}
