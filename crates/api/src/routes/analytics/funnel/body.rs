//! Funnels as JSON.

use semantic::funnel::ordered::{OrderedFunnel, OrderedStep};
use semantic::funnel::{Funnel, FunnelRow, Step, StepFigures, StepSource};
use serde::Serialize;
use utoipa::ToSchema;

use crate::attribution_body::{DateBasisBody, ModelBody};
use crate::table::CellBody;

#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = Funnel)]
pub(crate) enum FunnelBody {
    Marketing(Box<MarketingFunnelBody>),
    Ordered(OrderedFunnelBody),
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarketingFunnel)]
pub(crate) struct MarketingFunnelBody {
    from: String,
    to: String,
    /// First and last day of what is compared with.
    compared: Option<[String; 2]>,
    zone: String,
    /// The reporting currency.
    currency: String,
    by: String,
    model: ModelBody,
    date_basis: DateBasisBody,
    /// Conversion types that are leads; none where the data has none, and then nothing is known of leads.
    goals: Vec<String>,
    /// What each step is.
    steps: Vec<StepBody>,
    /// Over everything, orders without a touch included.
    total: RowBody,
    /// Most revenue first. The row without a key holds what has no touch or does not say, and has no rates.
    rows: Vec<RowBody>,
    /// All further rows added up, where there are more than 200.
    others: Option<RowBody>,
    data_version: i64,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FunnelStep)]
enum StepName {
    Impressions,
    Clicks,
    Visits,
    Leads,
    Orders,
    Revenue,
}

/// Who counted a step.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FunnelSource)]
enum SourceBody {
    /// The ad platforms' own reports, by civil days of the ad account.
    Platform,
    /// Recorded touches that are no mere views, opens or sends.
    Own,
    /// Recorded conversions, shared among touches by the model.
    Credited,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FunnelStepKind)]
struct StepBody {
    step: StepName,
    source: SourceBody,
    /// The step that the rate divides by.
    rate_of: Option<StepName>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FunnelRow)]
struct RowBody {
    key: Option<String>,
    name: Option<String>,
    /// In the order of `steps`.
    steps: Vec<FiguresBody>,
}

/// Null where the step is not covered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FunnelFigures)]
struct FiguresBody {
    step: StepName,
    /// Revenue is exact decimal text; credited counts may be fractions.
    value: CellBody,
    /// This step ÷ the one that `rate_of` names; of revenue the amount an order. Between two sources it may be above 1.
    rate: CellBody,
    compared_value: CellBody,
    compared_rate: CellBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderedFunnel)]
pub(crate) struct OrderedFunnelBody {
    from: String,
    to: String,
    zone: String,
    window_seconds: i64,
    steps: Vec<OrderedStepBody>,
    data_version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderedStep)]
struct OrderedStepBody {
    step: String,
    /// Events of the range and the window after it that are such a step, whoever did them.
    events: i64,
    /// Customers who came as far as this step.
    customers: i64,
    /// Of those of the step before.
    rate: Option<f64>,
    /// Of those of the first step.
    rate_of_first: Option<f64>,
    /// Time from the first step, each customer's quickest.
    median_seconds: Option<f64>,
}

impl From<Step> for StepName {
    fn from(step: Step) -> Self {
        match step {
            Step::Impressions => Self::Impressions,
            Step::Clicks => Self::Clicks,
            Step::Visits => Self::Visits,
            Step::Leads => Self::Leads,
            Step::Orders => Self::Orders,
            Step::Revenue => Self::Revenue,
        }
    }
}

impl From<Step> for StepBody {
    fn from(step: Step) -> Self {
        Self {
            step: step.into(),
            source: match step.source() {
                StepSource::Platform => SourceBody::Platform,
                StepSource::Own => SourceBody::Own,
                StepSource::Credited => SourceBody::Credited,
            },
            rate_of: step.rate_of().map(StepName::from),
        }
    }
}

impl From<FunnelRow> for RowBody {
    fn from(row: FunnelRow) -> Self {
        Self {
            key: row.key,
            name: row.name,
            steps: row.steps.into_iter().map(FiguresBody::from).collect(),
        }
    }
}

impl From<StepFigures> for FiguresBody {
    fn from(figures: StepFigures) -> Self {
        Self {
            step: figures.step.into(),
            value: figures.value.into(),
            rate: figures.rate.into(),
            compared_value: figures.compared_value.into(),
            compared_rate: figures.compared_rate.into(),
        }
    }
}

impl From<Funnel> for MarketingFunnelBody {
    fn from(funnel: Funnel) -> Self {
        Self {
            from: funnel.from,
            to: funnel.to,
            compared: funnel.compared,
            zone: funnel.zone,
            currency: funnel.currency.as_str().to_owned(),
            by: funnel.by,
            model: funnel.model.into(),
            date_basis: funnel.date_basis.into(),
            goals: funnel.goals,
            steps: Step::ALL.into_iter().map(StepBody::from).collect(),
            total: funnel.total.into(),
            rows: funnel.rows.into_iter().map(RowBody::from).collect(),
            others: funnel.others.map(RowBody::from),
            data_version: funnel.data_version,
        }
    }
}

impl From<OrderedFunnel> for OrderedFunnelBody {
    fn from(funnel: OrderedFunnel) -> Self {
        Self {
            from: funnel.from,
            to: funnel.to,
            zone: funnel.zone,
            window_seconds: funnel.window_seconds,
            steps: funnel.steps.into_iter().map(OrderedStepBody::from).collect(),
            data_version: funnel.data_version,
        }
    }
}

impl From<OrderedStep> for OrderedStepBody {
    fn from(step: OrderedStep) -> Self {
        Self {
            step: step.step,
            events: step.events,
            customers: step.customers,
            rate: step.rate,
            rate_of_first: step.rate_of_first,
            median_seconds: step.median_seconds,
        }
    }
}
