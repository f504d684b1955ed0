//! Why something cannot be estimated.

/// What is missing, in words that can be shown.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    #[error("not enough data: {found} {what}, at least {needed} are needed")]
    NotEnoughData { what: &'static str, found: usize, needed: usize },
    /// Enough rows, but they do not differ in what the model explains, so that any parameter fits as well as the next larger one.
    #[error("not enough data: {what}, so that the model has no best fit")]
    NoSpread { what: &'static str },
    #[error("customer {row} (counted from 0): {reason}")]
    BadRow { row: usize, reason: &'static str },
    #[error("{parameter} is {value}: use a positive number")]
    BadParameter { parameter: &'static str, value: f64 },
}
