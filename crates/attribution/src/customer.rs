//! One customer's rows as the kernel reads them.

/// What a row of a customer's journey is to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Touch,
    /// A conversion or an order; details in an [`Event`].
    Conversion,
    /// Details in an [`Event`].
    Refund,
    /// Anything else, such as a stage: no part in credit.
    Other,
}

/// In [`Event::conversion_type`]: a type that the settings do not count. The conversion gets no rows, nor do its refunds.
pub const NOT_COUNTED: u32 = u32::MAX;
/// In [`Event::refund_of`]: the order is not known.
pub const NO_ORDER: u32 = u32::MAX;

/// A conversion or a refund. A customer has few of them, so they are listed instead of being columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Position in the customer's slices.
    pub row: u32,
    /// [`crate::Settings::conversion_type_code`], or [`NOT_COUNTED`]. A refund has the type of its order; one without a known order has
    /// the type under which it would be counted.
    pub conversion_type: u32,
    /// Minor units of the reporting currency: the order's value, or the money given back (positive).
    pub value: i64,
    /// For a refund: position of its order in [`Customer::events`], or [`NO_ORDER`].
    pub refund_of: u32,
}

/// A stage that W-shaped and full-path credit look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Lead,
    Opportunity,
}

/// When a customer reached a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// UTC microseconds.
    pub time: i64,
    pub stage: Stage,
}

/// All rows of one customer, ordered by time, kind and sequence. The slices `times` and `kinds` have the same length.
#[derive(Clone, Copy, Debug, Default)]
pub struct Customer<'a> {
    /// Added to every row number in the credit rows: the number of the customer's first row in the caller's batch.
    pub first_row: u32,
    /// UTC microseconds.
    pub times: &'a [i64],
    pub kinds: &'a [Kind],
    /// Conversions and refunds in the order of their rows.
    pub events: &'a [Event],
    /// [`crate::CustomWeights::factor`] of every row; read for credited touches only. Empty: 1 for all.
    pub factors: &'a [f64],
    /// [`crate::Pass::class_of`] of every row; read for touches only. Empty where [`crate::Settings::reads_classes`] is false.
    pub classes: &'a [u16],
    /// In order of time; read by models that [need them](crate::Model::needs_milestones).
    pub milestones: &'a [Milestone],
}
