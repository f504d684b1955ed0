//! The port to the query engine, defined here by its consumer.

use async_trait::async_trait;
use attribution::{Model, Settings, Variant};
use authz::OrgContext;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::result::Cell;

/// What the engine is asked to run: one SELECT over the organisation's tables, `$1`, `$2` … bound to `params`.
///
/// Tables that a plan may name: the lake's (`unified_marketing_data`, `revenue_attribution`, `customer_journey_tracking`, `quarantine`),
/// the spend rows that count ([`crate::spend`]), and one computed relation of credits for every entry of `credits`, one of paths for every
/// entry of `paths`, under the name given there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub sql: String,
    pub params: Vec<Param>,
    pub credits: Vec<CreditSource>,
    pub paths: Vec<PathSource>,
    /// Columns of numbers whose sums over all rows are wanted beside the rows, those included that a cap on rows cuts off.
    pub totals: Vec<String>,
    pub order: RowOrder,
}

/// What the ORDER BY of a plan's statement is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowOrder {
    /// The rows are wanted in this order.
    #[default]
    Wanted,
    /// It only says which rows stay where a cap on rows cuts: whoever asked puts them in an order of his own. Otherwise they may come as
    /// they are made, which saves sorting them twice.
    OfCap,
}

/// A relation of credits computed on the fly by the attribution operator. One row for every (conversion or refund, eligible touch), plus
/// one for every conversion without an eligible touch. Columns:
///
/// `customer_id`, `conversion_id`, `order_id`, `conversion_type`, `conversion_source` (its data source), `entry` (`sale` | `refund`),
/// `converted_at`, `is_new_customer` (first conversion of its type), `touched_at`, `touch_id`, `position` (from 1; 0 unattributed),
/// `touches`, `settings_version` (of the variant that made the row, as text: it is a label), `data_source`, `channel`, `campaign_id`, `campaign_key`, `campaign_name`, `ad_set_key`, `ad_set_name`, `ad_key`, `ad_name`, `asset_id`,
/// `asset_name`, `interaction_type`, `country`, `device` (all of the touch; null when unattributed), and for each model m in `models`
/// `weight_m` (DOUBLE; 0 in refund rows' count sense: see `conversions_m`), `conversions_m` (DOUBLE: the weight for sales, 0 for refunds),
/// `revenue_m` (DECIMAL(18,6), whole minor units of the reporting currency; negative for refunds).
#[derive(Clone, Debug, PartialEq)]
pub struct CreditSource {
    pub table: String,
    pub models: Vec<Model>,
    pub settings: Settings,
    /// If there are any, these hold instead of `settings`: each adds its rows, for the conversions of its interval. So an organisation's
    /// settings may change from a date on, and several windows are compared in one pass.
    pub variants: Vec<Variant>,
}

impl CreditSource {
    /// Credit under one set of settings.
    pub fn new(table: &str, models: &[Model], settings: &Settings) -> Self {
        Self {
            table: table.to_owned(),
            models: models.to_vec(),
            settings: settings.clone(),
            variants: Vec::new(),
        }
    }
}

/// Steps of a path that its text names; the rest of a longer one is [`PATH_REST`]. `steps` counts them all.
pub const PATH_STEPS_MAX: usize = 200;
/// Between the steps of a path. Within a step's own name it becomes ` / `.
pub const PATH_SEPARATOR: &str = " > ";
/// Different steps of a path that are paired with each other.
pub const PAIRED_STEPS_MAX: usize = 64;
/// The step of a touch without a name.
pub const STEP_WITHOUT_NAME: &str = "(none)";
/// Stands for the steps beyond [`PATH_STEPS_MAX`].
pub const PATH_REST: &str = "…";

/// A relation of the paths that customers took, computed on the fly from the touches that the relation of credits would credit under the
/// same settings. One row for every counted conversion, and one for every customer with touches after the last one (all, if there was
/// none): those that a conversion of the first counted type at the instant of the customer's last touch would credit. Columns:
///
/// `customer_id`, `conversion_id`, `order_id`, `conversion_type`, `converted_at`, `is_new_customer` (all null: not converted), `started_at`,
/// `ended_at` (first and last touch; null without a touch), `path` (steps joined by [`PATH_SEPARATOR`], at most [`PATH_STEPS_MAX`]; null
/// without a touch), `steps` (all of them), `collapsed_path`, `collapsed_steps` (equal consecutive steps as one), `step_set` (every step
/// once, in alphabetical order), `distinct_steps`, `first_step`, `last_step`, `is_converted`, `revenue` (DECIMAL(18,6): the sale's value
/// in the reporting currency less the refunds of that order; null: not converted).
///
/// Beside it, under the name [`PathSource::pairs`], stand the pairs of steps that a path holds: for every path one row for each step that
/// it has (`step` = `other_step`), and one for each two different steps, `step` before `other_step` in the alphabet. Of a path with more
/// than [`PAIRED_STEPS_MAX`] different steps the pairs beyond are left out. Columns: `step`, `other_step`, `is_first`, `is_last` (whether
/// `step` is the path's first or last one), and as above `steps`, `distinct_steps`, `converted_at`, `started_at`, `ended_at`, `is_converted`, `revenue`.
#[derive(Clone, Debug, PartialEq)]
pub struct PathSource {
    pub table: String,
    pub settings: Settings,
    pub step: PathStep,
}

impl PathSource {
    /// Name of the relation of pairs.
    pub fn pairs(&self) -> String {
        format!("{}_pairs", self.table)
    }
}

/// What of a touch is a step of the path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    #[default]
    Channel,
    /// The campaign's name; its key where it has none.
    Campaign,
    /// The data source.
    Source,
    /// Channel and interaction, as in `Paid Search (click)`.
    Interaction,
}

impl PathStep {
    pub const ALL: [Self; 4] = [Self::Channel, Self::Campaign, Self::Source, Self::Interaction];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Campaign => "campaign",
            Self::Source => "source",
            Self::Interaction => "interaction",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }
}

/// A bound value.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    Text(String),
    TextList(Vec<String>),
    Integer(i64),
    Float(f64),
    Date(Date),
    Instant(Timestamp),
    Uuid(uuid::Uuid),
    Bool(bool),
}

/// Raw answer of the engine: cells in the order of the SELECT list.
#[derive(Clone, Debug, PartialEq)]
pub struct RawTable {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// Exact sums of the plan's `totals`, in their order; null where no row has a value.
    pub totals: Vec<Cell>,
    /// The lake's snapshot that was read.
    pub data_version: i64,
    /// True where the row cap cut the answer.
    pub is_truncated: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("the query took longer than {seconds} s: narrow the date range or remove a dimension")]
    Timeout { seconds: u64 },
    #[error("the query needs more than {megabytes} MB of memory: narrow the date range or remove a dimension")]
    Memory { megabytes: u64 },
    #[error("too many queries of this organisation are running: try again in a moment")]
    Busy,
    #[error("an amount is beyond what can be added up exactly")]
    Overflow,
    #[error("the query could not be run")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The one port to the engine (embedded now, distributed later).
#[async_trait]
pub trait QueryEngine: std::fmt::Debug + Send + Sync {
    /// Runs a plan on the newest data of the context's organisation.
    async fn query(&self, context: &OrgContext, plan: &Plan) -> Result<RawTable, EngineError>;

    /// The newest data version: a cheap look at the catalogue, for ETags.
    async fn data_version(&self, context: &OrgContext) -> Result<i64, EngineError>;
}
