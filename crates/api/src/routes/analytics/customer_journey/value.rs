//! What the customer was worth and will be.

use semantic::customer_value::CustomerOutlook;
use serde::Serialize;
use utoipa::ToSchema;

/// Money is in the reporting currency. Predictions are BG/NBD × Gamma-Gamma over all customers; without enough data they are null and
/// `note` says why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerValue)]
pub(super) struct ValueBody {
    /// Purchases minus refunds so far.
    observed: String,
    /// Predicted value of the purchases of the next twelve months.
    next_12_months: Option<String>,
    /// Both together.
    predicted: Option<String>,
    /// Predicted days with an order in the next twelve months.
    purchases: Option<f64>,
    /// Probability that the customer will buy again at all.
    alive: Option<f64>,
    note: Option<String>,
}

impl From<CustomerOutlook> for ValueBody {
    fn from(outlook: CustomerOutlook) -> Self {
        Self {
            observed: outlook.observed,
            next_12_months: outlook.next_12_months,
            predicted: outlook.predicted,
            purchases: outlook.purchases,
            alive: outlook.alive,
            note: outlook.note,
        }
    }
}
