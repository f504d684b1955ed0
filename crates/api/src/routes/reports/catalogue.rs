//! What can be asked for.

use axum::Json;
use semantic::catalogue::{Direction, MetricUnit};
use semantic::{Dimension, Metric, catalogue};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Catalogue)]
pub(crate) struct CatalogueBody {
    metrics: Vec<MetricBody>,
    dimensions: Vec<DimensionBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Metric)]
struct MetricBody {
    key: String,
    label: String,
    description: String,
    /// `money`, `count`, `ratio` or `percent`.
    unit: &'static str,
    /// Which way is good news: `up`, `down` or `neutral`.
    good: &'static str,
    /// Whether the metric can be asked with a model: `attributed_revenue{linear}`.
    takes_model: bool,
    /// Keys of the dimensions that every fact of the metric has.
    dimensions: Vec<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dimension)]
struct DimensionBody {
    key: &'static str,
    label: &'static str,
    description: &'static str,
}

/// The metrics and dimensions that can be asked for, and which go together.
#[utoipa::path(
    get, path = "/api/reports/catalogue", operation_id = "report_catalogue", tag = "reports",
    responses((status = 200, description = "Metrics and dimensions", body = CatalogueBody))
)]
pub(crate) async fn handler() -> Json<CatalogueBody> {
    let catalogue = catalogue();
    Json(CatalogueBody {
        metrics: catalogue.metrics.iter().map(MetricBody::from).collect(),
        dimensions: catalogue.dimensions.iter().map(DimensionBody::from).collect(),
    })
}

impl From<&Metric> for MetricBody {
    fn from(metric: &Metric) -> Self {
        let catalogue = catalogue();
        let facts = catalogue.facts(metric);
        let fits = |dimension: &&Dimension| facts.iter().all(|fact| dimension.is_on(*fact));
        Self {
            key: metric.key.clone(),
            label: metric.label.clone(),
            description: metric.description.clone(),
            unit: match metric.unit {
                MetricUnit::Money => "money",
                MetricUnit::Count => "count",
                MetricUnit::Ratio => "ratio",
                MetricUnit::Percent => "percent",
            },
            good: match metric.good {
                Direction::Up => "up",
                Direction::Down => "down",
                Direction::Neutral => "neutral",
            },
            takes_model: catalogue.takes_model(metric),
            dimensions: catalogue.dimensions.iter().filter(fits).map(|dimension| dimension.key).collect(),
        }
    }
}

impl From<&Dimension> for DimensionBody {
    fn from(dimension: &Dimension) -> Self {
        Self {
            key: dimension.key,
            label: dimension.label,
            description: dimension.description,
        }
    }
}
