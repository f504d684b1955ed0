//! A question on its way to a plan.

use attribution::{Model, Settings, Variant};
use types::DateRange;

use super::Organization;
use super::filter::ResolvedFilter;
use crate::catalogue::{Catalogue, Dimension, DimensionColumn, Fact, Leaf, Metric, catalogue};
use crate::problem::Problem;
use crate::query::Query;

/// What the passes have found out so far.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) query: &'a Query,
    pub(crate) organization: &'a Organization<'a>,
    pub(crate) catalogue: &'static Catalogue,
    pub(crate) problems: Vec<Problem>,
    /// None until resolved, and where the dates are wrong.
    pub(crate) span: Option<Span>,
    pub(crate) zone: String,
    pub(crate) settings: Settings,
    /// See [`crate::CreditSource::variants`].
    pub(crate) variants: Vec<Variant>,
    pub(crate) metrics: Vec<Asked>,
    pub(crate) dimensions: Vec<&'static Dimension>,
    pub(crate) filters: Vec<ResolvedFilter>,
    pub(crate) sort: Vec<(SortTarget, bool)>,
    /// The leaves that the metrics need, each once, in order of first need.
    pub(crate) leaves: Vec<LeafUse>,
}

/// The time that is asked about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Span {
    AllTime,
    Days(DateRange),
}

/// A metric of the question.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// As written, which names its column.
    pub(crate) id: String,
    pub(crate) metric: &'static Metric,
    /// Of metrics that take one.
    pub(crate) model: Option<Model>,
}

/// A leaf to aggregate; of credits under one model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeafUse {
    pub(crate) metric: &'static Metric,
    pub(crate) leaf: &'static Leaf,
    pub(crate) model: Option<Model>,
}

impl LeafUse {
    pub(crate) fn is(&self, metric: &Metric, model: Option<Model>) -> bool {
        self.metric.key == metric.key && (self.model == model || self.model.is_none())
    }
}

/// A column that rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SortTarget {
    Date,
    /// Index into the shown dimension columns.
    Dimension(usize),
    /// Index into the metrics.
    Metric(usize),
}

impl<'a> Draft<'a> {
    pub(crate) fn new(query: &'a Query, organization: &'a Organization<'a>) -> Self {
        Self {
            query,
            organization,
            catalogue: catalogue(),
            problems: Vec::new(),
            span: None,
            zone: query.zone.clone().unwrap_or_else(|| organization.zone.to_owned()),
            variants: if query.attribution.is_some() {
                Vec::new()
            } else {
                organization.history.to_vec()
            },
            settings: query.attribution.clone().unwrap_or_else(|| organization.attribution.clone()),
            metrics: Vec::new(),
            dimensions: Vec::new(),
            filters: Vec::new(),
            sort: Vec::new(),
            leaves: Vec::new(),
        }
    }

    /// The families to read, each once, in their fixed order.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        Fact::ALL
            .into_iter()
            .filter(|fact| self.leaves.iter().any(|used| used.leaf.fact == *fact))
            .collect()
    }

    /// Columns that are grouped by; a column that two dimensions need is there once.
    pub(crate) fn keys(&self) -> Vec<&'static DimensionColumn> {
        let mut keys: Vec<&'static DimensionColumn> = Vec::new();
        for column in self.dimensions.iter().flat_map(|dimension| dimension.keys()) {
            if !keys.iter().any(|key| key.source == column.source) {
                keys.push(column);
            }
        }
        keys
    }

    /// Columns with names that stand beside keys.
    pub(crate) fn names(&self) -> Vec<&'static DimensionColumn> {
        self.dimensions.iter().flat_map(|dimension| dimension.names()).collect()
    }

    /// Columns that the answer shows, in the order of the dimensions.
    pub(crate) fn shown(&self) -> Vec<&'static DimensionColumn> {
        self.dimensions.iter().flat_map(|dimension| dimension.shown()).collect()
    }
}
