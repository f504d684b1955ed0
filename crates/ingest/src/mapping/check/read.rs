//! How the text of a field is read.

use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use types::InteractionType;
use types::tables::{ColumnType, unified_marketing_data};

use super::binding::check_binding;
use super::complaint::{Checked, Complaint, complain, key_in, unknown};
use super::{Scope, check_zone};
use crate::field::{Field, FieldKind, GRAINS, LEVELS};
use crate::instant::{DateFormat, InstantFormat};
use crate::mapping::document::{BindingDocument, CustomDocument};
use crate::mapping::place::Step;
use crate::mapping::{Binding, Read, Target};

const INTERACTIONS: &[&str] = &["click", "view", "engaged_view", "visit", "send", "open"];

const _: () = assert!(INTERACTIONS.len() == InteractionType::ALL.len());

pub(super) fn read_field(field: Field, document: &BindingDocument, path: &[Step], scope: &Scope) -> Checked<Read> {
    let decimal_comma = document.decimal_comma.unwrap_or(scope.decimal_comma);
    Ok(match field.kind() {
        FieldKind::Text => Read::Text,
        FieldKind::Instant => Read::Instant(check_instant_format(document, path, scope)?),
        FieldKind::Date => Read::Date(check_date_format(document, path)?),
        FieldKind::Count => Read::Integer {
            is_count: true,
            decimal_comma,
        },
        FieldKind::Amount => Read::Amount {
            decimal_comma,
            negate: document.negate,
        },
        FieldKind::Decimal => Read::Decimal {
            decimal_comma,
            negate: document.negate,
        },
        FieldKind::Bool => Read::Bool,
        FieldKind::Json => Read::Json,
        FieldKind::Currency => Read::Currency,
        FieldKind::Zone => Read::Zone,
        FieldKind::Interaction => Read::OneOf(INTERACTIONS),
        FieldKind::Level => Read::OneOf(LEVELS),
        FieldKind::Grain => Read::OneOf(GRAINS),
    })
}

pub(super) fn check_custom(name: String, document: CustomDocument, path: &[Step], scope: &mut Scope) -> Checked<Binding> {
    let well_formed = name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !well_formed {
        return complain(
            path.to_vec(),
            format!("`{name}` cannot be a field: use lower-case letters, digits and `_`, beginning with a letter, at most 63 characters"),
        );
    }
    let is_standard = Field::parse(&name).is_some() || unified_marketing_data::TABLE.columns.iter().any(|column| column.name == name);
    if is_standard {
        return complain(
            path.to_vec(),
            format!("`{name}` is a standard field: put it under `fields`, or choose another name"),
        );
    }
    let (type_name, document) = document.into_parts();
    let decimal_comma = document.decimal_comma.unwrap_or(scope.decimal_comma);
    let (kind, read) = match type_name.as_str() {
        "text" => (ColumnType::Text, Read::Text),
        "integer" => (
            ColumnType::Integer,
            Read::Integer {
                is_count: false,
                decimal_comma,
            },
        ),
        "float" => (ColumnType::Float, Read::Float { decimal_comma }),
        "decimal" => (
            ColumnType::Decimal,
            Read::Decimal {
                decimal_comma,
                negate: document.negate,
            },
        ),
        "bool" => (ColumnType::Bool, Read::Bool),
        "date" => (ColumnType::Date, Read::Date(check_date_format(&document, path)?)),
        "instant" => (ColumnType::Instant, Read::Instant(check_instant_format(&document, path, scope)?)),
        text => {
            return Err(unknown(
                key_in(path, "type"),
                "type",
                text,
                ["text", "integer", "float", "decimal", "bool", "date", "instant"],
            ));
        }
    };
    check_binding(Target::Custom { name, kind }, document, |_, _| Ok(read), path, scope)
}

fn check_instant_format(document: &BindingDocument, path: &[Step], scope: &Scope) -> Checked<InstantFormat> {
    let pattern = match document.format.as_deref() {
        None | Some("rfc3339") => return Ok(InstantFormat::Rfc3339),
        Some("epoch_seconds") => return Ok(InstantFormat::EpochSeconds),
        Some("epoch_millis") => return Ok(InstantFormat::EpochMillis),
        Some(pattern) if pattern.contains('%') => pattern,
        Some(text) => {
            return Err(unknown(
                key_in(path, "format"),
                "format",
                text,
                ["rfc3339", "epoch_seconds", "epoch_millis", "%Y-%m-%d %H:%M:%S"],
            ));
        }
    };
    let sample = try_pattern(pattern, path)?;
    if sample.offset().is_some() {
        return Ok(InstantFormat::WithOffset(pattern.to_owned()));
    }
    sample.to_datetime().map_err(|error| Complaint {
        path: key_in(path, "format"),
        message: format!("`{pattern}` does not give a date and a time: {error}"),
    })?;
    let own = document.zone.as_deref().map(|name| check_zone(name, &key_in(path, "zone"))).transpose()?;
    match own.or_else(|| scope.zone.as_ref().map(|(_, zone)| zone.clone())) {
        Some(zone) => Ok(InstantFormat::Local(pattern.to_owned(), zone)),
        None => complain(
            key_in(path, "format"),
            format!(
                "`{pattern}` is wall clock time without a zone: add `zone: Europe/Berlin` (or `UTC`) here or to the mapping, or `%z` to the format"
            ),
        ),
    }
}

fn check_date_format(document: &BindingDocument, path: &[Step]) -> Checked<DateFormat> {
    let Some(pattern) = document.format.as_deref() else {
        return Ok(DateFormat::Iso);
    };
    let sample = try_pattern(pattern, path)?;
    sample.to_date().map_err(|error| Complaint {
        path: key_in(path, "format"),
        message: format!("`{pattern}` does not give a date: {error}"),
    })?;
    Ok(DateFormat::Pattern(pattern.to_owned()))
}

/// Writes a sample by the pattern and reads it back.
fn try_pattern(pattern: &str, path: &[Step]) -> Checked<strtime::BrokenDownTime> {
    let sample = jiff::civil::date(2021, 2, 3)
        .at(14, 5, 6, 0)
        .to_zoned(TimeZone::UTC)
        .expect("UTC has no gaps");
    strtime::format(pattern, &sample)
        .and_then(|text| strtime::parse(pattern, text))
        .map_err(|error| Complaint {
            path: key_in(path, "format"),
            message: format!("`{pattern}` is not a strptime format: {error}; an example is `%Y-%m-%d %H:%M:%S`"),
        })
}
