//! Money: an exact decimal with six fractional digits and an ISO 4217 currency. Never a float.
//!
//! Six digits hold the platforms' micros (Google Ads) and every currency's minor unit (at most four digits). Orders must be whole
//! minor units: [`Money::minor_units`] says so. The range is ±10^12 major units, so that a sum over a billion rows still fits the
//! engine's DECIMAL(38) with room to spare.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Micros per major unit.
pub const MICROS: i64 = 1_000_000;
/// Largest amount, in micros: one below 10^12 major units, the capacity of DECIMAL(18, 6).
pub const MICROS_MAX: i64 = 1_000_000_000_000 * MICROS - 1;

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    #[error("`{text}` is not an amount: write digits with a point, such as 1234.56")]
    Amount { text: String },
    #[error("`{text}` has more than six digits after the point")]
    Scale { text: String },
    #[error("`{text}` is beyond ±999,999,999,999.999999")]
    Range { text: String },
    #[error("`{code}` is not an ISO 4217 currency: use a code such as EUR")]
    Currency { code: String },
    #[error("{amount} is not a whole number of minor units ({digits} digits)")]
    Fraction { amount: String, digits: u32 },
}

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    pub const EUR: Self = Self(*b"EUR");
    pub const USD: Self = Self(*b"USD");
    pub const GBP: Self = Self(*b"GBP");
    pub const JPY: Self = Self(*b"JPY");

    pub fn parse(code: &str) -> Result<Self, Error> {
        let refuse = || Error::Currency { code: code.to_owned() };
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| refuse())?;
        match ACTIVE.binary_search(&bytes) {
            Ok(_) => Ok(Self(bytes)),
            Err(_) => Err(refuse()),
        }
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is three ASCII letters")
    }

    /// Digits of the minor unit by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD, 4 for CLF.
    pub const fn digits(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF"
            | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }

    /// Micros of one minor unit: 10,000 for EUR.
    pub const fn micros_per_minor_unit(self) -> i64 {
        10_i64.pow(6 - self.digits())
    }

    /// Micros of the unit in which an order is shared among touches: a ten-thousandth of the minor unit, at least a micro; 1 for EUR.
    /// Whole cents would add up as well, but their rounding adds up too: over 1,838 orders it moved a channel by 0.86
    /// (docs/adr/0005-credit-unit.md).
    pub const fn micros_per_credit_unit(self) -> i64 {
        let unit = self.micros_per_minor_unit() / 10_000;
        if unit == 0 { 1 } else { unit }
    }
}

/// Active ISO 4217 codes of national currencies and funds, sorted.
const ACTIVE: &[[u8; 3]] = &codes();
const CODES: &str = "AEDAFNALLAMDAOAARSAUDAWGAZNBAMBBDBDTBHDBIFBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHFCHWCLFCLPCNYCOPCOUCRCCUPCVECZKDJFDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGNFGTQGYDHKDHNLHTGHUFIDRILSINRIQDIRRISKJMDJODJPYKESKGSKHRKMFKPWKRWKWDKYDKZTLAKLBPLKRLRDLSLLYDMADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDOMRPABPENPGKPHPPKRPLNPYGQARRONRSDRUBRWFSARSBDSCRSDGSEKSGDSHPSLESOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTNDTOPTRYTTDTWDTZSUAHUGXUSDUSNUYIUYUUYWUZSVEDVESVNDVUVWSTXAFXCDXCGXOFXPFYERZARZMWZWG";

const fn codes() -> [[u8; 3]; CODES.len() / 3] {
    let bytes = CODES.as_bytes();
    let mut out = [[0_u8; 3]; CODES.len() / 3];
    let mut at = 0;
    while at < out.len() {
        out[at] = [bytes[at * 3], bytes[at * 3 + 1], bytes[at * 3 + 2]];
        at += 1;
    }
    out
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Currency {
    type Error = Error;

    fn try_from(code: String) -> Result<Self, Error> {
        Self::parse(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

/// An amount of one currency, exact to the micro.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    pub micros: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn zero(currency: Currency) -> Self {
        Self { micros: 0, currency }
    }

    /// Decimal text to money without a float in between. Accepts an optional sign, digits, and at most six fractional digits
    /// (more only if they are zeros).
    pub fn parse(text: &str, currency: Currency) -> Result<Self, Error> {
        Ok(Self {
            micros: parse_micros(text)?,
            currency,
        })
    }

    pub fn from_minor_units(units: i64, currency: Currency) -> Result<Self, Error> {
        let micros = units
            .checked_mul(currency.micros_per_minor_unit())
            .filter(|micros| micros.abs() <= MICROS_MAX);
        match micros {
            Some(micros) => Ok(Self { micros, currency }),
            None => Err(Error::Range { text: units.to_string() }),
        }
    }

    /// Whole minor units (cents), or an error if the amount has a finer part.
    pub fn minor_units(self) -> Result<i64, Error> {
        let unit = self.currency.micros_per_minor_unit();
        if self.micros % unit == 0 {
            Ok(self.micros / unit)
        } else {
            Err(Error::Fraction {
                amount: format_micros(self.micros),
                digits: self.currency.digits(),
            })
        }
    }

    /// This amount in `currency` at `rate` (units of `currency` for one unit of ours, in billionths), rounded half-even to whole minor
    /// units of the target, which is what an order is worth in the reporting currency.
    pub fn convert(self, rate: FxRate, currency: Currency) -> Result<Self, Error> {
        let unit = i128::from(currency.micros_per_minor_unit());
        let exact = i128::from(self.micros) * i128::from(rate.billionths);
        in_range(round_half_even(exact, unit * 1_000_000_000) * unit, currency, self)
    }

    /// Like [`Money::convert`], but exact to the micro instead of the minor unit: for costs, which platforms report in micros.
    pub fn convert_to_micros(self, rate: FxRate, currency: Currency) -> Result<Self, Error> {
        let exact = i128::from(self.micros) * i128::from(rate.billionths);
        in_range(round_half_even(exact, 1_000_000_000), currency, self)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", format_amount(self.micros, self.currency), self.currency)
    }
}

/// Units of the target currency for one unit of the source currency, in billionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FxRate {
    pub billionths: i64,
}

impl FxRate {
    pub const ONE: Self = Self { billionths: 1_000_000_000 };

    /// Parses a positive decimal with at most nine fractional digits.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let billionths = parse_decimal(text, 9)?;
        if billionths <= 0 {
            Err(Error::Amount { text: text.to_owned() })
        } else {
            Ok(Self { billionths })
        }
    }
}

fn in_range(micros: i128, currency: Currency, from: Money) -> Result<Money, Error> {
    match i64::try_from(micros) {
        Ok(micros) if micros.abs() <= MICROS_MAX => Ok(Money { micros, currency }),
        Ok(_) | Err(_) => Err(Error::Range { text: from.to_string() }),
    }
}

/// Division rounded to nearest, ties to the even neighbour. `divisor` is positive.
pub fn round_half_even(dividend: i128, divisor: i128) -> i128 {
    let (quotient, remainder) = match (i64::try_from(dividend), i64::try_from(divisor)) {
        // Nearly all amounts fit 64 bits, whose division is an instruction.
        (Ok(dividend), Ok(divisor)) => (dividend.div_euclid(divisor).into(), dividend.rem_euclid(divisor).into()),
        (_, _) => (dividend.div_euclid(divisor), dividend.rem_euclid(divisor)),
    };
    match (remainder * 2).cmp(&divisor) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + quotient.rem_euclid(2),
    }
}

/// Decimal text to micros. See [`Money::parse`].
pub fn parse_micros(text: &str) -> Result<i64, Error> {
    let micros = parse_decimal(text, 6)?;
    if micros.abs() > MICROS_MAX {
        Err(Error::Range { text: text.to_owned() })
    } else {
        Ok(micros)
    }
}

fn parse_decimal(text: &str, scale: usize) -> Result<i64, Error> {
    let malformed = || Error::Amount { text: text.to_owned() };
    let trimmed = text.trim();
    let (negative, digits) = match trimmed.as_bytes().first() {
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        Some(_) => (false, trimmed),
        None => return Err(malformed()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if (whole.is_empty() && fraction.is_empty()) || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(malformed());
    }
    let kept = fraction.len().min(scale);
    if fraction[kept..].bytes().any(|byte| byte != b'0') {
        return Err(Error::Scale { text: text.to_owned() });
    }
    let too_large = || Error::Range { text: text.to_owned() };
    let mut value: i64 = 0;
    for byte in whole
        .bytes()
        .chain(fraction[..kept].bytes())
        .chain(std::iter::repeat_n(b'0', scale - kept))
    {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(i64::from(byte - b'0')))
            .ok_or_else(too_large)?;
    }
    Ok(if negative { -value } else { value })
}

/// Plain decimal text with six fractional digits: `12.500000`.
pub fn format_micros(micros: i64) -> String {
    format_scaled(i128::from(micros), 6, 6)
}

/// Decimal text with the currency's digits, and more only where the amount has them: `12.50`, `0.0042`.
pub fn format_amount(micros: i64, currency: Currency) -> String {
    format_scaled(i128::from(micros), 6, currency.digits() as usize)
}

/// `value` / 10^scale as text with at least `digits_min` fractional digits and no further trailing zeros.
pub fn format_scaled(value: i128, scale: usize, digits_min: usize) -> String {
    // From the last digit to the first. A 128-bit number has 39 digits at most; a text in front of whose digits there are zeros may be longer.
    let mut text = Vec::with_capacity(40.max(scale + 3));
    let mut rest = value.unsigned_abs();
    let mut kept = scale;
    let mut at = 0;
    while at <= scale || rest > 0 {
        let digit = match u64::try_from(rest) {
            Ok(small) => {
                rest = u128::from(small / 10);
                small % 10
            }
            Err(_) => {
                let digit = rest % 10;
                rest /= 10;
                digit as u64
            }
        };
        // Zeros at the end are dropped, down to the digits that are wanted.
        let is_dropped = at < scale && text.is_empty() && digit == 0 && kept > digits_min;
        if is_dropped {
            kept -= 1;
        } else {
            if at == scale && kept > 0 {
                text.push(b'.');
            }
            text.push(b'0' + digit as u8);
        }
        at += 1;
    }
    if value < 0 {
        text.push(b'-');
    }
    text.reverse();
    String::from_utf8(text).expect("digits, a point and a sign")
}

#[cfg(test)]
mod tests;
