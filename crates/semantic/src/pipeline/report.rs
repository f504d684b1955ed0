//! The answer about a pipeline.

use jiff::Timestamp;
use serde::Serialize;
use types::{Currency, CustomerId};

use super::Cohort;

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pipeline {
    pub from: String,
    pub to: String,
    pub zone: String,
    pub currency: Currency,
    pub cohort: Cohort,
    pub by: Option<String>,
    /// Newest thing known of any customer: open leads have their age then.
    pub as_of: Option<Timestamp>,
    /// Names of the steps in their order.
    pub order: Vec<String>,
    /// False where the order was given.
    pub is_order_inferred: bool,
    pub won_stages: Vec<String>,
    pub lost_stages: Vec<String>,
    /// Stages of the data that are no part of the pipeline as asked.
    pub other_stages: Vec<String>,
    /// One a step.
    pub stages: Vec<StageFigures>,
    pub outcome: Outcome,
    /// By what is asked with `by`, most leads first.
    pub groups: Vec<Group>,
    pub are_groups_truncated: bool,
    /// At most [`super::STUCK_MAX`] of every stage, the oldest first.
    pub stuck: Vec<StuckLead>,
    /// Rows of stages that name no customer, which are left out.
    pub rows_without_customer: i64,
    pub data_version: i64,
}

/// What became of the leads that entered a stage. entered = progressed + lost + open.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StageFigures {
    pub stage: String,
    pub entered: i64,
    /// Entered a later stage, or won.
    pub progressed: i64,
    pub lost: i64,
    pub open: i64,
    /// Leads that went from an earlier stage straight to a later one. They did not enter this stage.
    pub skipped: i64,
    /// Leads that were put back to an earlier stage after this one, the furthest that they reached.
    pub went_back: i64,
    /// progressed ÷ entered.
    pub conversion_rate: Option<f64>,
    /// lost ÷ entered.
    pub drop_off_rate: Option<f64>,
    /// Time from entering this stage to the next one entered, of leads that progressed.
    pub median_seconds: Option<f64>,
    pub mean_seconds: Option<f64>,
    pub p90_seconds: Option<f64>,
    /// Open leads that are here longer than nine in ten of those who progressed. Unknown where nobody progressed.
    pub stuck: Option<i64>,
    /// Value of what the leads that entered this stage have won.
    pub won_value: String,
    /// Newest amounts that the stages' rows name for leads that are open here; none where no row names one.
    pub open_value: Option<String>,
}

/// What became of leads, all stages together. leads = won + lost + open.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outcome {
    pub leads: i64,
    pub won: i64,
    pub lost: i64,
    pub open: i64,
    /// won ÷ leads.
    pub lead_conversion_rate: Option<f64>,
    /// won ÷ (won + lost).
    pub win_rate: Option<f64>,
    /// Time from the first stage to being won.
    pub cycle_median_seconds: Option<f64>,
    pub cycle_mean_seconds: Option<f64>,
    pub cycle_p90_seconds: Option<f64>,
    /// Value of the first order of each won lead, or the amount of its won row, refunds not subtracted.
    pub won_value: String,
    /// won value ÷ won.
    pub average_value: Option<String>,
    /// Money a day, see `journeys::velocity`.
    pub velocity_per_day: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// None for leads without a touch before their first stage, and for touches that do not say.
    pub key: Option<String>,
    pub name: Option<String>,
    pub outcome: Outcome,
    /// In the order of the steps.
    pub entered: Vec<i64>,
    pub progressed: Vec<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StuckLead {
    pub customer_id: CustomerId,
    pub customer_key: Option<String>,
    pub stage: String,
    pub entered_at: Timestamp,
    /// Up to `as_of`.
    pub seconds: f64,
    pub group: Option<String>,
    /// Newest amount that the lead's stages name.
    pub amount: Option<String>,
}
