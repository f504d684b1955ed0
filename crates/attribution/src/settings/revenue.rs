//! What counts as an order's revenue.

use serde::{Deserialize, Serialize};

/// Which parts of what the customer paid are revenue. An order's amount is what was paid: with tax and shipping, after discounts. A
/// refund takes back the same share of every part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RevenueDefinition {
    /// Tax counts.
    pub tax: bool,
    /// Shipping that the customer paid counts.
    pub shipping: bool,
    /// Discounts are deducted; if not, revenue is what the goods would have cost.
    pub discounts_deducted: bool,
    /// Refunds are deducted.
    pub refunds_deducted: bool,
}

impl Default for RevenueDefinition {
    /// What was paid, less refunds.
    fn default() -> Self {
        Self {
            tax: true,
            shipping: true,
            discounts_deducted: true,
            refunds_deducted: true,
        }
    }
}

impl RevenueDefinition {
    /// Value of an order in micros, from what was paid and its parts.
    pub const fn value(self, paid: i128, parts: Parts) -> i128 {
        let mut value = paid;
        if !self.tax {
            value -= parts.tax;
        }
        if !self.shipping {
            value -= parts.shipping;
        }
        if !self.discounts_deducted {
            value += parts.discount;
        }
        value
    }

    /// Whether parts of orders matter.
    pub const fn reads_parts(self) -> bool {
        !self.tax || !self.shipping || !self.discounts_deducted
    }
}

/// Parts of an order in micros of the reporting currency; 0 where they are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub tax: i128,
    pub shipping: i128,
    pub discount: i128,
}
