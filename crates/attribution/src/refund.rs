//! Refunds mirror the credit of their order.

/// What has been given back of one order so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Refunded {
    minor_units: i64,
}

/// How one refund divides: the part that takes back credit, and the excess over what the order still was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Value of the order before and after this refund. The touches' rows are the difference of the two allocations under the order's own
    /// weights (cumulative method): partial refunds never drift, and a full refund nets every touch to exactly 0. A single partial
    /// refund's row may be a minor unit on the wrong side of zero, as largest remainder is not monotone; the running total never is.
    pub(crate) before: i64,
    pub(crate) after: i64,
    /// Given back beyond the order's value: nobody's credit, reported as unattributed and flagged, so that the total still adds up.
    pub(crate) excess: i64,
}

impl Refunded {
    /// Takes a refund of `amount` of an order worth `value` into account. A negative amount takes earlier refunds back.
    pub(crate) fn step(&mut self, value: i64, amount: i64) -> Step {
        // Never more than the order's value is taken back, nor less than nothing: no subtraction here can overflow.
        let before = value - self.minor_units;
        let covered = amount.clamp(-self.minor_units, before.max(0));
        self.minor_units += covered;
        Step {
            before,
            after: before - covered,
            excess: amount - covered,
        }
    }
}

#[cfg(test)]
mod tests;
