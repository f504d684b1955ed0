//! The pipeline as JSON.

use semantic::pipeline::{Cohort, Group, Outcome, Pipeline, StageFigures, StuckLead};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::CohortBody;

/// How the velocity is computed, for whoever reads the answer.
const FORMULA: &str = "leads × won ÷ (won + lost) × average value ÷ median cycle in days";

/// Money is exact decimal text in the reporting currency; durations are seconds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pipeline)]
pub(crate) struct PipelineBody {
    from: String,
    to: String,
    zone: String,
    currency: String,
    cohort: CohortBody,
    by: Option<String>,
    /// Newest thing known of any customer (RFC 3339): open leads have their age then.
    as_of: Option<String>,
    /// False where the order of the stages was given.
    is_order_inferred: bool,
    won_stages: Vec<String>,
    lost_stages: Vec<String>,
    /// Stages of the data that are no part of the pipeline as asked.
    other_stages: Vec<String>,
    /// In the order of the pipeline.
    stages: Vec<StageBody>,
    outcome: OutcomeBody,
    velocity_formula: &'static str,
    /// Most leads first; empty without `by`.
    groups: Vec<GroupBody>,
    are_groups_truncated: bool,
    /// Open leads that are longer in their stage than nine in ten of those who progressed: the oldest of each stage.
    stuck: Vec<StuckBody>,
    /// Rows of stages that name no customer, which are left out.
    rows_without_customer: i64,
    data_version: i64,
}

/// entered = progressed + lost + open.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PipelineStage)]
struct StageBody {
    stage: String,
    entered: i64,
    /// Entered a later stage, or won.
    progressed: i64,
    lost: i64,
    open: i64,
    /// Went from an earlier stage straight to a later one, without entering this one.
    skipped: i64,
    /// Were put back to an earlier stage after this one, the furthest that they reached.
    went_back: i64,
    /// progressed ÷ entered.
    conversion_rate: Option<f64>,
    /// lost ÷ entered.
    drop_off_rate: Option<f64>,
    /// From entering this stage to entering the next, of leads that progressed.
    median_seconds: Option<f64>,
    mean_seconds: Option<f64>,
    p90_seconds: Option<f64>,
    /// Open leads that are here for longer than `p90_seconds`; null where nobody progressed.
    stuck: Option<i64>,
    /// What the leads that entered this stage have won.
    won_value: String,
    /// Newest amounts that the stages' rows name for the open leads; null where none names one.
    open_value: Option<String>,
}

/// leads = won + lost + open.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PipelineOutcome)]
struct OutcomeBody {
    leads: i64,
    won: i64,
    lost: i64,
    open: i64,
    /// won ÷ leads.
    lead_conversion_rate: Option<f64>,
    /// won ÷ (won + lost).
    win_rate: Option<f64>,
    /// From the first stage to being won.
    cycle_median_seconds: Option<f64>,
    cycle_mean_seconds: Option<f64>,
    cycle_p90_seconds: Option<f64>,
    /// First order of each won lead, or the amount of its won row; refunds are not subtracted.
    won_value: String,
    average_value: Option<String>,
    /// Money a day; see `velocity_formula`.
    velocity_per_day: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PipelineGroup)]
struct GroupBody {
    /// Null for leads without a touch before their first stage, and for touches that do not say.
    key: Option<String>,
    name: Option<String>,
    outcome: OutcomeBody,
    /// Leads that entered each stage, in the order of `stages`.
    entered: Vec<i64>,
    progressed: Vec<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StuckLead)]
struct StuckBody {
    customer_id: Uuid,
    customer_key: Option<String>,
    stage: String,
    /// RFC 3339.
    entered_at: String,
    /// Up to `as_of`.
    seconds: f64,
    /// Key of the lead's group.
    group: Option<String>,
    /// Newest amount that the lead's stages name.
    amount: Option<String>,
}

impl From<Pipeline> for PipelineBody {
    fn from(pipeline: Pipeline) -> Self {
        Self {
            from: pipeline.from,
            to: pipeline.to,
            zone: pipeline.zone,
            currency: pipeline.currency.as_str().to_owned(),
            cohort: match pipeline.cohort {
                Cohort::Lead => CohortBody::Lead,
                Cohort::Stage => CohortBody::Stage,
            },
            by: pipeline.by,
            as_of: pipeline.as_of.map(|instant| instant.to_string()),
            is_order_inferred: pipeline.is_order_inferred,
            won_stages: pipeline.won_stages,
            lost_stages: pipeline.lost_stages,
            other_stages: pipeline.other_stages,
            stages: pipeline.stages.into_iter().map(StageBody::from).collect(),
            outcome: pipeline.outcome.into(),
            velocity_formula: FORMULA,
            groups: pipeline.groups.into_iter().map(GroupBody::from).collect(),
            are_groups_truncated: pipeline.are_groups_truncated,
            stuck: pipeline.stuck.into_iter().map(StuckBody::from).collect(),
            rows_without_customer: pipeline.rows_without_customer,
            data_version: pipeline.data_version,
        }
    }
}

impl From<StageFigures> for StageBody {
    fn from(stage: StageFigures) -> Self {
        Self {
            stage: stage.stage,
            entered: stage.entered,
            progressed: stage.progressed,
            lost: stage.lost,
            open: stage.open,
            skipped: stage.skipped,
            went_back: stage.went_back,
            conversion_rate: stage.conversion_rate,
            drop_off_rate: stage.drop_off_rate,
            median_seconds: stage.median_seconds,
            mean_seconds: stage.mean_seconds,
            p90_seconds: stage.p90_seconds,
            stuck: stage.stuck,
            won_value: stage.won_value,
            open_value: stage.open_value,
        }
    }
}

impl From<Outcome> for OutcomeBody {
    fn from(outcome: Outcome) -> Self {
        Self {
            leads: outcome.leads,
            won: outcome.won,
            lost: outcome.lost,
            open: outcome.open,
            lead_conversion_rate: outcome.lead_conversion_rate,
            win_rate: outcome.win_rate,
            cycle_median_seconds: outcome.cycle_median_seconds,
            cycle_mean_seconds: outcome.cycle_mean_seconds,
            cycle_p90_seconds: outcome.cycle_p90_seconds,
            won_value: outcome.won_value,
            average_value: outcome.average_value,
            velocity_per_day: outcome.velocity_per_day,
        }
    }
}

impl From<Group> for GroupBody {
    fn from(group: Group) -> Self {
        Self {
            key: group.key,
            name: group.name,
            outcome: group.outcome.into(),
            entered: group.entered,
            progressed: group.progressed,
        }
    }
}

impl From<StuckLead> for StuckBody {
    fn from(lead: StuckLead) -> Self {
        Self {
            customer_id: lead.customer_id.0,
            customer_key: lead.customer_key,
            stage: lead.stage,
            entered_at: lead.entered_at.to_string(),
            seconds: lead.seconds,
            group: lead.group,
            amount: lead.amount,
        }
    }
}
