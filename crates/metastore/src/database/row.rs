//! A row as cells, and the typed reading of them: what cannot be read is an error with table, column and row.

use jiff::Timestamp;
use sqlx::{ColumnIndex, Decode, Type, TypeInfo, ValueRef};

use crate::{Error, Result};

#[derive(Debug)]
pub(crate) struct Row {
    table: &'static str,
    cells: Vec<(String, Cell)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Null,
    Text(String),
    Integer(i64),
    Bytes(Vec<u8>),
    /// A database type that no table of ours has, by its name.
    Foreign(String),
}

pub(super) fn read_all<R>(table: &'static str, rows: &[R]) -> Result<Vec<Row>>
where
    R: sqlx::Row,
    usize: ColumnIndex<R>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let mut cells = Vec::with_capacity(row.len());
        for (at, column) in row.columns().iter().enumerate() {
            let raw = row.try_get_raw(at)?;
            let kind = raw.type_info().name().to_owned();
            let cell = match kind.as_str() {
                _ if raw.is_null() => Cell::Null,
                "TEXT" | "VARCHAR" | "NAME" => Cell::Text(row.try_get(at)?),
                "INTEGER" | "INT8" => Cell::Integer(row.try_get(at)?),
                "BLOB" | "BYTEA" => Cell::Bytes(row.try_get(at)?),
                _ => Cell::Foreign(kind),
            };
            cells.push((sqlx::Column::name(column).to_owned(), cell));
        }
        out.push(Row { table, cells });
    }
    Ok(out)
}

impl Row {
    pub(crate) fn text(&self, column: &str) -> Result<String> {
        self.optional_text(column)?.ok_or_else(|| self.bad(column, "is empty"))
    }

    pub(crate) fn optional_text(&self, column: &str) -> Result<Option<String>> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text.clone())),
            other => Err(self.bad(column, &format!("holds {} where text is expected", other.kind()))),
        }
    }

    pub(crate) fn integer(&self, column: &str) -> Result<i64> {
        self.optional_integer(column)?.ok_or_else(|| self.bad(column, "is empty"))
    }

    pub(crate) fn optional_integer(&self, column: &str) -> Result<Option<i64>> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Integer(integer) => Ok(Some(*integer)),
            other => Err(self.bad(column, &format!("holds {} where a number is expected", other.kind()))),
        }
    }

    /// A count: a number that is not negative.
    pub(crate) fn count(&self, column: &str) -> Result<u64> {
        let integer = self.integer(column)?;
        u64::try_from(integer).map_err(|_| self.bad(column, &format!("holds {integer}, a count cannot be negative")))
    }

    pub(crate) fn instant(&self, column: &str) -> Result<Timestamp> {
        self.optional_instant(column)?.ok_or_else(|| self.bad(column, "is empty"))
    }

    pub(crate) fn optional_instant(&self, column: &str) -> Result<Option<Timestamp>> {
        let Some(micros) = self.optional_integer(column)? else { return Ok(None) };
        Timestamp::from_microsecond(micros)
            .map(Some)
            .map_err(|_| self.bad(column, &format!("holds {micros}, which is no instant")))
    }

    /// Text that `parse` understands; `what` names the kind in the error.
    pub(crate) fn parse<T>(&self, column: &str, what: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let text = self.text(column)?;
        parse(&text).ok_or_else(|| self.bad(column, &format!("holds `{text}`, which is not {what}")))
    }

    fn cell(&self, column: &str) -> Result<&Cell> {
        self.cells
            .iter()
            .find(|(name, _)| name == column)
            .map(|(_, cell)| cell)
            .ok_or_else(|| self.bad(column, "is not part of the answer"))
    }

    fn bad(&self, column: &str, problem: &str) -> Error {
        let row = match self.cells.first() {
            Some((_, Cell::Text(text))) => text.clone(),
            Some((_, Cell::Integer(integer))) => integer.to_string(),
            Some((_, Cell::Null | Cell::Bytes(_) | Cell::Foreign(_))) | None => "?".to_owned(),
        };
        Error::Stored {
            table: self.table,
            column: column.to_owned(),
            row,
            problem: problem.to_owned(),
        }
    }
}

impl Cell {
    fn kind(&self) -> &str {
        match self {
            Self::Null => "nothing",
            Self::Text(_) => "text",
            Self::Integer(_) => "a number",
            Self::Bytes(_) => "bytes",
            Self::Foreign(name) => name,
        }
    }
}
