//! An exact decimal number of an answer: a number until somebody reads it, as text.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use types::Currency;
use types::money::{format_scaled, round_half_even};

/// An amount in millionths as text: the currency's digits, and more only where the amount has them.
pub(crate) fn money_text(micros: i128, currency: Currency) -> String {
    format_scaled(micros, 6, currency.digits() as usize)
}

/// `1234.56` is 123,456 hundredths. Numbers that are shown alike are equal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// As bytes, which lie anywhere: a cell that may be one is half as large as with a number that wants 16 bytes to itself.
    unscaled: [u8; 16],
    /// Digits after the point, all of which are shown.
    scale: u8,
}

impl Decimal {
    /// `unscaled` has `scale` digits after the point; zeros at the end are dropped, down to `digits_min` digits.
    pub fn new(unscaled: i128, scale: u8, digits_min: u8) -> Self {
        // Nearly all amounts fit 64 bits, whose divisions are an instruction each.
        match i64::try_from(unscaled) {
            Ok(mut short) => {
                let mut scale = scale;
                while scale > digits_min && short % 10 == 0 {
                    short /= 10;
                    scale -= 1;
                }
                Self::of(i128::from(short), scale)
            }
            Err(_) if scale > digits_min && unscaled % 10 == 0 => Self::new(unscaled / 10, scale - 1, digits_min),
            Err(_) => Self::of(unscaled, scale),
        }
    }

    const fn of(unscaled: i128, scale: u8) -> Self {
        Self {
            unscaled: unscaled.to_ne_bytes(),
            scale,
        }
    }

    const fn unscaled(self) -> i128 {
        i128::from_ne_bytes(self.unscaled)
    }

    /// In millionths, rounded half-even.
    pub fn micros(self) -> i128 {
        let (unscaled, scale) = (self.unscaled(), u32::from(self.scale));
        if scale <= 6 {
            unscaled * 10_i128.pow(6 - scale)
        } else {
            round_half_even(unscaled, 10_i128.pow((scale - 6).min(38)))
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.scale);
        out.pad(&format_scaled(self.unscaled(), scale, scale))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), out)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most 38 digits")]
pub struct NoDecimal;

/// Reads what [`Decimal`] writes.
impl FromStr for Decimal {
    type Err = NoDecimal;

    fn from_str(text: &str) -> Result<Self, NoDecimal> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_written = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_written(whole.strip_prefix('-').unwrap_or(whole)) || !is_written(fraction) {
            return Err(NoDecimal);
        }
        let unscaled = format!("{whole}{fraction}").parse().map_err(|_| NoDecimal)?;
        let scale = u8::try_from(fraction.len()).map_err(|_| NoDecimal)?;
        Ok(Self::of(unscaled, scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_at_the_end_are_dropped_down_to_the_digits_that_are_wanted() {
        let text = |unscaled, scale, digits| Decimal::new(unscaled, scale, digits).to_string();
        assert_eq!(text(12_340_000, 6, 2), "12.34");
        assert_eq!(text(12_300_000, 6, 2), "12.30");
        assert_eq!(text(12_345_678, 6, 2), "12.345678");
        assert_eq!(text(-1, 6, 2), "-0.000001");
        assert_eq!(text(0, 6, 2), "0.00");
        assert_eq!(text(5_000_000, 6, 0), "5");
        assert_eq!(text(i128::from(i64::MIN), 6, 6), "-9223372036854.775808");
        assert_eq!(text(123_456_789_012_345_678_900_000, 6, 2), "123456789012345678.90");
    }

    #[test]
    fn a_cell_is_small_as_an_answer_has_many() {
        assert_eq!(size_of::<crate::Cell>(), 24);
    }

    #[test]
    fn what_is_written_can_be_read() {
        for text in ["12.34", "-0.000001", "7", "0.00", "-9223372036854.775808"] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
        }
        for text in ["1e5", "", "-", "1.2.3", "--1", "1234567890123456789012345678901234567890"] {
            assert_eq!(text.parse::<Decimal>(), Err(NoDecimal), "{text}");
        }
        assert_eq!(serde_json::to_string(&Decimal::new(1_250, 2, 2)).unwrap(), "\"12.50\"");
    }

    #[test]
    fn millionths_are_exact_and_finer_digits_are_rounded() {
        let micros = |text: &str| text.parse::<Decimal>().unwrap().micros();
        assert_eq!(micros("12.34"), 12_340_000);
        assert_eq!(micros("7"), 7_000_000);
        assert_eq!(micros("0.0000025"), 2);
        assert_eq!(micros("-0.0000035"), -4);
    }
}
