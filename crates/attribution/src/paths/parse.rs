//! Grouped paths from a text with separators.

use std::borrow::Cow;

use super::{Builder, Error, GroupedPaths};

const PATH: &str = "path";
const CONVERSIONS: &str = "total_conversions";
const VALUE: &str = "total_conversion_value";
const NULL: &str = "total_null";

/// Where the columns stand.
#[derive(Debug)]
struct Columns {
    separator: u8,
    count: usize,
    path: usize,
    conversions: usize,
    value: Option<usize>,
    null: Option<usize>,
}

/// Reads the columns `path;total_conversions;total_conversion_value;total_null`, in any order, separated by semicolons, commas or tabs
/// (whichever the header has); value and null may be missing, other columns are left alone. Steps are joined by ` > `, so a channel's name
/// cannot contain `>`. A field that contains the separator is quoted, `"` in it doubled. Empty lines are nothing.
///
/// The first line that is wrong is an error, and so is a file without any conversion.
pub fn parse(text: &str) -> Result<GroupedPaths, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, header) = lines.next().ok_or(Error::Empty)?;
    let columns = Columns::of(header)?;
    let mut builder = Builder::default();
    let mut fields = Vec::with_capacity(columns.count);
    for (at, text) in lines {
        let line = at + 1;
        split(text, columns.separator, &mut fields);
        if fields.len() != columns.count {
            return Err(Error::Fields {
                line,
                expected: columns.count,
                found: fields.len(),
            });
        }
        let conversions = count(line, CONVERSIONS, &fields[columns.conversions])?;
        let value = columns.value.map_or(Ok(0.0), |at| amount(line, &fields[at]))?;
        let nulls = columns.null.map_or(Ok(0), |at| count(line, NULL, &fields[at]))?;
        let path = &fields[columns.path];
        if Steps(Some(path)).any(str::is_empty) {
            let remedy = if path.trim().is_empty() {
                "write at least one channel, such as Search > E-mail, or remove the line"
            } else {
                "a step between two `>` is empty: write its channel, or remove the `>`"
            };
            return refuse(line, PATH, path, remedy);
        }
        builder
            .add(Steps(Some(path)), conversions, value, nulls)
            .map_err(|error| at_line(line, error))?;
    }
    let paths = builder.finish();
    if paths.total_conversions() == 0 {
        return Err(Error::NoConversions);
    }
    Ok(paths)
}

impl Columns {
    fn of(header: &str) -> Result<Self, Error> {
        let has = |separator: char| header.contains(separator);
        let separator = [';', '\t', ',']
            .into_iter()
            .find(|separator| has(*separator))
            .map_or(b';', |found| found as u8);
        let mut names = Vec::new();
        split(header, separator, &mut names);
        let optional = |column: &'static str| {
            let mut places = (0..names.len()).filter(|at| names[*at].trim().eq_ignore_ascii_case(column));
            match (places.next(), places.next()) {
                (_, Some(_)) => Err(Error::HeaderTwice { column }),
                (found, None) => Ok(found),
            }
        };
        let required = |column: &'static str| {
            optional(column)?.ok_or_else(|| Error::Header {
                column,
                found: names.iter().map(|name| format!("`{}`", name.trim())).collect::<Vec<_>>().join(", "),
            })
        };
        Ok(Self {
            separator,
            count: names.len(),
            path: required(PATH)?,
            conversions: required(CONVERSIONS)?,
            value: optional(VALUE)?,
            null: optional(NULL)?,
        })
    }
}

/// The channels of a path, spaces around them taken off. Written out because names are short: a search for the separator that is made for
/// long texts takes longer to start than to find it.
#[derive(Clone, Debug)]
struct Steps<'a>(Option<&'a str>);

impl<'a> Iterator for Steps<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        let (step, after) = match rest.bytes().position(|byte| byte == b'>') {
            Some(end) => (&rest[..end], Some(&rest[end + 1..])),
            None => (rest, None),
        };
        self.0 = after;
        let step = step.strip_prefix(' ').unwrap_or(step);
        let step = step.strip_suffix(' ').unwrap_or(step);
        let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
        let bytes = step.as_bytes();
        Some(if is_bare(bytes.first()) && is_bare(bytes.last()) {
            step
        } else {
            step.trim()
        })
    }
}

/// Fields of one line. Quotes count only at the start of a field.
fn split<'a>(line: &'a str, separator: u8, fields: &mut Vec<Cow<'a, str>>) {
    fields.clear();
    let mut rest = line;
    loop {
        if rest.starts_with('"')
            && let Some((field, after)) = quoted(rest)
        {
            fields.push(field);
            match after.strip_prefix(char::from(separator)) {
                Some(more) => rest = more,
                None => return,
            }
            continue;
        }
        match rest.as_bytes().iter().position(|byte| *byte == separator) {
            Some(end) => {
                fields.push(Cow::Borrowed(&rest[..end]));
                rest = &rest[end + 1..];
            }
            None => {
                fields.push(Cow::Borrowed(rest));
                return;
            }
        }
    }
}

/// A quoted field and what follows it; none where the quote is never closed.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut from = 1;
    loop {
        let end = from + text[from..].find('"')?;
        if text[end + 1..].starts_with('"') {
            from = end + 2;
        } else {
            let inner = &text[1..end];
            let field = if inner.contains('"') {
                Cow::Owned(inner.replace("\"\"", "\""))
            } else {
                Cow::Borrowed(inner)
            };
            return Some((field, &text[end + 1..]));
        }
    }
}

/// A whole number that is not negative; `3.0`, as spreadsheets and data frames write it, is 3.
fn count(line: usize, field: &'static str, text: &str) -> Result<u64, Error> {
    let trimmed = text.trim();
    let (whole, fraction) = trimmed.split_once('.').unwrap_or((trimmed, ""));
    let is_whole = fraction.bytes().all(|byte| byte == b'0');
    if let (true, Ok(number)) = (is_whole && !whole.starts_with('+'), whole.parse::<u64>()) {
        return Ok(number);
    }
    let remedy = match trimmed.parse::<f64>() {
        _ if trimmed.is_empty() => "write a whole number, 0 if there is none",
        Ok(number) if number < 0.0 => "a count cannot be negative: use 0 or a positive whole number",
        Ok(_) => "a count is a whole number of journeys: do not use fractions, exponents or more than 19 digits",
        Err(_) => "write a whole number such as 12, without separators of thousands",
    };
    refuse(line, field, text, remedy)
}

fn amount(line: usize, text: &str) -> Result<f64, Error> {
    let trimmed = text.trim();
    let remedy = match trimmed.parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => return Ok(value),
        _ if trimmed.is_empty() => "write a number, 0 if there is none, or leave the column out",
        Ok(value) if value < 0.0 => "a value cannot be negative: use 0 or a positive number",
        Ok(_) => "write a finite number",
        Err(_) => "write a number such as 12.50, with a point and without separators of thousands",
    };
    refuse(line, VALUE, text, remedy)
}

fn refuse<T>(line: usize, field: &'static str, found: &str, remedy: &'static str) -> Result<T, Error> {
    Err(Error::Field {
        line,
        field,
        found: found.to_owned(),
        remedy,
    })
}

/// The same refusal with its place in the file.
fn at_line(line: usize, error: Error) -> Error {
    match error {
        Error::Path { name: field, found, remedy } => Error::Field { line, field, found, remedy },
        other => other,
    }
}
