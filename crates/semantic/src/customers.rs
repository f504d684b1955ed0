//! The list of customers from which a journey is chosen.

use jiff::Timestamp;
use serde::Serialize;
use types::{Currency, CustomerId};
use uuid::Uuid;

use crate::engine::{Param, Plan, RawTable};
use crate::row::Reader;

/// Longest list.
pub const LIMIT_MAX: u32 = 1_000;

/// A customer with at least one order, conversion or refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CustomerSummary {
    pub customer_id: CustomerId,
    /// The sources' own id of the customer.
    pub customer_key: Option<String>,
    /// Orders and other conversions.
    pub conversions: i64,
    /// Orders and conversions minus refunds, in the reporting currency.
    pub revenue: Option<String>,
    pub last_at: Timestamp,
}

/// Customers by their latest order or conversion, newest first. `search` is a part of the customer's key in any case, or a whole
/// customer id.
pub fn plan(search: Option<&str>, limit: u32) -> Plan {
    let (condition, params) = match search.map(str::trim).filter(|text| !text.is_empty()) {
        None => ("", Vec::new()),
        Some(text) => match Uuid::parse_str(text) {
            Ok(id) => (" AND customer_id = $1", vec![Param::Uuid(id)]),
            Err(_) => (" AND strpos(lower(customer_key), $1) > 0", vec![Param::Text(text.to_lowercase())]),
        },
    };
    let sql = format!(
        "SELECT customer_id, MAX(customer_key) AS customer_key, COUNT(CASE WHEN record_kind <> 'refund' THEN 1 END) AS conversions,\n\
         \x20 SUM(CASE WHEN record_kind = 'refund' THEN -refund_reporting ELSE revenue_reporting END) AS revenue, MAX(recorded_at) AS last_at\n\
         FROM unified_marketing_data\n\
         WHERE record_kind IN ('order', 'conversion', 'refund') AND customer_id IS NOT NULL{condition}\n\
         GROUP BY customer_id\nORDER BY last_at DESC, customer_id\nLIMIT {}",
        limit.clamp(1, LIMIT_MAX)
    );
    Plan {
        sql,
        params,
        ..Plan::default()
    }
}

pub fn finish(raw: &RawTable, currency: Currency) -> Vec<CustomerSummary> {
    let mut customers = Vec::with_capacity(raw.rows.len());
    for cells in &raw.rows {
        let mut row = Reader::new(cells);
        let (id, customer_key, conversions, revenue) = (row.uuid(), row.text(), row.integer(), row.money(currency));
        if let (Some(id), Some(last_at)) = (id, row.instant()) {
            customers.push(CustomerSummary {
                customer_id: CustomerId(id),
                customer_key,
                conversions,
                revenue,
                last_at,
            });
        }
    }
    customers
}

#[cfg(test)]
mod tests;
