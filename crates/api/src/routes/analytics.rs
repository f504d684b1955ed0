//! Campaigns, assets, customers and credit.

pub(super) mod asset_roi;
pub(super) mod assists;
pub(super) mod attribution_settings;
pub(super) mod calculate_attribution;
pub(super) mod campaign_audit;
pub(super) mod campaign_performance;
pub(super) mod cohorts;
pub(super) mod compare_attribution;
pub(super) mod completion;
pub(super) mod customer_journey;
pub(super) mod customers;
pub(super) mod funnel;
mod identity;
pub(super) mod overlap;
mod path_question;
pub(super) mod paths;
pub(super) mod pipeline;
pub(super) mod reconciliation;
pub(super) mod retention;
pub(super) mod stability;
