//! The mapping file: which column of a source fills which field of the unified row. The language is described in
//! `docs/reference/mapping.md`.

use std::collections::BTreeMap;
use std::fmt;

use jiff::tz::TimeZone;
use types::tables::ColumnType;
use types::{Currency, RecordKind, SourceCategory};

use crate::field::Field;
use crate::instant::{DateFormat, InstantFormat};
pub(crate) use row_key::{Part, RowKey};

mod check;
mod document;
mod place;
mod row_key;

/// A mapping file, read and checked. It knows the columns that it needs, not yet the file that has them.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub(crate) format: Option<FileFormat>,
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
    pub(crate) category: SourceCategory,
    pub(crate) keep_rest: bool,
    pub(crate) currency: Option<CurrencyRule>,
    /// Every column that the mapping reads, once; elsewhere a column is its index here.
    pub(crate) columns: Vec<String>,
    pub(crate) records: Vec<RecordMapping>,
}

/// Why a mapping file cannot be used: place, reason, remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct MappingError {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    pub message: String,
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Csv,
    Ndjson,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CurrencyRule {
    /// The organisation's reporting currency.
    Reporting,
    Constant(Currency),
    Column(usize),
}

/// What one kind of record is made of.
#[derive(Clone, Debug)]
pub(crate) struct RecordMapping {
    pub(crate) kind: RecordKind,
    /// All must hold for a row to make this record.
    pub(crate) when: Vec<Condition>,
    pub(crate) row_key: RowKey,
    /// Appended to the key, so that several records of one row have keys of their own.
    pub(crate) key_suffix: &'static str,
    /// Zone of civil dates.
    pub(crate) zone: Option<TimeZone>,
    pub(crate) bindings: Vec<Binding>,
    /// Whether a touch has more than its channel's name to go by: the channel rules read it.
    pub(crate) has_evidence: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) column: usize,
    pub(crate) test: Test,
}

#[derive(Clone, Debug)]
pub(crate) enum Test {
    Is(Vec<String>),
    IsNot(Vec<String>),
    Filled(bool),
}

impl Condition {
    pub(crate) fn holds(&self, cell: Option<&str>) -> bool {
        match &self.test {
            Test::Is(texts) => texts.iter().any(|text| text == cell.unwrap_or_default()),
            Test::IsNot(texts) => !texts.iter().any(|text| text == cell.unwrap_or_default()),
            Test::Filled(filled) => cell.is_some() == *filled,
        }
    }
}

/// A field and where its value comes from.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    pub(crate) target: Target,
    pub(crate) from: From,
    /// Stands in for an empty cell.
    pub(crate) default: Option<String>,
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) otherwise: Otherwise,
    pub(crate) read: Read,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    Field(Field),
    Custom { name: String, kind: ColumnType },
}

impl Target {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Field(field) => field.name(),
            Self::Custom { name, .. } => name,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Column(usize),
    Constant(String),
}

/// What becomes of a value that the value map does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Otherwise {
    Keep,
    Refuse,
    Empty,
}

/// How text becomes a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Read {
    Text,
    Instant(InstantFormat),
    Date(DateFormat),
    Integer {
        is_count: bool,
        decimal_comma: bool,
    },
    Amount {
        decimal_comma: bool,
        negate: bool,
    },
    Decimal {
        decimal_comma: bool,
        negate: bool,
    },
    Float {
        decimal_comma: bool,
    },
    Bool,
    Json,
    Currency,
    Zone,
    /// One of the listed texts.
    OneOf(&'static [&'static str]),
}

impl Mapping {
    /// Reads and checks a mapping. `file_name` is only for messages.
    pub fn parse(yaml: &str, file_name: &str) -> Result<Self, MappingError> {
        check::parse(yaml, file_name)
    }

    /// The organisation's own fields that this mapping fills, with their types.
    pub(crate) fn custom_fields(&self) -> BTreeMap<&str, ColumnType> {
        let bindings = self.records.iter().flat_map(|record| &record.bindings);
        bindings
            .filter_map(|binding| match &binding.target {
                Target::Custom { name, kind } => Some((name.as_str(), *kind)),
                Target::Field(_) => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
