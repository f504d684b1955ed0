//! Money of credit, without its rows, for callers that add it up.

use crate::credits::{Credits, NO_TOUCH};

/// Takes shares of money.
pub trait Money {
    type Error: From<crate::Error>;

    /// The shares that follow are of one conversion or refund; `touches` are the positions in the customer's slices of the touches that
    /// share it. None: it is unattributed, and its only share is at 0.
    fn begin(&mut self, touches: &[u32]) -> Result<(), Self::Error>;

    /// A share under the model at `model` of those asked for, of touch number `at`. Shares that are zero may be left out.
    fn add(&mut self, model: usize, at: usize, amount: i64);
}

/// The money of credit rows, which are of one event.
pub(crate) fn add_rows<M: Money>(credits: &Credits, first_row: u32, money: &mut M) -> Result<(), M::Error> {
    let touches = credits.touch.iter().take_while(|touch| **touch != NO_TOUCH);
    let touches = touches.map(|touch| touch.wrapping_sub(first_row)).collect::<Vec<_>>();
    let count = touches.len();
    let mut add = |rows: std::ops::Range<usize>, touches: &[u32]| -> Result<(), M::Error> {
        money.begin(touches)?;
        for (model, credit) in credits.models.iter().enumerate() {
            let amounts = credit.amounts[rows.clone()].iter().enumerate();
            amounts.for_each(|(at, amount)| money.add(model, at, *amount));
        }
        Ok(())
    };
    if count > 0 {
        add(0..count, &touches)?;
    }
    // What is unattributed, or exceeds what the order was worth.
    (count..credits.len()).try_for_each(|row| add(row..row + 1, &[]))
}
