//! Amounts of a row: in their own currency, and in the reporting currency beside it.

use types::money::{self, FxRate, Money};
use types::{Currency, UnifiedRow};

use crate::refusal::Fault;

/// The value of an order or conversion: whole minor units, not negative.
pub(crate) fn set_revenue<T>(row: &mut UnifiedRow<T>, money: Money, rate: FxRate, reporting: Currency) -> Result<(), Fault> {
    let converted = whole(money, rate, reporting, "a negative sale is a refund: make it a `refund` record")?;
    row.revenue = Some(money.micros);
    row.revenue_reporting = Some(converted.micros);
    set_currency(row, money.currency, rate);
    Ok(())
}

/// Money given back: whole minor units, written as a positive amount.
pub(crate) fn set_refund<T>(row: &mut UnifiedRow<T>, money: Money, rate: FxRate, reporting: Currency) -> Result<(), Fault> {
    let converted = whole(
        money,
        rate,
        reporting,
        "refunds are positive amounts: use `negate: true` in a mapping if the source writes them with a minus",
    )?;
    row.refund = Some(money.micros);
    row.refund_reporting = Some(converted.micros);
    set_currency(row, money.currency, rate);
    Ok(())
}

/// A part of an order's value: whole minor units, not negative.
pub(crate) fn set_part<T>(
    row: &mut UnifiedRow<T>,
    money: Money,
    rate: FxRate,
    reporting: Currency,
    part: impl FnOnce(&mut UnifiedRow<T>) -> (&mut Option<i64>, &mut Option<i64>),
) -> Result<(), Fault> {
    let converted = whole(
        money,
        rate,
        reporting,
        "parts of an order are positive amounts: use `negate: true` in a mapping if the source writes them with a minus",
    )?;
    let (own, in_reporting) = part(row);
    (*own, *in_reporting) = (Some(money.micros), Some(converted.micros));
    set_currency(row, money.currency, rate);
    Ok(())
}

/// Cost: exact to the micro; a platform's credit note may be negative.
pub(crate) fn set_spend<T>(row: &mut UnifiedRow<T>, money: Money, rate: FxRate, reporting: Currency) -> Result<(), Fault> {
    row.spend_reporting = Some(money.convert_to_micros(rate, reporting).map_err(|error| fault(&error))?.micros);
    row.spend = Some(money.micros);
    set_currency(row, money.currency, rate);
    Ok(())
}

fn set_currency<T>(row: &mut UnifiedRow<T>, currency: Currency, rate: FxRate) {
    row.currency = Some(currency);
    row.fx_rate = Some(rate);
}

/// Whether an amount may be an order's, conversion's or refund's: whole minor units, not negative.
pub(crate) fn check_whole(money: Money, negative_remedy: &str) -> Result<(), Fault> {
    if money.micros < 0 {
        return Err(Fault::new("negative_amount", format!("{money} is negative: {negative_remedy}")));
    }
    money.minor_units().map(|_| ()).map_err(|error| fault(&error))
}

fn whole(money: Money, rate: FxRate, reporting: Currency, negative_remedy: &str) -> Result<Money, Fault> {
    check_whole(money, negative_remedy)?;
    money.convert(rate, reporting).map_err(|error| fault(&error))
}

/// The money's own complaint, with a code and what to do.
pub(crate) fn fault(error: &money::Error) -> Fault {
    match error {
        money::Error::Amount { text } if text.contains(',') => Fault::new(
            "bad_amount",
            format!("{error}; if the comma is the decimal sign, set `decimal_comma: true` in the mapping"),
        ),
        money::Error::Amount { .. } => Fault::new("bad_amount", error.to_string()),
        money::Error::Scale { .. } => Fault::new("amount_too_fine", format!("{error}: round it at the source")),
        money::Error::Range { .. } => Fault::new("amount_range", format!("{error}: correct the amount")),
        money::Error::Currency { .. } => Fault::new("unknown_currency", error.to_string()),
        money::Error::Fraction { .. } => Fault::new("amount_too_fine", format!("{error}: round it at the source, or correct the currency")),
    }
}
