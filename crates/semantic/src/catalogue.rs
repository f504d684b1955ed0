//! The metrics and dimensions that can be asked for. Metrics are data: YAML in `catalog/metrics/` at the root of the repository, read
//! once from the binary. Dimensions are a table in code, because each names columns of the facts.

mod dimension;
mod fact;
mod metric;

use std::sync::OnceLock;

pub(crate) use dimension::CUSTOMER;
pub use dimension::{Dimension, DimensionColumn, DimensionKind};
pub use fact::Fact;
pub use metric::{Aggregation, Alias, Condition, Definition, Direction, Formula, Leaf, Metric, MetricUnit, RowValue};

use attribution::Model;

/// All that can be asked for.
#[derive(Debug)]
pub struct Catalogue {
    pub metrics: Vec<Metric>,
    pub dimensions: &'static [Dimension],
}

/// The standard catalogue.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue {
        metrics: metric::standard(),
        dimensions: dimension::ALL,
    })
}

/// Names that marketers ask for and that cannot be answered by adding rows up, with the reason.
pub(crate) const NOT_ADDITIVE: &[&str] = &["reach", "frequency", "campaign_reach", "campaign_frequency"];

/// Names of the specification that follow people through steps, with where to ask for them: no sum over rows gives them.
pub(crate) const OF_PIPELINE: &[&str] = &["pipeline_velocity", "lead_conversion_rate"];

impl Catalogue {
    /// A metric by its key or an alias; an alias may carry a model (`first_touch_revenue`).
    pub fn metric(&self, name: &str) -> Option<(&Metric, Option<Model>)> {
        for metric in &self.metrics {
            if metric.key == name {
                return Some((metric, None));
            }
            if let Some(alias) = metric.aliases.iter().find(|alias| alias.key() == name) {
                return Some((metric, alias.model()));
            }
        }
        None
    }

    pub fn dimension(&self, key: &str) -> Option<&'static Dimension> {
        self.dimensions.iter().find(|dimension| dimension.key == key)
    }

    /// True where the metric is computed from credits and so has one value for each model.
    pub fn takes_model(&self, metric: &Metric) -> bool {
        self.leaves(metric).iter().any(|(_, leaf)| leaf.fact == Fact::Credits)
    }

    /// The facts that a metric needs, each once.
    pub fn facts(&self, metric: &Metric) -> Vec<Fact> {
        let mut facts: Vec<Fact> = self.leaves(metric).iter().map(|(_, leaf)| leaf.fact).collect();
        facts.sort_unstable();
        facts.dedup();
        facts
    }

    /// The leaves that a metric is computed from, itself if it is one.
    pub(crate) fn leaves<'a>(&'a self, metric: &'a Metric) -> Vec<(&'a Metric, &'a Leaf)> {
        match &metric.definition {
            Definition::Leaf(leaf) => vec![(metric, leaf)],
            Definition::Formula(formula) => formula.inputs().flat_map(|key| self.leaves(self.part(key))).collect(),
        }
    }

    /// A metric that a formula of the catalogue names.
    pub(crate) fn part(&self, key: &str) -> &Metric {
        self.metrics
            .iter()
            .find(|metric| metric.key == key)
            .expect("formulas of the catalogue name metrics of the catalogue")
    }

    /// Every key and alias of the metrics.
    pub(crate) fn metric_names(&self) -> impl Iterator<Item = &str> {
        self.metrics
            .iter()
            .flat_map(|metric| std::iter::once(metric.key.as_str()).chain(metric.aliases.iter().map(Alias::key)))
    }
}

#[cfg(test)]
mod tests;
