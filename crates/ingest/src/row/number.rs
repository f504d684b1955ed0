//! Text to numbers. Money and decimals never pass through a float.

use std::borrow::Cow;

use types::Currency;
use types::money::{self, Money};

use super::worth;
use crate::refusal::Fault;

pub(crate) fn parse_money(text: &str, decimal_comma: bool, currency: Currency) -> Result<Money, Fault> {
    parse_micros(text, decimal_comma).map(|micros| Money { micros, currency })
}

pub(crate) fn parse_micros(text: &str, decimal_comma: bool) -> Result<i64, Fault> {
    let plain = plain(text, decimal_comma)?;
    money::parse_micros(&plain).map_err(|error| worth::fault(&error))
}

/// A whole number; `12.0` counts as one, `12.5` does not.
pub(crate) fn parse_integer(text: &str, is_count: bool, decimal_comma: bool) -> Result<i64, Fault> {
    let plain = plain(text, decimal_comma)?;
    let whole = match plain.split_once('.') {
        Some((whole, fraction)) if !whole.is_empty() && fraction.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return Err(bad_number(text, "a whole number")),
        None => &plain,
    };
    let number: i64 = whole.parse().map_err(|_| bad_number(text, "a whole number"))?;
    if is_count && number < 0 {
        Err(bad_number(text, "a count, which cannot be negative"))
    } else {
        Ok(number)
    }
}

/// A finite number.
pub(crate) fn parse_float(text: &str, decimal_comma: bool) -> Result<f64, Fault> {
    let plain = plain(text, decimal_comma)?;
    match plain.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) | Err(_) => Err(bad_number(text, "a finite number")),
    }
}

pub(crate) fn parse_bool(text: &str) -> Result<bool, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Ok(true),
        "false" | "0" | "no" => Ok(false),
        _ => Err(Fault::new(
            "bad_bool",
            format!("`{text}` is neither true nor false: write `true` or `false`, or map it with `values`"),
        )),
    }
}

fn bad_number(text: &str, what: &str) -> Fault {
    Fault::new("bad_number", format!("`{text}` is not {what}: mend it"))
}

/// With a decimal comma, points group thousands (`1.234,50`): groups that are not of three digits are refused rather than guessed at.
fn plain(text: &str, decimal_comma: bool) -> Result<Cow<'_, str>, Fault> {
    if !decimal_comma {
        return Ok(Cow::Borrowed(text));
    }
    let (whole, fraction) = text.split_once(',').unwrap_or((text, ""));
    let digits = whole.trim_start_matches(['-', '+']);
    let mut groups = digits.split('.');
    let first = groups.next().unwrap_or_default();
    let mut is_grouped = false;
    for group in groups {
        is_grouped = true;
        if group.len() != 3 {
            return Err(Fault::new(
                "bad_amount",
                format!("`{text}` has a point that does not group thousands: with `decimal_comma` write 1.234,50"),
            ));
        }
    }
    if is_grouped && (first.is_empty() || first.len() > 3) {
        return Err(Fault::new(
            "bad_amount",
            format!("`{text}` has a point that does not group thousands: with `decimal_comma` write 1.234,50"),
        ));
    }
    let whole = whole.replace('.', "");
    Ok(Cow::Owned(if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_comma_is_read_with_its_thousands_points() {
        let micros = |text| parse_micros(text, true).map_err(|fault| fault.code);
        assert_eq!(micros("1.234,50"), Ok(1_234_500_000));
        assert_eq!(micros("-12,5"), Ok(-12_500_000));
        assert_eq!(micros("1234"), Ok(1_234_000_000));
        assert_eq!(micros("1.50"), Err("bad_amount"));
        assert_eq!(micros("1234.567,00"), Err("bad_amount"));
        assert_eq!(micros("1,2,3"), Err("bad_amount"));
    }

    #[test]
    fn numbers_that_are_not_finite_or_whole_are_refused() {
        for text in ["NaN", "nan", "inf", "Infinity", "-Infinity", "1e999"] {
            assert_eq!(parse_float(text, false).unwrap_err().code, "bad_number", "{text}");
            assert_eq!(parse_micros(text, false).unwrap_err().code, "bad_amount", "{text}");
        }
        assert_eq!(parse_integer("12.0", true, false), Ok(12));
        assert_eq!(parse_integer("12.5", true, false).unwrap_err().code, "bad_number");
        assert_eq!(parse_integer("-1", true, false).unwrap_err().code, "bad_number");
        assert_eq!(parse_integer("-1", false, false), Ok(-1));
    }

    #[test]
    fn a_comma_without_the_option_is_refused_with_the_remedy() {
        assert!(parse_micros("1,50", false).unwrap_err().reason.contains("decimal_comma"));
    }
}
