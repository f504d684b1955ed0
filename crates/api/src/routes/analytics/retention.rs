//! How many customers come back, and how many have gone quiet.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::acquired::AcquisitionQuestion;
use semantic::retention::{self, Retention, RetentionMonth, RetentionRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::acquisition_question::{AcquisitionParameters, SourceBody};
use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::attribution_body::ModelBody;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;
use crate::table::GrainBody;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RetentionParameters {
    /// What won the customers: `channel` (the default), `campaign`, `source`, `asset`, `country`, `device` or `interaction_type`.
    by: Option<String>,
    /// Which touch of the first order won the customer; first touch if absent. Models that share credit share customers as well.
    #[param(inline)]
    model: Option<ModelBody>,
    /// Length of a cohort: `week`, `month` (the default) or `quarter`.
    #[param(inline)]
    grain: Option<GrainBody>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    zone: Option<String>,
    /// First day of first orders, included, as YYYY-MM-DD. Without days: all time.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    /// Longest age of a touch that may have won the customer: `30d`; the organisation's own if absent.
    window: Option<String>,
    /// Sources that are shown each for itself, by customers: 12 if absent, at most 100. The others are one row.
    limit: Option<usize>,
    /// Days without an order after which a customer counts as churned; 90 if absent.
    quiet_days: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Retention)]
pub(crate) struct RetentionBody {
    by: String,
    model: ModelBody,
    grain: GrainBody,
    zone: String,
    /// Latest purchase or refund that is known (RFC 3339). Months that were not over by then for every customer are null.
    through: Option<String>,
    /// Churned is who has not ordered in this many days before `through`, of those whose first order is at least as old.
    quiet_days: i64,
    /// Length of a month since the first order: a twelfth of 365.25 days.
    month_seconds: i64,
    total: RetentionRowBody,
    /// The triangle: by cohort, all sources.
    cohorts: Vec<RetentionRowBody>,
    /// The curves: by source, all cohorts.
    sources: Vec<RetentionRowBody>,
    notes: Vec<String>,
    data_version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RetentionRow)]
struct RetentionRowBody {
    /// First day of the cohort; null for all cohorts.
    cohort: Option<String>,
    /// Null for all sources.
    source: Option<SourceBody>,
    customers: f64,
    /// Share of customers with at least two orders.
    repeat_rate: Option<f64>,
    /// Share of customers without an order in the last `quiet_days` days, of those whose first order is at least as old; null where
    /// nobody's is.
    churn_rate: Option<f64>,
    /// By month since the first order, from 0; null where some customer was not watched to the month's end.
    months: Vec<Option<RetentionMonthBody>>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RetentionMonth)]
struct RetentionMonthBody {
    /// Customers of the cohorts that are ripe.
    customers: f64,
    /// Share that ordered in the month; in month 0 everybody did.
    ordered: f64,
    /// Share that was met in the month: any touch at or after the first order.
    engaged: f64,
}

/// Retention by the month of the first order and by what won the customers: who ordered again in which month, repeat purchase rate, churn,
/// and who was met at all.
#[utoipa::path(
    get, path = "/api/analytics/retention", operation_id = "retention", tag = "analytics", params(RetentionParameters),
    responses((status = 200, description = "Retention", body = RetentionBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<RetentionParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let quiet_days = parameters.quiet_days;
    let plans = retention::plans(&parameters.into_question(&defaults)?, quiet_days, &defaults.organization())?;
    let tag = conditional.tag(&caller, &defaults, "");
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let answers = ask_all(&shared, &caller.context, [&plans.activity, &plans.customers, &plans.through]).await?;
    let retention = plans.finish(answers.each_ref());
    Ok(tag.answer(retention.data_version, RetentionBody::from(retention)))
}

impl RetentionParameters {
    fn into_question(self, defaults: &Defaults) -> Result<AcquisitionQuestion, Problem> {
        let shared = AcquisitionParameters {
            by: self.by,
            model: self.model,
            grain: self.grain,
            zone: self.zone,
            from: self.from,
            to: self.to,
            window: self.window,
            journey: None,
            half_life: None,
            limit: self.limit,
        };
        shared.into_question(defaults)
    }
}

impl From<Retention> for RetentionBody {
    fn from(retention: Retention) -> Self {
        let rows = |rows: Vec<RetentionRow>| rows.into_iter().map(RetentionRowBody::from).collect();
        Self {
            by: retention.by.to_owned(),
            model: retention.model.into(),
            grain: retention.grain.into(),
            zone: retention.zone,
            through: retention.through,
            quiet_days: retention.quiet_days,
            month_seconds: semantic::acquired::MONTH_SECONDS,
            total: retention.total.into(),
            cohorts: rows(retention.cohorts),
            sources: rows(retention.sources),
            notes: retention.notes,
            data_version: retention.data_version,
        }
    }
}

impl From<RetentionRow> for RetentionRowBody {
    fn from(row: RetentionRow) -> Self {
        Self {
            cohort: row.cohort,
            source: row.source.map(SourceBody::from),
            customers: row.customers,
            repeat_rate: row.repeat_rate,
            churn_rate: row.churn_rate,
            months: row.months.into_iter().map(|month| month.map(RetentionMonthBody::from)).collect(),
        }
    }
}

impl From<RetentionMonth> for RetentionMonthBody {
    fn from(month: RetentionMonth) -> Self {
        Self {
            customers: month.customers,
            ordered: month.ordered,
            engaged: month.engaged,
        }
    }
}
