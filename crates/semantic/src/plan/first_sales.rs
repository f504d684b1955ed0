//! Which of a customer's conversions came first of its type, over all time: the question's range cuts afterwards. What comes after the
//! range changes nothing.

use super::draft::{Draft, Span};
use super::family::CONVERSION_TYPE;
use super::statement::Statement;
use crate::engine::Param;

/// The condition that leaves out what comes after the range.
pub(super) fn until(draft: &Draft<'_>, statement: &mut Statement) -> String {
    match &draft.span {
        Some(Span::Days(range)) => format!(" AND recorded_at < {}", statement.bind(Param::Instant(range.end_instant()))),
        Some(Span::AllTime) | None => String::new(),
    }
}

/// For counting new customers: conversions at a customer's first instant have `is_first` = 1, several if they share it.
pub(super) fn by_time(counted: &str, until: &str) -> String {
    format!(
        "(\n\
         SELECT sales.*, CASE WHEN sales.recorded_at = firsts.first_at THEN 1 ELSE 0 END AS is_first\n\
         FROM unified_marketing_data AS sales\nLEFT JOIN (\n\
         SELECT customer_id AS first_customer, {CONVERSION_TYPE} AS first_type, MIN(recorded_at) AS first_at\n\
         FROM unified_marketing_data\n\
         WHERE record_kind IN ('order', 'conversion') AND customer_id IS NOT NULL AND {counted}{until}\n\
         GROUP BY customer_id, {CONVERSION_TYPE}\n\
         ) AS firsts ON sales.customer_id = firsts.first_customer AND COALESCE(sales.conversion_type, 'purchase') = firsts.first_type\n\
         ) AS sales"
    )
}

/// For telling new from returning: exactly one conversion a customer and type has `is_first` = 1, as in the kernel of attribution, and a
/// refund has that of its order.
pub(super) fn exact(counted: &str, until: &str) -> String {
    format!(
        "(\n\
         SELECT *, CASE WHEN is_refund = 0 THEN is_first_sale WHEN order_id IS NULL THEN 0\n\
         \x20 ELSE MAX(is_first_sale) OVER (PARTITION BY customer_id, counted_type, order_id) END AS is_first\n\
         FROM (\n\
         SELECT *, CASE WHEN is_refund = 0 AND customer_id IS NOT NULL\n\
         \x20 AND ROW_NUMBER() OVER (PARTITION BY customer_id, counted_type, is_refund ORDER BY recorded_at, sequence) = 1 THEN 1 ELSE 0 END AS is_first_sale\n\
         FROM (\n\
         SELECT record_kind, recorded_at, sequence, data_source, customer_id, order_id, conversion_type, country, device, revenue_reporting, refund_reporting,\n\
         \x20 {CONVERSION_TYPE} AS counted_type, CASE WHEN record_kind = 'refund' THEN 1 ELSE 0 END AS is_refund\n\
         FROM unified_marketing_data\n\
         WHERE record_kind IN ('order', 'conversion', 'refund') AND {counted}{until}\n\
         ) AS counted\n\
         ) AS numbered\n\
         ) AS sales"
    )
}
