//! From the words of a mapping file to a [`Mapping`]: every name is known, every record has what its kind needs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use types::tables::{ColumnType, unified_marketing_data};
use types::{Currency, InteractionType, RecordKind, SourceCategory};

use super::document::{BindingDocument, ConditionDocument, CustomDocument, Entries, MappingDocument, OneOrMany, RecordDocument, TextOr};
use super::place::{Step, locate};
use super::{Binding, Condition, CurrencyRule, FileFormat, From, Mapping, MappingError, Otherwise, Read, RecordMapping, RowKey, Target, Test};
use crate::field::{Field, FieldKind, GRAINS, LEVELS};
use crate::instant::{DateFormat, InstantFormat};
use crate::suggest::did_you_mean;

/// A complaint and the way to the part of the document that it is about.
struct Complaint {
    path: Vec<Step>,
    message: String,
}

type Checked<T> = Result<T, Complaint>;

pub(super) fn parse(yaml: &str, file_name: &str) -> Result<Mapping, MappingError> {
    let at = |(line, column): (usize, usize), message: String| MappingError {
        file: file_name.to_owned(),
        line,
        column,
        message,
    };
    let document: MappingDocument = serde_norway::from_str(yaml).map_err(|error| {
        let place = error.location().map_or((1, 1), |place| (place.line(), place.column()));
        at(place, yaml_message(&error))
    })?;
    check(document).map_err(|complaint| at(locate(yaml, &complaint.path).unwrap_or((1, 1)), complaint.message))
}

/// The parser's message without the place that it appends, and with a suggestion for an unknown key.
fn yaml_message(error: &serde_norway::Error) -> String {
    let mut message = error.to_string();
    if let Some(place) = error.location() {
        let suffix = format!(" at line {} column {}", place.line(), place.column());
        if message.ends_with(&suffix) {
            message.truncate(message.len() - suffix.len());
        }
    }
    let known = message.split_once("unknown field `").and_then(|(_, rest)| rest.split_once('`'));
    let suggestion = known
        .map(|(wanted, expected)| did_you_mean(wanted, expected.split('`').skip(1).step_by(2)))
        .unwrap_or_default();
    message + &suggestion
}

/// What the whole mapping gives to each binding.
struct Scope {
    columns: Vec<String>,
    zone: Option<(String, TimeZone)>,
    decimal_comma: bool,
    has_currency: bool,
}

impl Scope {
    fn column(&mut self, name: &str) -> usize {
        match self.columns.iter().position(|known| known == name) {
            Some(index) => index,
            None => {
                self.columns.push(name.to_owned());
                self.columns.len() - 1
            }
        }
    }
}

fn check(document: MappingDocument) -> Checked<Mapping> {
    let format = document.format.as_deref().map(check_format).transpose()?;
    let delimiter = one_byte(document.csv.delimiter.as_deref(), b',', &["csv", "delimiter"])?;
    let quote = one_byte(document.csv.quote.as_deref(), b'"', &["csv", "quote"])?;
    let category = match document.category.as_deref() {
        None => SourceCategory::ExternalMarketing,
        Some(text) => SourceCategory::parse(text).ok_or_else(|| {
            unknown(
                keys(&["category"]),
                "category",
                text,
                SourceCategory::ALL.iter().map(|category| category.as_str()),
            )
        })?,
    };
    let zone = document
        .zone
        .map(|name| check_zone(&name, &keys(&["zone"])).map(|zone| (name, zone)))
        .transpose()?;
    let mut scope = Scope {
        columns: Vec::new(),
        zone,
        decimal_comma: document.decimal_comma,
        has_currency: document.currency.is_some(),
    };
    let currency = document.currency.map(|rule| check_currency(rule, &mut scope)).transpose()?;
    let row_key = RowKey::parse(&document.row_key, |name| scope.column(name)).map_err(|message| Complaint {
        path: keys(&["row_key"]),
        message,
    })?;
    if document.records.is_empty() {
        return complain(
            keys(&["records"]),
            "a mapping needs at least one record: add `- record: touch` with its `fields`",
        );
    }
    let mut kinds_with_key = BTreeSet::new();
    let mut records = Vec::new();
    for (index, record) in document.records.into_iter().enumerate() {
        let path = vec![Step::Key("records".to_owned()), Step::Item(index)];
        records.push(check_record(record, &path, &row_key, &mut kinds_with_key, &mut scope)?);
    }
    check_custom_types(&records)?;
    Ok(Mapping {
        format,
        delimiter,
        quote,
        category,
        keep_rest: document.keep_rest,
        currency,
        columns: scope.columns,
        records,
    })
}

fn check_record(
    record: RecordDocument,
    path: &[Step],
    row_key: &RowKey,
    kinds_with_key: &mut BTreeSet<RecordKind>,
    scope: &mut Scope,
) -> Checked<RecordMapping> {
    let kind = RecordKind::parse(&record.record).ok_or_else(|| {
        unknown(
            key_in(path, "record"),
            "kind of record",
            &record.record,
            RecordKind::ALL.iter().map(|kind| kind.as_str()),
        )
    })?;
    let mut when = Vec::new();
    for condition in record.when.map(|OneOrMany(conditions)| conditions).unwrap_or_default() {
        check_condition(condition, &key_in(path, "when"), scope, &mut when)?;
    }
    let (row_key, key_suffix) = match record.row_key {
        Some(text) => (
            RowKey::parse(&text, |name| scope.column(name)).map_err(|message| Complaint {
                path: key_in(path, "row_key"),
                message,
            })?,
            "",
        ),
        None => {
            let suffix = if kinds_with_key.is_empty() { "" } else { suffix(kind) };
            if !kinds_with_key.insert(kind) {
                return complain(
                    path.to_vec(),
                    format!("a second `{kind}` record would have the row key of the first: give it a `row_key` of its own"),
                );
            }
            (row_key.clone(), suffix)
        }
    };
    let fields_path = key_in(path, "fields");
    let mut bindings: Vec<Binding> = Vec::new();
    for (name, document) in record.fields.0 {
        let path = key_in(&fields_path, &name);
        let field = Field::parse(&name).ok_or_else(|| unknown_field(&path, &name))?;
        let document = match document {
            TextOr::Text(column) => BindingDocument {
                column: Some(column),
                ..BindingDocument::default()
            },
            TextOr::Long(document) => document,
        };
        let read = |document: &BindingDocument, scope: &Scope| read_field(field, document, &path, scope);
        bindings.push(check_binding(Target::Field(field), document, read, &path, scope)?);
        refuse_twice(&bindings, &path)?;
    }
    for (name, document) in record.custom.0 {
        let path = key_in(&key_in(path, "custom"), &name);
        bindings.push(check_custom(name, document, &path, scope)?);
        refuse_twice(&bindings, &path)?;
    }
    let zone = scope.zone.as_ref().map(|(_, zone)| zone.clone());
    let checked = RecordMapping {
        kind,
        when,
        row_key,
        key_suffix,
        zone,
        bindings,
    };
    check_needs(&checked, &fields_path, scope)?;
    Ok(checked)
}

const fn suffix(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Spend => "#spend",
        RecordKind::Touch => "#touch",
        RecordKind::Conversion => "#conversion",
        RecordKind::Order => "#order",
        RecordKind::Refund => "#refund",
        RecordKind::Stage => "#stage",
        RecordKind::Ticket => "#ticket",
        RecordKind::Stock => "#stock",
        RecordKind::AssetEvent => "#asset_event",
    }
}

fn check_condition(condition: ConditionDocument, path: &[Step], scope: &mut Scope, when: &mut Vec<Condition>) -> Checked<()> {
    let column = scope.column(&condition.column);
    let before = when.len();
    when.extend(condition.is.map(|OneOrMany(texts)| Condition {
        column,
        test: Test::Is(texts),
    }));
    when.extend(condition.is_not.map(|OneOrMany(texts)| Condition {
        column,
        test: Test::IsNot(texts),
    }));
    when.extend(condition.filled.map(|filled| Condition {
        column,
        test: Test::Filled(filled),
    }));
    if when.len() == before {
        return complain(
            path.to_vec(),
            format!(
                "the condition on `{}` tests nothing: add `is: [VALUE]`, `is_not: [VALUE]` or `filled: true`",
                condition.column
            ),
        );
    }
    Ok(())
}

/// What each kind of record cannot be without.
fn check_needs(record: &RecordMapping, path: &[Step], scope: &Scope) -> Checked<()> {
    let needs: &[Field] = match record.kind {
        RecordKind::Touch => &[Field::RecordedAt, Field::CustomerKey, Field::Channel],
        RecordKind::Conversion => &[Field::RecordedAt, Field::CustomerKey, Field::ConversionType],
        RecordKind::Order => &[Field::RecordedAt, Field::CustomerKey, Field::Revenue],
        RecordKind::Refund => &[Field::RecordedAt, Field::CustomerKey, Field::OrderId, Field::Refund],
        RecordKind::Stage => &[Field::RecordedAt, Field::CustomerKey, Field::Stage],
        RecordKind::Spend => &[Field::CivilDate, Field::AccountId, Field::Level, Field::Spend],
        RecordKind::Ticket | RecordKind::Stock | RecordKind::AssetEvent => &[Field::RecordedAt],
    };
    let has = |field: Field| record.bindings.iter().any(|binding| binding.target == Target::Field(field));
    for need in needs {
        if !has(*need) {
            let name = need.name();
            return complain(
                path.to_vec(),
                format!(
                    "`{}` records need `{name}`: add `{name}: COLUMN` or `{name}: {{constant: VALUE}}`",
                    record.kind
                ),
            );
        }
    }
    let amount = record.bindings.iter().find(|binding| matches!(binding.read, Read::Amount { .. }));
    if let Some(amount) = amount
        && !scope.has_currency
        && !has(Field::Currency)
    {
        let name = amount.target.name();
        return complain(
            key_in(path, name),
            format!(
                "`{name}` is money without a currency: add `currency: EUR`, `currency: reporting` or `currency: {{column: NAME}}` to the mapping"
            ),
        );
    }
    if record.kind == RecordKind::Spend && scope.zone.is_none() && !has(Field::AccountZone) {
        return complain(
            path.to_vec(),
            "a `spend` record needs the zone of its days: add `zone: Europe/Berlin` (the ad account's zone) to the mapping, or the field `account_zone`",
        );
    }
    if record.kind == RecordKind::Spend && has(Field::RecordedAt) {
        return complain(
            key_in(path, "recorded_at"),
            "a `spend` record's instant follows from `civil_date` and the zone: remove `recorded_at`",
        );
    }
    Ok(())
}

fn check_binding(
    target: Target,
    document: BindingDocument,
    read: impl FnOnce(&BindingDocument, &Scope) -> Checked<Read>,
    path: &[Step],
    scope: &mut Scope,
) -> Checked<Binding> {
    let read = read(&document, scope)?;
    if !matches!(read, Read::Instant(_) | Read::Date(_)) && document.format.is_some() {
        return complain(
            key_in(path, "format"),
            format!("`{}` has no format: only instants and dates do; remove it", target.name()),
        );
    }
    if document.negate && !matches!(read, Read::Amount { .. } | Read::Decimal { .. }) {
        return complain(
            key_in(path, "negate"),
            format!("`{}` cannot be negated: only amounts and decimals can; remove it", target.name()),
        );
    }
    let from = match (document.column, document.constant) {
        (Some(column), None) => From::Column(scope.column(&column)),
        (None, Some(constant)) => From::Constant(constant),
        (Some(_), Some(_)) => {
            return complain(
                path.to_vec(),
                format!("`{}` has a column and a constant: keep one of them", target.name()),
            );
        }
        (None, None) => {
            return complain(
                path.to_vec(),
                format!("`{}` comes from nowhere: add `column: NAME` or `constant: VALUE`", target.name()),
            );
        }
    };
    let otherwise = match document.otherwise.as_deref() {
        None | Some("keep") => Otherwise::Keep,
        Some("refuse") => Otherwise::Refuse,
        Some("empty") => Otherwise::Empty,
        Some(text) => {
            return Err(unknown(
                key_in(path, "otherwise"),
                "word for `otherwise`",
                text,
                ["keep", "refuse", "empty"],
            ));
        }
    };
    let values: BTreeMap<String, String> = document.values.map(|Entries(entries)| entries.into_iter().collect()).unwrap_or_default();
    let binding = Binding {
        target,
        from,
        default: document.default,
        values,
        otherwise,
        read,
    };
    check_fixed_texts(&binding, path)?;
    Ok(binding)
}

/// Texts that stand in the mapping itself are tried now rather than refused in every row.
fn check_fixed_texts(binding: &Binding, path: &[Step]) -> Checked<()> {
    let constant = match &binding.from {
        From::Constant(text) => Some((text, "constant")),
        From::Column(_) => None,
    };
    let mapped = binding.values.values().map(|text| (text, "values"));
    for (text, key) in constant
        .into_iter()
        .chain(binding.default.iter().map(|text| (text, "default")))
        .chain(mapped)
    {
        let fault = match &binding.read {
            Read::OneOf(known) if !known.contains(&text.as_str()) => {
                return Err(unknown(
                    key_in(path, key),
                    &format!("value for `{}`", binding.target.name()),
                    text,
                    known.iter().copied(),
                ));
            }
            Read::Currency => Currency::parse(text).err().map(|error| error.to_string()),
            Read::Zone => types::date_range::parse_zone(text).err().map(|error| error.to_string()),
            Read::OneOf(_) | Read::Text | Read::Instant(_) | Read::Date(_) | Read::Integer { .. } => None,
            Read::Amount { .. } | Read::Decimal { .. } | Read::Float { .. } | Read::Bool | Read::Json => None,
        };
        if let Some(message) = fault {
            return complain(key_in(path, key), message);
        }
    }
    Ok(())
}

const INTERACTIONS: &[&str] = &["click", "view", "engaged_view", "visit", "send", "open"];
const _: () = assert!(INTERACTIONS.len() == InteractionType::ALL.len());

fn read_field(field: Field, document: &BindingDocument, path: &[Step], scope: &Scope) -> Checked<Read> {
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

fn check_custom(name: String, document: CustomDocument, path: &[Step], scope: &mut Scope) -> Checked<Binding> {
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

fn check_custom_types(records: &[RecordMapping]) -> Checked<()> {
    let mut known: BTreeMap<&str, ColumnType> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        for binding in &record.bindings {
            if let Target::Custom { name, kind } = &binding.target
                && known.insert(name, *kind).is_some_and(|before| before != *kind)
            {
                let path = vec![
                    Step::Key("records".to_owned()),
                    Step::Item(index),
                    Step::Key("custom".to_owned()),
                    Step::Key(name.clone()),
                ];
                return complain(
                    path,
                    format!("`{name}` has another type in an earlier record: give it one type everywhere"),
                );
            }
        }
    }
    Ok(())
}

fn check_format(text: &str) -> Checked<FileFormat> {
    match text {
        "csv" => Ok(FileFormat::Csv),
        "ndjson" => Ok(FileFormat::Ndjson),
        _ => Err(unknown(keys(&["format"]), "file format", text, ["csv", "ndjson"])),
    }
}

fn one_byte(text: Option<&str>, default: u8, path: &[&str]) -> Checked<u8> {
    match text.map(str::as_bytes) {
        None => Ok(default),
        Some(b"\\t" | b"tab") => Ok(b'\t'),
        Some([byte]) if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(*byte),
        Some(_) => complain(
            keys(path),
            format!(
                "`{}` is not one ASCII character: write for example \";\" or \"\\t\"",
                text.unwrap_or_default()
            ),
        ),
    }
}

fn check_zone(name: &str, path: &[Step]) -> Checked<TimeZone> {
    types::date_range::parse_zone(name).map_err(|error| Complaint {
        path: path.to_vec(),
        message: error.to_string(),
    })
}

fn check_currency(rule: TextOr<super::document::ColumnDocument>, scope: &mut Scope) -> Checked<CurrencyRule> {
    match rule {
        TextOr::Text(text) if text == "reporting" => Ok(CurrencyRule::Reporting),
        TextOr::Text(code) => Currency::parse(&code).map(CurrencyRule::Constant).map_err(|error| Complaint {
            path: keys(&["currency"]),
            message: format!("{error}, `reporting` for the organisation's own, or `{{column: NAME}}`"),
        }),
        TextOr::Long(document) => Ok(CurrencyRule::Column(scope.column(&document.column))),
    }
}

fn refuse_twice(bindings: &[Binding], path: &[Step]) -> Checked<()> {
    let Some((last, before)) = bindings.split_last() else { return Ok(()) };
    if before.iter().any(|binding| binding.target == last.target) {
        return complain(path.to_vec(), format!("`{}` is filled twice: keep one of them", last.target.name()));
    }
    Ok(())
}

fn unknown_field(path: &[Step], name: &str) -> Complaint {
    let known = Field::ALL.iter().map(|field| field.name());
    let message = match did_you_mean(name, known).as_str() {
        "" => format!("unknown field `{name}`: docs/reference/mapping.md lists the fields; a field of your own goes under `custom` with a type"),
        suggestion => format!("unknown field `{name}`{suggestion}: docs/reference/mapping.md lists the fields"),
    };
    Complaint {
        path: path.to_vec(),
        message,
    }
}

fn unknown<'a>(path: Vec<Step>, what: &str, text: &str, known: impl IntoIterator<Item = &'a str>) -> Complaint {
    let known: Vec<&str> = known.into_iter().collect();
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Complaint {
        path,
        message: format!("unknown {what} `{text}`{}: use {listed}", did_you_mean(text, known.iter().copied())),
    }
}

fn complain<T>(path: Vec<Step>, message: impl Into<String>) -> Checked<T> {
    Err(Complaint {
        path,
        message: message.into(),
    })
}

fn keys(path: &[&str]) -> Vec<Step> {
    path.iter().map(|key| Step::Key((*key).to_owned())).collect()
}

fn key_in(path: &[Step], key: &str) -> Vec<Step> {
    let mut path = path.to_vec();
    path.push(Step::Key(key.to_owned()));
    path
}
