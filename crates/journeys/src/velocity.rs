//! How much money a pipeline makes a day.

use types::money::round_half_even;

const DAY_MICROS: i128 = 86_400_000_000;

/// What a pipeline's velocity is made of. Money is micros of the reporting currency, time is microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// Leads that entered the pipeline.
    pub entered: i64,
    pub won: i64,
    pub lost: i64,
    /// Value of all that was won.
    pub won_micros: i128,
    /// Median time from becoming a lead to being won.
    pub cycle_micros: Option<i64>,
}

impl Pace {
    /// Money a day: leads × win rate × average value ÷ cycle, where win rate = won ÷ (won + lost) and average value = won value ÷ won,
    /// half-even to the micro. Leads that are still open are so expected to end as those did that have ended. None where nothing has
    /// ended, nothing was won, the cycle takes no time, or the product is beyond 128 bits.
    pub fn velocity_micros(&self) -> Option<i128> {
        let ended = i128::from(self.won.checked_add(self.lost)?);
        let cycle = i128::from(self.cycle_micros.filter(|micros| *micros > 0)?);
        if ended <= 0 || self.won <= 0 {
            return None;
        }
        let dividend = self.won_micros.checked_mul(i128::from(self.entered))?.checked_mul(DAY_MICROS)?;
        Some(round_half_even(dividend, ended.checked_mul(cycle)?))
    }
}

#[cfg(test)]
mod tests;
