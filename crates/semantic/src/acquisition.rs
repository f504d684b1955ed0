//! What it cost to win a customer, as the derived table of journeys has it: it takes all spend and all touches to say.

use types::money::format_amount;
use types::{Currency, CustomerId};

use crate::engine::{Param, Plan, RawTable};
use crate::result::Cell;

pub fn plan(customer: CustomerId) -> Plan {
    let sql = "SELECT acquisition_cost FROM customer_journey_tracking WHERE customer_id = $1";
    Plan {
        sql: sql.to_owned(),
        params: vec![Param::Uuid(customer.0)],
        ..Plan::default()
    }
}

/// None where the customer was not derived yet, or no touch has a known cost.
pub fn finish(raw: &RawTable, currency: Currency) -> Option<String> {
    match raw.rows.first()?.first()? {
        Cell::Decimal(amount) => i64::try_from(amount.micros()).ok().map(|micros| format_amount(micros, currency)),
        Cell::Null | Cell::Text(_) | Cell::Integer(_) | Cell::Number(_) | Cell::Bool(_) => None,
    }
}
