//! What can be wrong with a calculation of credit.

/// Every variant names the setting or the amount, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the attribution setting `{field}` is {value}: {remedy}")]
    Setting { field: String, value: String, remedy: &'static str },
    #[error("`{text}` is not a duration: write a whole number with its unit, such as 30d, 12h, 90m or 3600s")]
    Duration { text: String },
    #[error(
        "there is no attribution model `{text}`: use first_touch, last_touch, linear, time_decay, position_based, custom, last_non_direct, j_shaped, inverse_j, w_shaped or full_path"
    )]
    Model { text: String },
    #[error("the amount {minor_units} (minor units) is beyond what can be shared exactly: split the order, or correct its value")]
    Overflow { minor_units: i128 },
}
