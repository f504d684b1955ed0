//! Which days each source's rows cover: one plan over all rows, and the reading of its answer.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::engine::{Plan, RawTable};
use crate::result::Cell;

/// What is there of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub source: String,
    pub rows: i64,
    /// Day of the earliest and of the latest row: the platform's own day where it reports by day, else the day in the organisation's zone.
    pub from: Option<Date>,
    pub through: Option<Date>,
}

pub fn plan() -> Plan {
    let sql = "SELECT data_source, COUNT(*) AS row_count,\n\
               \x20 MIN(CASE WHEN civil_date IS NULL THEN recorded_at END), MAX(CASE WHEN civil_date IS NULL THEN recorded_at END),\n\
               \x20 MIN(civil_date), MAX(civil_date)\n\
               FROM unified_marketing_data\nGROUP BY data_source\nORDER BY data_source";
    Plan {
        sql: sql.to_owned(),
        ..Plan::default()
    }
}

pub fn finish(raw: &RawTable, zone: &TimeZone) -> Vec<Coverage> {
    raw.rows.iter().filter_map(|cells| read(cells, zone)).collect()
}

fn read(cells: &[Cell], zone: &TimeZone) -> Option<Coverage> {
    let [Cell::Text(source), Cell::Integer(rows), first, last, first_day, last_day] = cells else {
        return None;
    };
    let day = |cell: &Cell| text(cell)?.parse::<Date>().ok();
    let day_of = |cell: &Cell| text(cell)?.parse::<Timestamp>().ok().map(|instant| zone.to_datetime(instant).date());
    Some(Coverage {
        source: source.to_string(),
        rows: *rows,
        from: [day_of(first), day(first_day)].into_iter().flatten().min(),
        through: [day_of(last), day(last_day)].into_iter().flatten().max(),
    })
}

fn text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        Cell::Null | Cell::Integer(_) | Cell::Number(_) | Cell::Decimal(_) | Cell::Bool(_) => None,
    }
}
