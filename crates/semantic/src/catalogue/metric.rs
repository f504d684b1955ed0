//! A metric: a leaf that is aggregated from the rows of one fact, or a formula over other metrics that is computed after aggregation.

use attribution::Model;
use serde::{Deserialize, Serialize};

use super::fact::Fact;

/// A number that can be asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Metric {
    pub key: String,
    pub label: String,
    pub description: String,
    pub unit: MetricUnit,
    /// Which way is good news.
    pub good: Direction,
    pub definition: Definition,
    /// Further names: the specification's, and those of other tools.
    pub aliases: Vec<Alias>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricUnit {
    /// In the reporting currency.
    Money,
    Count,
    Ratio,
    /// A ratio shown as a percentage: 0.042 is 4.2 %.
    Percent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Up,
    Down,
    Neutral,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Definition {
    Leaf(Leaf),
    Formula(Formula),
}

/// An aggregate over the rows of one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    pub fact: Fact,
    pub aggregation: Aggregation,
    pub value: RowValue,
    /// Rows that count; all if absent.
    #[serde(default, rename = "where")]
    pub condition: Option<Condition>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    Sum,
    Count,
    /// Not additive: counted anew at every grain, the totals' included.
    CountDistinct,
}

/// What a row contributes; `fact.rs` says which column that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowValue {
    /// The row itself, for counting.
    Row,
    Spend,
    Impressions,
    Clicks,
    PlatformConversions,
    PlatformRevenue,
    Revenue,
    Refund,
    /// Revenue of a sale, minus the amount of a refund.
    NetRevenue,
    Customer,
    AttributedRevenue,
    AttributedConversions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    Order,
    /// An order or another conversion, not a refund.
    Sale,
    Refund,
    /// The customer's first conversion of its type.
    FirstSale,
    /// Credit of a channel that has spend in the range.
    PaidChannel,
    FirstSaleOfPaidChannel,
}

/// (sum of the numerator's metrics) × times ÷ denominator. Null where a part is null or the denominator is zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// Metric keys; a leading minus subtracts.
    pub numerator: Vec<String>,
    pub denominator: String,
    #[serde(default = "one")]
    pub times: u32,
}

const fn one() -> u32 {
    1
}

impl Formula {
    /// Keys in the numerator with their sign.
    pub(crate) fn terms(&self) -> impl Iterator<Item = (&str, bool)> {
        self.numerator.iter().map(|term| match term.strip_prefix('-') {
            Some(key) => (key, true),
            None => (term.as_str(), false),
        })
    }

    /// Keys of all metrics that the formula names.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &str> {
        self.terms().map(|(key, _)| key).chain(std::iter::once(self.denominator.as_str()))
    }
}

/// Another name, which may stand for the metric under one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Alias {
    Name(String),
    WithModel { key: String, model: Model },
}

impl Alias {
    pub fn key(&self) -> &str {
        match self {
            Self::Name(key) | Self::WithModel { key, .. } => key,
        }
    }

    pub const fn model(&self) -> Option<Model> {
        match self {
            Self::Name(_) => None,
            Self::WithModel { model, .. } => Some(*model),
        }
    }
}

/// A metric as YAML writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    key: String,
    label: String,
    description: String,
    unit: MetricUnit,
    good: Direction,
    leaf: Option<Leaf>,
    formula: Option<Formula>,
    #[serde(default)]
    aliases: Vec<Alias>,
}

impl TryFrom<Written> for Metric {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written {
            key,
            label,
            description,
            unit,
            good,
            leaf,
            formula,
            aliases,
        } = written;
        let definition = match (leaf, formula) {
            (Some(leaf), None) => Definition::Leaf(leaf),
            (None, Some(formula)) => Definition::Formula(formula),
            (Some(_), Some(_)) | (None, None) => return Err(format!("metric `{key}` needs either `leaf` or `formula`")),
        };
        Ok(Self {
            key,
            label,
            description,
            unit,
            good,
            definition,
            aliases,
        })
    }
}

/// The metrics of `catalog/metrics/`, in the order in which lists show them.
pub(super) fn standard() -> Vec<Metric> {
    const FILES: &[&str] = &[
        include_str!("../../../../catalog/metrics/spend.yaml"),
        include_str!("../../../../catalog/metrics/conversions.yaml"),
        include_str!("../../../../catalog/metrics/credits.yaml"),
        include_str!("../../../../catalog/metrics/touches.yaml"),
        include_str!("../../../../catalog/metrics/formulas.yaml"),
    ];
    FILES
        .iter()
        .flat_map(|text| serde_norway::from_str::<Vec<Metric>>(text).expect("the catalogue in the binary is valid"))
        .collect()
}
