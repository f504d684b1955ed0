//! How one campaign did: the question behind a campaign's page.

use attribution::Model;
use types::{CampaignId, TimeGrain};

use crate::query::{DateBasis, Filter, FilterOperator, Query};

/// Metrics of a campaign; those that take a model follow it.
const METRICS: &[&str] = &[
    "spend",
    "impressions",
    "clicks",
    "ctr",
    "cpc",
    "cpm",
    "platform_conversions",
    "platform_revenue",
    "platform_roas",
    "touches",
    "touched_customers",
];
const METRICS_OF_MODEL: &[&str] = &["attributed_conversions", "attributed_revenue", "roas", "roi"];

/// A question about one campaign. Its totals are the campaign's figures over the range. Whether the campaign is known at all,
/// [`crate::identity`] tells.
pub fn query(campaign: CampaignId, from: String, to: String, zone: Option<String>, grain: TimeGrain, model: Model) -> Query {
    let of_model = METRICS_OF_MODEL.iter().map(|key| format!("{key}{{{model}}}"));
    Query {
        metrics: METRICS.iter().map(|key| (*key).to_owned()).chain(of_model).collect(),
        dimensions: Vec::new(),
        filters: vec![Filter {
            dimension: "campaign".to_owned(),
            operator: FilterOperator::Is,
            values: vec![campaign.to_string()],
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
