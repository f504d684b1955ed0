//! The fact families: what a row of each is, and which of its columns hold what. Families are joined only after aggregation.

use serde::{Deserialize, Serialize};

/// A family of rows that share their dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Platforms' cost and results: civil dates of the ad account, one level per campaign and day.
    Spend,
    /// Recorded interactions: instants.
    Touches,
    /// Orders, conversions and refunds of the counted types: instants.
    Conversions,
    /// Shares of conversions and refunds among touches, and the unattributed rest, under each model.
    Credits,
}

impl Fact {
    pub const ALL: [Self; 4] = [Self::Spend, Self::Touches, Self::Conversions, Self::Credits];

    /// How messages call its rows.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Spend => "platform spend rows",
            Self::Touches => "touches",
            Self::Conversions => "orders and conversions",
            Self::Credits => "credits",
        }
    }

    /// What a cell shows where the family has no row for it. Spend stays unknown (a channel such as Direct has none to report); of what
    /// we count ourselves there is nothing.
    pub const fn is_zero_when_absent(self) -> bool {
        match self {
            Self::Spend => false,
            Self::Touches | Self::Conversions | Self::Credits => true,
        }
    }
}
