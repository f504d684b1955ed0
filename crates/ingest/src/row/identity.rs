//! What the customer of a row is known by.

use types::identifier::{IdentifierError, to_column};
use types::{Identifier, IdentifierKind, UnifiedRow};

use crate::refusal::Fault;

/// Stands in the quarantine for what must not be kept.
pub(crate) const REMOVED: &str = "(removed)";

/// Gives the row its customer, if it has no key of one, and says what the column `identifiers` holds. `identifiers` is not empty: then the
/// customer's key and the order's number are identifiers too.
pub(crate) fn identify<T: AsRef<str>>(row: &mut UnifiedRow<T>, identifiers: &mut Vec<Identifier>) -> Option<String> {
    let more = [(IdentifierKind::Customer, &row.customer_key), (IdentifierKind::Order, &row.order_id)];
    for (kind, text) in more {
        // As they are: a customer's id is derived from the key to the letter.
        let named = text.as_ref().map(|text| Identifier {
            kind,
            value: text.as_ref().to_owned(),
        });
        identifiers.extend(named);
    }
    let column = to_column(identifiers);
    if row.customer_id.is_none() {
        row.customer_id = identifiers.first().map(|strongest| strongest.home(row.organization_id));
    }
    column
}

pub(crate) fn fault(kind: IdentifierKind, error: IdentifierError) -> Fault {
    let code = match error {
        IdentifierError::TooLong => "key_too_long",
        IdentifierError::Empty | IdentifierError::Email | IdentifierError::Phone | IdentifierError::Hash => "bad_identifier",
    };
    let what = match kind {
        IdentifierKind::Email => "the e-mail address",
        IdentifierKind::Phone => "the telephone number",
        _ => "the identifier",
    };
    Fault::new(code, format!("{what} cannot be used: {error}"))
}
