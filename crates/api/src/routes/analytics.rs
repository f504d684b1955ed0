//! Campaigns, assets, customers and credit.

pub(super) mod asset_roi;
pub(super) mod attribution_settings;
pub(super) mod calculate_attribution;
pub(super) mod campaign_performance;
pub(super) mod compare_attribution;
pub(super) mod completion;
pub(super) mod customer_journey;
pub(super) mod customers;
mod identity;
pub(super) mod reconciliation;
pub(super) mod stability;
