//! The answer about a funnel, and what its steps are.

use attribution::Model;
use serde::Serialize;
use types::Currency;

use crate::query::DateBasis;
use crate::result::Cell;

/// A step of the funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Impressions,
    Clicks,
    Visits,
    Leads,
    Orders,
    Revenue,
}

/// Who counted a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepSource {
    /// The ad platforms' own reports.
    Platform,
    /// What we recorded.
    Own,
    /// What we recorded, shared among touches by the model.
    Credited,
}

impl Step {
    pub const ALL: [Self; 6] = [Self::Impressions, Self::Clicks, Self::Visits, Self::Leads, Self::Orders, Self::Revenue];

    pub const fn source(self) -> StepSource {
        match self {
            Self::Impressions | Self::Clicks => StepSource::Platform,
            Self::Visits => StepSource::Own,
            Self::Leads | Self::Orders | Self::Revenue => StepSource::Credited,
        }
    }

    /// The step that the rate divides by. Orders need no lead, so both are rates of visits; revenue by orders is an amount.
    pub const fn rate_of(self) -> Option<Self> {
        match self {
            Self::Impressions => None,
            Self::Clicks => Some(Self::Impressions),
            Self::Visits => Some(Self::Clicks),
            Self::Leads | Self::Orders => Some(Self::Visits),
            Self::Revenue => Some(Self::Orders),
        }
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Funnel {
    pub from: String,
    pub to: String,
    /// First and last day of what is compared with.
    pub compared: Option<[String; 2]>,
    pub zone: String,
    pub currency: Currency,
    pub by: String,
    pub model: Model,
    pub date_basis: DateBasis,
    /// Conversion types that are leads.
    pub goals: Vec<String>,
    /// Over everything, unattributed orders included.
    pub total: FunnelRow,
    /// Most revenue first. The row without a key holds what has no touch or does not say, and has no rates.
    pub rows: Vec<FunnelRow>,
    /// The rest, where there are more rows than are shown.
    pub others: Option<FunnelRow>,
    pub data_version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunnelRow {
    pub key: Option<String>,
    pub name: Option<String>,
    /// In the order of [`Step::ALL`].
    pub steps: Vec<StepFigures>,
}

/// Null: not covered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepFigures {
    pub step: Step,
    /// Revenue is exact decimal text, credited counts may be fractions.
    pub value: Cell,
    /// This step ÷ [`Step::rate_of`]; of revenue the amount an order.
    pub rate: Cell,
    pub compared_value: Cell,
    pub compared_rate: Cell,
}
