//! Numbers on their way from the engine to an answer: exact as long as they are sums, f64 only where a ratio is one.

use std::cmp::Ordering;

use types::Currency;
use types::money::round_half_even;

use crate::catalogue::MetricUnit;
use crate::decimal::Decimal;
use crate::result::Cell;

/// Micros in one.
const SCALE: i128 = 1_000_000;

/// A component or a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    /// Absent or undefined.
    Null,
    /// Exact, in millionths.
    Exact(i128),
    Number(f64),
}

impl Value {
    pub(crate) const ZERO: Self = Self::Exact(0);

    /// A cell of the engine. Shares of conversions come as f64, whose last digits depend on the order of summation: they are rounded to
    /// billionths, so that equal data gives equal answers.
    pub(crate) fn of(cell: &Cell) -> Self {
        match cell {
            Cell::Integer(number) => Self::Exact(i128::from(*number) * SCALE),
            Cell::Decimal(decimal) => Self::Exact(decimal.micros()),
            Cell::Number(number) if number.is_finite() => Self::Number(rounded(*number)),
            Cell::Number(_) => Self::Null,
            Cell::Null | Cell::Text(_) | Cell::Bool(_) => Self::Null,
        }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => Self::Null,
            (Self::Exact(left), Self::Exact(right)) => left.checked_add(right).map_or(Self::Null, Self::Exact),
            (left, right) => Self::Number(left.as_f64() + right.as_f64()),
        }
    }

    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Null => Self::Null,
            Self::Exact(value) => Self::Exact(-value),
            Self::Number(value) => Self::Number(-value),
        }
    }

    /// self × times ÷ divisor in the unit of the quotient. Null where a part is null or the divisor is zero: never infinite.
    pub(crate) fn divided(self, divisor: Self, times: u32, unit: MetricUnit) -> Self {
        match (self, divisor) {
            (Self::Null, _) | (_, Self::Null) => Self::Null,
            (Self::Exact(dividend), Self::Exact(by)) => exact_quotient(dividend, by, times, unit),
            (_, by) if by.as_f64() == 0.0 => Self::Null,
            (dividend, by) => {
                let quotient = dividend.as_f64() * f64::from(times) / by.as_f64();
                match unit {
                    MetricUnit::Money => to_exact(quotient),
                    MetricUnit::Count | MetricUnit::Ratio | MetricUnit::Percent => Self::Number(quotient),
                }
            }
        }
    }

    fn as_f64(self) -> f64 {
        match self {
            Self::Null => f64::NAN,
            Self::Exact(value) => value as f64 / SCALE as f64,
            Self::Number(value) => value,
        }
    }

    /// Order of figures; nulls are not ordered by it.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Exact(left), Self::Exact(right)) => left.cmp(&right),
            (left, right) => left.as_f64().total_cmp(&right.as_f64()),
        }
    }

    /// As the answer shows it.
    pub(crate) fn cell(self, unit: MetricUnit, currency: Currency) -> Cell {
        match (self, unit) {
            (Self::Null, _) => Cell::Null,
            (Self::Exact(value), MetricUnit::Money) => Cell::Decimal(Decimal::new(value, 6, digits(currency))),
            (Self::Exact(value), MetricUnit::Count) => whole(value).map_or_else(|| Cell::Number(value as f64 / SCALE as f64), Cell::Integer),
            (Self::Exact(value), MetricUnit::Ratio | MetricUnit::Percent) => Cell::Number(value as f64 / SCALE as f64),
            (Self::Number(value), _) if !value.is_finite() => Cell::Null,
            (Self::Number(value), MetricUnit::Money) => to_exact(value).cell(unit, currency),
            (Self::Number(value), MetricUnit::Count | MetricUnit::Ratio | MetricUnit::Percent) => Cell::Number(value),
        }
    }
}

/// Millionths as a whole number, if they are one of 64 bits. Those that fit 64 bits themselves are divided by an instruction.
fn whole(micros: i128) -> Option<i64> {
    const SHORT: i64 = SCALE as i64;
    match i64::try_from(micros) {
        Ok(micros) => (micros % SHORT == 0).then_some(micros / SHORT),
        Err(_) if micros % SCALE == 0 => i64::try_from(micros / SCALE).ok(),
        Err(_) => None,
    }
}

/// Money per something is money again, to the millionth, half to even; everything else is a number.
fn exact_quotient(dividend: i128, by: i128, times: u32, unit: MetricUnit) -> Value {
    let Some(dividend) = dividend.checked_mul(i128::from(times)).filter(|_| by != 0) else {
        return Value::Null;
    };
    match unit {
        MetricUnit::Money => match dividend.checked_mul(SCALE) {
            Some(exact) => Value::Exact(if by < 0 {
                round_half_even(-exact, -by)
            } else {
                round_half_even(exact, by)
            }),
            None => Value::Null,
        },
        MetricUnit::Count | MetricUnit::Ratio | MetricUnit::Percent => Value::Number(dividend as f64 / by as f64),
    }
}

/// To the nearest billionth. Beyond 2^52 of them, f64 has nothing finer to round.
fn rounded(number: f64) -> f64 {
    if (number * 1e9).abs() < 4.5e15 {
        (number * 1e9).round() / 1e9
    } else {
        number
    }
}

fn digits(currency: Currency) -> u8 {
    u8::try_from(currency.digits()).unwrap_or(6)
}

/// A number as millionths; null beyond any amount of money.
fn to_exact(number: f64) -> Value {
    let scaled = (number * SCALE as f64).round();
    if scaled.is_finite() && scaled.abs() < 1e30 {
        Value::Exact(scaled as i128)
    } else {
        Value::Null
    }
}

#[cfg(test)]
mod tests;
