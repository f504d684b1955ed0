//! What customers have been worth since they were won, against what winning them cost.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::cohorts::{self, CohortMonth, CohortRow, Cohorts, Predicted};
use semantic::customer_value::{Fit, Parameters as FittedParameters};
use serde::Serialize;
use utoipa::ToSchema;

use crate::acquisition_question::{AcquisitionParameters, SourceBody};
use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::attribution_body::ModelBody;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;
use crate::table::GrainBody;
use crate::value_models::ValueModels;

/// Customers and revenue of `cells` add up to those of `cohorts`, of `sources` and of `total`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cohorts)]
pub(crate) struct CohortsBody {
    by: String,
    model: ModelBody,
    grain: GrainBody,
    zone: String,
    /// The reporting currency.
    currency: String,
    /// Latest purchase or refund that is known (RFC 3339). Months that were not over by then for every customer are null.
    through: Option<String>,
    /// Length of a month since the first order: a twelfth of 365.25 days.
    month_seconds: i64,
    total: CohortRowBody,
    /// By cohort, all sources.
    cohorts: Vec<CohortRowBody>,
    /// By source, all cohorts.
    sources: Vec<CohortRowBody>,
    /// By cohort and source.
    cells: Vec<CohortRowBody>,
    prediction: PredictionBody,
    notes: Vec<String>,
    data_version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CohortRow)]
struct CohortRowBody {
    /// First day of the cohort; null for all cohorts.
    cohort: Option<String>,
    /// Null for all sources.
    source: Option<SourceBody>,
    /// Customers whose first order lies in the cohort; with a fraction where a model shares them among sources.
    customers: f64,
    /// Purchases to date, refunds deducted.
    revenue: String,
    /// Revenue to date per customer.
    ltv: Option<String>,
    /// Cost of the source in the cohort's days; null where none is known.
    spend: Option<String>,
    /// Cost per customer.
    cac: Option<String>,
    /// Month since the first order, from 0, in which revenue per customer reached the cost per customer.
    payback_month: Option<usize>,
    /// By month since the first order, from 0; null where some customer was not watched to the month's end.
    months: Vec<Option<CohortMonthBody>>,
    predicted: Option<PredictedBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CohortMonth)]
struct CohortMonthBody {
    /// Customers of the cohorts that are ripe.
    customers: f64,
    /// From the first order to the end of the month.
    revenue: String,
    ltv: String,
}

/// Means of a customer, predicted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CohortPrediction)]
struct PredictedBody {
    /// Revenue of the next twelve months.
    next_12_months: String,
    /// Revenue to date and of the next twelve months.
    ltv: String,
}

/// How predictions were made: BG/NBD for purchases, Gamma-Gamma for their value, fitted to all customers by days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerValueFit)]
struct PredictionBody {
    /// Customers that the models were fitted to.
    customers: usize,
    /// True where there are more: a fair sample was taken.
    is_sample: bool,
    /// Null where there is not enough data.
    parameters: Option<FittedBody>,
    /// Why there is no prediction.
    note: Option<String>,
}

/// Parameters, with times in days and money in the reporting currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerValueParameters)]
struct FittedBody {
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
    p: f64,
    q: f64,
    v: f64,
}

/// Cohorts of customers by the month of their first order and what won them: customers, revenue and lifetime value by months since the
/// first order, cost and payback, and what they are predicted to bring in the next twelve months.
#[utoipa::path(
    get, path = "/api/analytics/cohorts", operation_id = "cohorts", tag = "analytics", params(AcquisitionParameters),
    responses((status = 200, description = "Cohorts", body = CohortsBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<AcquisitionParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let plans = cohorts::plans(&parameters.into_question(&defaults)?, &defaults.organization())?;
    let tag = conditional.tag(&caller, &defaults, "");
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let asked = [&plans.figures, &plans.totals, &plans.spend, &plans.through, &plans.prospects];
    let answers = ask_all(&shared, &caller.context, asked).await?;
    let fit = ValueModels::load(&shared, &caller.context, &defaults).await?;
    let cohorts = plans.finish(answers.each_ref(), &fit);
    Ok(tag.answer(cohorts.data_version, CohortsBody::new(cohorts, &fit)))
}

impl CohortsBody {
    fn new(cohorts: Cohorts, fit: &Fit) -> Self {
        let rows = |rows: Vec<CohortRow>| rows.into_iter().map(CohortRowBody::from).collect();
        Self {
            by: cohorts.by.to_owned(),
            model: cohorts.model.into(),
            grain: cohorts.grain.into(),
            zone: cohorts.zone,
            currency: cohorts.currency,
            through: cohorts.through,
            month_seconds: semantic::acquired::MONTH_SECONDS,
            total: cohorts.total.into(),
            cohorts: rows(cohorts.cohorts),
            sources: rows(cohorts.sources),
            cells: rows(cohorts.cells),
            prediction: PredictionBody {
                customers: fit.customers,
                is_sample: fit.is_sample,
                parameters: fit.parameters().map(FittedBody::from),
                note: fit.note(),
            },
            notes: cohorts.notes,
            data_version: cohorts.data_version,
        }
    }
}

impl From<CohortRow> for CohortRowBody {
    fn from(row: CohortRow) -> Self {
        Self {
            cohort: row.cohort,
            source: row.source.map(SourceBody::from),
            customers: row.customers,
            revenue: row.revenue,
            ltv: row.ltv,
            spend: row.spend,
            cac: row.cac,
            payback_month: row.payback_month,
            months: row.months.into_iter().map(|month| month.map(CohortMonthBody::from)).collect(),
            predicted: row.predicted.map(PredictedBody::from),
        }
    }
}

impl From<CohortMonth> for CohortMonthBody {
    fn from(month: CohortMonth) -> Self {
        Self {
            customers: month.customers,
            revenue: month.revenue,
            ltv: month.ltv,
        }
    }
}

impl From<Predicted> for PredictedBody {
    fn from(predicted: Predicted) -> Self {
        Self {
            next_12_months: predicted.next_12_months,
            ltv: predicted.ltv,
        }
    }
}

impl From<FittedParameters> for FittedBody {
    fn from(fitted: FittedParameters) -> Self {
        let FittedParameters { r, alpha, a, b, p, q, v } = fitted;
        Self { r, alpha, a, b, p, q, v }
    }
}
