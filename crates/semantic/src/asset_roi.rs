//! What one creative asset cost and earned: the question behind an asset's page.

use attribution::Model;
use types::{AssetId, TimeGrain};

use crate::query::{DateBasis, Filter, FilterOperator, Query};

const METRICS: &[&str] = &["spend", "impressions", "clicks", "ctr", "cpc", "touches"];
const METRICS_OF_MODEL: &[&str] = &["attributed_conversions", "attributed_revenue", "roas", "roi"];

/// A question about one asset, with its earnings under each of `models`, by `dimensions` (none, or `campaign`, `channel` …). Cost is that
/// of ads that name the asset: platforms that report no ads know no assets. Whether the asset is known at all, [`crate::identity`] tells.
pub fn query(asset: AssetId, from: String, to: String, zone: Option<String>, grain: TimeGrain, models: &[Model], dimensions: Vec<String>) -> Query {
    let of_model = models
        .iter()
        .flat_map(|model| METRICS_OF_MODEL.iter().map(move |key| format!("{key}{{{model}}}")));
    Query {
        metrics: METRICS.iter().map(|key| (*key).to_owned()).chain(of_model).collect(),
        dimensions,
        filters: vec![Filter {
            dimension: "asset".to_owned(),
            operator: FilterOperator::Is,
            values: vec![asset.to_string()],
        }],
        from,
        to,
        grain,
        zone,
        attribution: None,
        date_basis: DateBasis::Conversion,
        sort: Vec::new(),
        limit: None,
    }
}

#[cfg(test)]
mod tests;
