//! What the catalogue's statistics say of spend, and what they leave open: the days on which a level may be repeated by a finer one.

use datafusion::scalar::ScalarValue;
use lake::{ColumnStats, DataFile, Layout, TableSnapshot};

/// First and last day, as days since 1970.
pub(super) type Days = (i32, i32);

const ALL_DAYS: Days = (i32::MIN, i32::MAX);

/// What a file may hold. A bound that is not known is the widest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Extent {
    /// The level of all its rows, if there is only one.
    level: Option<String>,
    days: Days,
    /// None: any source.
    sources: Option<(String, String)>,
}

/// The files that may hold spend.
pub(super) fn files(table: &TableSnapshot) -> impl Iterator<Item = &DataFile> {
    table.files().iter().map(AsRef::as_ref).filter(|file| file.layout == Layout::Fact)
}

/// True where every row with a civil date is one of spend: nobody has to look at the kinds of rows.
pub(super) fn all_dated_is_spend(table: &TableSnapshot) -> bool {
    table.files().iter().all(|file| {
        let has_no_days = stats(table, file, "civil_date").is_none_or(|stats| stats.nulls == file.rows);
        let is_spend = || texts(table, file, "record_kind").is_some_and(|(min, max)| min == "spend" && max == "spend");
        has_no_days || is_spend()
    })
}

/// None where no level is repeated on any day.
pub(super) fn days_in_question(table: &TableSnapshot) -> Option<Days> {
    let extents = files(table).filter_map(|file| Extent::of(table, file)).collect::<Vec<_>>();
    days_of(&extents)
}

/// The days of all files that have several levels, or overlap a file with another one. A row is repeated by rows of such files only.
fn days_of(extents: &[Extent]) -> Option<Days> {
    let first = extents.first()?;
    if first.level.is_some() && extents.iter().all(|extent| extent.level == first.level) {
        return None;
    }
    let is_mixed = |extent: &Extent| {
        let is_another = |other: &Extent| other.level.is_none() || other.level != extent.level;
        extents.iter().any(|other| extent.overlaps(other) && is_another(other))
    };
    let mixed = extents.iter().filter(|extent| is_mixed(extent));
    mixed
        .map(|extent| extent.days)
        .reduce(|(first, last), (from, to)| (first.min(from), last.max(to)))
}

fn stats<'a>(table: &TableSnapshot, file: &'a DataFile, column: &str) -> Option<&'a ColumnStats> {
    let column = table.columns().iter().find(|known| known.name == column)?;
    file.stats_of(column.id)
}

/// Smallest and largest text of a column.
fn texts(table: &TableSnapshot, file: &DataFile, column: &str) -> Option<(String, String)> {
    let stats = stats(table, file, column)?;
    match (&stats.min, &stats.max) {
        (Some(ScalarValue::Utf8(Some(min))), Some(ScalarValue::Utf8(Some(max)))) => Some((min.clone(), max.clone())),
        _ => None,
    }
}

impl Extent {
    /// None where the file has no spend.
    fn of(table: &TableSnapshot, file: &DataFile) -> Option<Self> {
        if texts(table, file, "record_kind").is_some_and(|(min, max)| max.as_str() < "spend" || min.as_str() > "spend") {
            return None;
        }
        // A row without a level is one of an account.
        let has_levels = stats(table, file, "level").is_some_and(|stats| stats.nulls == 0);
        let level = texts(table, file, "level")
            .filter(|(min, max)| has_levels && min == max)
            .map(|(level, _)| level);
        let days = match stats(table, file, "civil_date").map(|stats| (&stats.min, &stats.max)) {
            Some((Some(ScalarValue::Date32(Some(min))), Some(ScalarValue::Date32(Some(max))))) => (*min, *max),
            _ => ALL_DAYS,
        };
        Some(Self {
            level,
            days,
            sources: texts(table, file, "data_source"),
        })
    }

    fn overlaps(&self, other: &Self) -> bool {
        let days = self.days.0 <= other.days.1 && other.days.0 <= self.days.1;
        let sources = match (&self.sources, &other.sources) {
            (Some((first, last)), Some((other_first, other_last))) => first <= other_last && other_first <= last,
            (None, _) | (_, None) => true,
        };
        days && sources
    }
}

#[cfg(test)]
mod tests;
