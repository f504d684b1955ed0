//! A question as it is asked, over HTTP or on the command line.

use attribution::Settings;
use serde::{Deserialize, Serialize};
use types::TimeGrain;

/// A question. Unknown metrics, dimensions and fields are refused with a suggestion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Metric keys, each optionally with a model: `roas`, `attributed_revenue{linear}`.
    pub metrics: Vec<String>,
    #[serde(default)]
    pub dimensions: Vec<String>,
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// First day, included, as YYYY-MM-DD.
    pub from: String,
    /// Last day, included.
    pub to: String,
    #[serde(default = "total")]
    pub grain: TimeGrain,
    /// IANA zone in which days are cut; the organisation's own if absent.
    #[serde(default)]
    pub zone: Option<String>,
    /// Window, journey and half-life for attributed metrics; the organisation's own if absent.
    #[serde(default)]
    pub attribution: Option<Settings>,
    /// Date that attributed revenue is counted on.
    #[serde(default)]
    pub date_basis: DateBasis,
    #[serde(default)]
    pub sort: Vec<Sort>,
    #[serde(default)]
    pub limit: Option<u32>,
}

const fn total() -> TimeGrain {
    TimeGrain::Total
}

/// Which date a credit belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateBasis {
    /// The day of the order (cash view).
    #[default]
    Conversion,
    /// The day of the touch (accrual view).
    Touch,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub dimension: String,
    pub operator: FilterOperator,
    /// Values to compare with; none for `is_null` and `is_not_null`.
    #[serde(default)]
    pub values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterOperator {
    /// One of the values.
    Is,
    /// None of the values; rows without a value stay.
    IsNot,
    Contains,
    NotContains,
    IsNull,
    IsNotNull,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sort {
    /// A metric or dimension of the query, or `date`.
    pub by: String,
    #[serde(default)]
    pub descending: bool,
}
