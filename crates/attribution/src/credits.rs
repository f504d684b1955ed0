//! Credit rows as columns, in buffers that the caller owns and reuses.

use crate::Model;

/// In [`Credits::touch`]: no touch, the row is unattributed.
pub const NO_TOUCH: u32 = u32::MAX;

/// What is special about a credit row; bits of [`Credits::flags`].
pub mod flag {
    /// Mirrors a refund; `entry` is the refund's row.
    pub const REFUND: u8 = 1;
    /// The conversion is the customer's first counted one of its type.
    pub const FIRST_OF_TYPE: u8 = 1 << 1;
    /// All position shares that apply to the journey are zero: position-based credit is linear.
    pub const POSITION_FALLBACK: u8 = 1 << 2;
    /// All custom weights of the journey are zero: custom credit is linear.
    pub const CUSTOM_FALLBACK: u8 = 1 << 3;
    /// The refund is larger than what its order still was worth; the excess is in an unattributed row of weight 0.
    pub const REFUND_EXCESS: u8 = 1 << 4;
    /// The refund's order is not known: its amount is unattributed.
    pub const REFUND_WITHOUT_ORDER: u8 = 1 << 5;
    /// The journey lacks a milestone of W-shaped or full-path credit, whose share is the others'.
    pub const MILESTONE_MISSING: u8 = 1 << 6;
}

/// Credit rows, column by column; all columns have the same length. For every conversion: one row for each eligible touch, or one
/// unattributed row of weight 1 and the full value. For every refund: the same rows as its order's, with the order's weights and the
/// amounts that are taken back (negative), plus an unattributed row for an excess. Row numbers are [`crate::Customer::first_row`] plus
/// the position in the customer's slices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Credits {
    /// Row of the conversion or order; the refund's own where the order is unknown.
    pub conversion: Vec<u32>,
    /// Row of what happened: the conversion itself, or the refund.
    pub entry: Vec<u32>,
    /// Row of the touch, or [`NO_TOUCH`].
    pub touch: Vec<u32>,
    /// Position in the journey from 1; 0 for unattributed.
    pub position: Vec<u32>,
    /// Number of eligible touches of the conversion.
    pub touches: Vec<u32>,
    pub flags: Vec<u8>,
    /// One for each model asked for, in that order.
    pub models: Vec<ModelCredits>,
}

/// Credit under one model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCredits {
    pub model: Model,
    /// Share of the conversion; the shares of a conversion sum to 1.
    pub weights: Vec<f64>,
    /// Minor units of the reporting currency; the amounts of a conversion sum to its value exactly.
    pub amounts: Vec<i64>,
}

impl Credits {
    pub fn new(models: &[Model]) -> Self {
        let models = models
            .iter()
            .map(|model| ModelCredits {
                model: *model,
                weights: Vec::new(),
                amounts: Vec::new(),
            })
            .collect();
        Self { models, ..Self::default() }
    }

    pub fn len(&self) -> usize {
        self.conversion.len()
    }

    pub fn is_empty(&self) -> bool {
        self.conversion.is_empty()
    }

    /// Empties all columns and keeps their memory.
    pub fn clear(&mut self) {
        for column in [
            &mut self.conversion,
            &mut self.entry,
            &mut self.touch,
            &mut self.position,
            &mut self.touches,
        ] {
            column.clear();
        }
        self.flags.clear();
        for model in &mut self.models {
            model.weights.clear();
            model.amounts.clear();
        }
    }
}
