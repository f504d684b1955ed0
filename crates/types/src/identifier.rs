//! What a customer is known by: a cookie, a hashed e-mail address, a key in a CRM.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::id::{CustomerId, OrganizationId};
use crate::record::text_enum;

/// Longest value, in bytes.
pub const VALUE_BYTES_MAX: usize = 1024;

text_enum!(
    /// Kinds of identifiers, strongest first: the strongest identifier of a row says whose row it is.
    IdentifierKind {
        /// The customer's key, the same for all sources of an organisation.
        Customer = "customer",
        /// The id of a person in a CRM.
        Crm = "crm",
        /// SHA-256 of the trimmed, lower-cased e-mail address.
        Email = "email_sha256",
        /// SHA-256 of the telephone number's digits in E.164, without the plus.
        Phone = "phone_sha256",
        /// A browser's or an app's own id of a visitor: a cookie.
        Anonymous = "anonymous",
        /// An id of a device.
        Device = "device",
        /// A shop's order number.
        Order = "order",
        /// An ad platform's id of one click.
        Click = "click",
        /// A household: links only where the organisation wants that.
        Household = "household",
    }
);

impl IdentifierKind {
    /// Kinds that name a person; the others are carried around and may be shared.
    pub const fn is_personal(self) -> bool {
        match self {
            Self::Customer | Self::Crm | Self::Email | Self::Phone => true,
            Self::Anonymous | Self::Device | Self::Order | Self::Click | Self::Household => false,
        }
    }

    /// Kinds whose values are hashes, which are nobody's business in full.
    pub const fn is_hashed(self) -> bool {
        matches!(self, Self::Email | Self::Phone)
    }
}

/// One identifier. Ordered by strength, then by value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    pub kind: IdentifierKind,
    /// In canonical form; never a raw e-mail address or telephone number.
    pub value: String,
}

/// Why a text is no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    #[error("it is empty")]
    Empty,
    #[error("it is longer than {VALUE_BYTES_MAX} bytes: is this the right column?")]
    TooLong,
    #[error("it is not an e-mail address: write name@example.com, or its SHA-256 in hexadecimal")]
    Email,
    #[error("it is not a telephone number with its country code: write +49 30 1234567, or its SHA-256 in hexadecimal")]
    Phone,
    #[error("it is not a SHA-256 in hexadecimal: 64 digits 0-9 a-f")]
    Hash,
}

impl Identifier {
    /// The identifier of `kind` that `text` names: e-mail addresses and telephone numbers are normalised and hashed, unless they come
    /// hashed already; everything else is trimmed.
    pub fn new(kind: IdentifierKind, text: &str) -> Result<Self, IdentifierError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(IdentifierError::Empty);
        }
        if text.len() > VALUE_BYTES_MAX {
            return Err(IdentifierError::TooLong);
        }
        let value = match kind {
            IdentifierKind::Email => hash_of(text)
                .or_else(|| email(text).map(|text| sha256(&text)))
                .ok_or(IdentifierError::Email)?,
            IdentifierKind::Phone => hash_of(text)
                .or_else(|| phone(text).map(|text| sha256(&text)))
                .ok_or(IdentifierError::Phone)?,
            _ => text.to_owned(),
        };
        Ok(Self { kind, value })
    }

    /// An identifier that must come hashed.
    pub fn hashed(kind: IdentifierKind, text: &str) -> Result<Self, IdentifierError> {
        let value = hash_of(text.trim()).ok_or(IdentifierError::Hash)?;
        Ok(Self { kind, value })
    }

    /// Reads `kind:value`, the stored form.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, value) = text.split_once(':')?;
        let kind = IdentifierKind::parse(kind)?;
        let value = Some(value).filter(|value| !value.is_empty())?.to_owned();
        Some(Self { kind, value })
    }

    /// The customer whom this identifier alone names: its home. A customer key's is the one that [`CustomerId::derive`] gives.
    pub fn home(&self, organization: OrganizationId) -> CustomerId {
        match self.kind {
            IdentifierKind::Customer => CustomerId::derive(organization, &self.value),
            kind => CustomerId::of_identifier(organization, kind.as_str(), &self.value),
        }
    }

    /// The value as people may see it: of a hash the first ten digits.
    pub fn shortened(&self) -> String {
        if self.kind.is_hashed() {
            format!("{}…", self.value.get(..10).unwrap_or(&self.value))
        } else {
            self.value.clone()
        }
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.value)
    }
}

/// A hash as it is stored, if `text` is one.
fn hash_of(text: &str) -> Option<String> {
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| text.to_ascii_lowercase())
}

fn email(text: &str) -> Option<String> {
    let (name, domain) = text.rsplit_once('@')?;
    let is_address = !name.is_empty() && !domain.is_empty() && !text.contains(char::is_whitespace);
    is_address.then(|| text.to_lowercase())
}

/// The digits of a telephone number with its country code.
fn phone(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}'))
        .collect();
    let digits = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00"))?;
    let is_number = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    is_number.then(|| digits.to_owned())
}

fn sha256(text: &str) -> String {
    use std::fmt::Write;
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
    }
    hex
}

/// Identifiers of one row as the column `identifiers` holds them: a JSON list, strongest first, each once. None where a customer key says
/// all, or nothing is known.
pub fn to_column(identifiers: &mut Vec<Identifier>) -> Option<String> {
    identifiers.sort_unstable();
    identifiers.dedup();
    let says_more = identifiers.iter().any(|identifier| identifier.kind != IdentifierKind::Customer);
    let texts: Vec<String> = identifiers.iter().map(ToString::to_string).collect();
    says_more.then(|| serde_json::to_string(&texts).expect("a list of texts"))
}

/// Reads the column `identifiers`; what is not an identifier is left out.
pub fn of_column(text: &str) -> Vec<Identifier> {
    let texts: Vec<String> = serde_json::from_str(text).unwrap_or_default();
    texts.iter().filter_map(|text| Identifier::parse(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_a_number_are_hashed_alike_however_they_are_written() {
        let email = |text: &str| Identifier::new(IdentifierKind::Email, text);
        assert_eq!(email(" Anna@Example.COM "), email("anna@example.com"));
        assert_eq!(email(&email("anna@example.com").unwrap().value.to_uppercase()), email("anna@example.com"));
        let phone = |text: &str| Identifier::new(IdentifierKind::Phone, text);
        assert_eq!(phone("+49 (30) 123-4567"), phone("0049301234567"));
        for (text, error) in [
            ("", IdentifierError::Empty),
            ("030 1234567", IdentifierError::Phone),
            ("+49x", IdentifierError::Phone),
        ] {
            assert_eq!(phone(text), Err(error), "{text}");
        }
        for text in ["anna", "@example.com", "anna@", "an na@example.com"] {
            assert_eq!(email(text), Err(IdentifierError::Email), "{text}");
        }
    }

    #[test]
    fn the_hash_is_sha_256_as_everybody_computes_it() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256("abc"), abc);
    }

    #[test]
    fn a_customer_key_alone_needs_no_list() {
        let organization = OrganizationId(uuid::Uuid::nil());
        let key = Identifier::new(IdentifierKind::Customer, "42").unwrap();
        assert_eq!(key.home(organization), CustomerId::derive(organization, "42"));
        assert_eq!(to_column(&mut vec![key.clone()]), None);
        let cookie = Identifier::new(IdentifierKind::Anonymous, "a: \"1\"").unwrap();
        let column = to_column(&mut vec![cookie.clone(), key.clone(), cookie.clone()]).unwrap();
        assert_eq!(column, r#"["customer:42","anonymous:a: \"1\""]"#);
        assert_eq!(of_column(&column), [key, cookie.clone()]);
        assert_ne!(cookie.home(organization), CustomerId::derive(organization, "a: \"1\""));
    }
}
