//! From the words of a mapping file to a [`Mapping`]: every name is known, every record has what its kind needs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use types::tables::ColumnType;
use types::{Currency, SourceCategory};

use super::document::{MappingDocument, TextOr};
use super::place::{Step, locate};
use super::{CurrencyRule, FileFormat, Mapping, MappingError, RecordMapping, RowKey, Target};
use crate::suggest::did_you_mean;
use complaint::{Checked, Complaint, complain, keys, unknown};
use record::check_record;

mod binding;
mod complaint;
mod read;
mod record;

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
