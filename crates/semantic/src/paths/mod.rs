//! Paths: which steps led to conversions and which to none, which channels assist, and which go together.
//!
//! Three questions over one relation ([`crate::engine::PathSource`]): the [report](report), [assists] and [overlap]. Each plans statements of
//! its own and reads their answers. Conversions belong to the day they happened, paths without one to the day of their last touch.

pub mod assists;
mod figures;
pub mod flow;
pub mod lags;
pub mod overlap;
pub mod report;
#[cfg(test)]
mod tests;

use attribution::Settings;
use types::DateRange;

use crate::engine::{Param, PathSource, PathStep, Plan};
use crate::problem::{Problem, ProblemCode, QueryError};

pub use figures::{Figures, Summary};

/// Most rows that a question may ask for.
pub const LIMIT_MAX: u32 = 500;
/// Most steps of an overlap: as many columns as a table can show.
pub const OVERLAP_LIMIT_MAX: u32 = 40;

/// Name of the relation in the statements.
const TABLE: &str = "paths";

/// What all three are asked.
#[derive(Clone, Debug, PartialEq)]
pub struct PathQuestion {
    pub settings: Settings,
    pub step: PathStep,
    /// All time without one.
    pub range: Option<DateRange>,
    /// Equal consecutive steps as one; the report alone reads it.
    pub is_collapsed: bool,
    /// Rows that are named one by one; the rest is added up.
    pub limit: u32,
}

/// First and last day as they were written; both or neither.
pub fn range(from: Option<&str>, to: Option<&str>, zone: &str) -> Result<Option<DateRange>, QueryError> {
    let problem = |pointer: &str, code, message: String| QueryError {
        problems: vec![Problem::new(pointer, code, message)],
    };
    let missing = |pointer| problem(pointer, ProblemCode::Missing, "give both days, or leave both out for all time".to_owned());
    match (from, to) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing("/to")),
        (None, Some(_)) => Err(missing("/from")),
        (Some(from), Some(to)) => DateRange::parse(from, to, zone).map(Some).map_err(|error| {
            let (pointer, code) = match &error {
                types::date_range::Error::Zone { .. } => ("/zone", ProblemCode::InvalidZone),
                types::date_range::Error::Day { text } if text == from => ("/from", ProblemCode::InvalidDate),
                types::date_range::Error::Day { .. } => ("/to", ProblemCode::InvalidDate),
                types::date_range::Error::Backwards { .. } | types::date_range::Error::TooLong { .. } => ("/to", ProblemCode::InvalidRange),
            };
            problem(pointer, code, error.to_string())
        }),
    }
}

/// Refuses a limit that is out of bounds.
pub fn limit(asked: Option<u32>, default: u32, max: u32) -> Result<u32, QueryError> {
    let limit = asked.unwrap_or(default);
    if (1..=max).contains(&limit) {
        return Ok(limit);
    }
    let message = format!("`limit` is {limit}: use a number from 1 to {max}");
    Err(QueryError {
        problems: vec![Problem::new("/limit", ProblemCode::LimitExceeded, message)],
    })
}

/// Sums over paths: conversions, their revenue, paths without conversion.
const COUNTS: &str = "SUM(CASE WHEN is_converted THEN 1 ELSE 0 END) AS conversions, SUM(revenue) AS revenue,\n\
                      \x20 SUM(CASE WHEN is_converted THEN 0 ELSE 1 END) AS not_converted";
/// Touches of the conversions, seconds from their first and from their last touch.
const LENGTHS: &str = "SUM(CASE WHEN is_converted THEN steps END) AS touches,\n\
                       \x20 SUM((CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT)) / 1000000) AS seconds,\n\
                       \x20 SUM((CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT)) / 1000000) AS seconds_of_last";

impl PathQuestion {
    fn plan(&self, sql: String) -> Plan {
        let params = self.range.iter().flat_map(|range| [range.start_instant(), range.end_instant()]);
        Plan {
            sql,
            params: params.map(Param::Instant).collect(),
            paths: vec![PathSource {
                table: TABLE.to_owned(),
                settings: self.settings.clone(),
                step: self.step,
            }],
            ..Plan::default()
        }
    }

    /// The condition on days; true where there is none.
    fn condition(&self) -> &'static str {
        match self.range {
            Some(_) => "COALESCE(converted_at, ended_at) >= $1 AND COALESCE(converted_at, ended_at) < $2",
            None => "TRUE",
        }
    }

    /// All paths of the range added up.
    fn summary_plan(&self) -> Plan {
        let condition = self.condition();
        self.plan(format!(
            "SELECT steps > 0 AS has_path, {COUNTS},\n\x20 {LENGTHS}\nFROM {TABLE}\nWHERE {condition}\nGROUP BY steps > 0"
        ))
    }
}
