//! The path report: top paths, their lengths and time lags, and how they flow from step to step.

use serde::Serialize;
use types::Currency;

use super::figures::{Figures, Summary, Sums, integer, text};
use super::flow::{self, Flow, POSITIONS};
use super::lags::{self, LagBucket};
use super::{COUNTS, LENGTHS, PathQuestion, TABLE};
use crate::engine::{PATH_SEPARATOR, PATH_STEPS_MAX, Plan, RawTable};
use crate::result::Cell;

/// Lengths from here on are one bucket.
pub const LENGTHS_MAX: usize = 20;
/// Rows that are named one by one where nobody says how many.
pub const LIMIT_DEFAULT: u32 = 50;

/// The statements of a report.
#[derive(Clone, Debug)]
pub struct ReportPlans {
    pub top: Plan,
    pub distribution: Plan,
    pub flow: Plan,
}

/// Every part adds up to the summary: paths and the rest, lengths, lags, and the branches of the flow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathReport {
    pub summary: Summary,
    /// By conversions, most first; then by paths without one.
    pub paths: Vec<PathRow>,
    /// The paths that are not among these, added up.
    pub rest: Figures,
    /// By number of steps, from 1.
    pub lengths: Vec<LengthBucket>,
    pub lag_of_first: Vec<LagBucket>,
    pub lag_of_last: Vec<LagBucket>,
    pub flow: Flow,
    /// Paths of which the text does not name every step, because they have more than 200.
    pub paths_cut: i64,
    pub data_version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathRow {
    pub path: String,
    pub steps: Vec<String>,
    #[serde(flatten)]
    pub figures: Figures,
    /// Touches of its conversions on average; more than the steps where equal ones are collapsed.
    pub average_touches: Option<f64>,
    /// From the first touch to the conversion.
    pub average_days: Option<f64>,
}

/// Paths with as many steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LengthBucket {
    pub steps: usize,
    /// Whether longer paths are in it, too.
    pub is_open: bool,
    #[serde(flatten)]
    pub figures: Figures,
}

pub fn plans(question: &PathQuestion) -> ReportPlans {
    let condition = question.condition();
    let (path, steps) = if question.is_collapsed {
        ("collapsed_path", "collapsed_steps")
    } else {
        ("path", "steps")
    };
    let top = format!(
        "SELECT {path}, {COUNTS},\n\x20 {LENGTHS}\nFROM {TABLE}\nWHERE steps > 0 AND {condition}\nGROUP BY {path}\n\
         ORDER BY conversions DESC, not_converted DESC, {path}\nLIMIT {}",
        question.limit
    );
    let (first, last) = (lags::bucket_sql("started_at"), lags::bucket_sql("ended_at"));
    let distribution = format!(
        "SELECT length, lag_of_first, lag_of_last, {COUNTS},\n\x20 {LENGTHS}, SUM(CASE WHEN length_of_text > {PATH_STEPS_MAX} THEN 1 ELSE 0 END) AS paths_cut\n\
         FROM (SELECT *, {steps} AS length_of_text, CASE WHEN {steps} > {LENGTHS_MAX} THEN {LENGTHS_MAX} ELSE {steps} END AS length,\n\
         \x20 {first} AS lag_of_first,\n\x20 {last} AS lag_of_last\n\
         FROM {TABLE}) AS p\nWHERE {condition}\nGROUP BY length, lag_of_first, lag_of_last"
    );
    // Paths are grouped whole first: there are far fewer of them than journeys, so that few are cut to their first steps.
    let flow = format!(
        "SELECT substr_index({path}, '{PATH_SEPARATOR}', {POSITIONS}) AS head, goes_on, SUM(conversions) AS conversions, SUM(revenue) AS revenue,\n\
         \x20 SUM(not_converted) AS not_converted\n\
         FROM (SELECT {path}, {steps} > {POSITIONS} AS goes_on, {COUNTS}\n\x20 FROM {TABLE}\n\x20 WHERE steps > 0 AND {condition}\n\x20 GROUP BY {path}, {steps} > {POSITIONS}) AS p\n\
         GROUP BY 1, 2\nORDER BY conversions DESC, not_converted DESC, head, goes_on"
    );
    let totals = ["conversions", "revenue", "not_converted"].map(str::to_owned).to_vec();
    ReportPlans {
        top: question.plan(top),
        distribution: question.plan(distribution),
        flow: Plan {
            totals,
            ..question.plan(flow)
        },
    }
}

pub fn finish(top: &RawTable, distribution: &RawTable, flow: &RawTable, currency: Currency) -> PathReport {
    let spread = Spread::read(distribution);
    let mut named = Sums::default();
    let mut paths = Vec::with_capacity(top.rows.len());
    for row in &top.rows {
        let sums = Sums::read(&row[1..]);
        let path = text(row.first()).to_owned();
        named.add(&sums);
        paths.push(PathRow {
            steps: path.split(PATH_SEPARATOR).map(str::to_owned).collect(),
            path,
            figures: sums.figures(currency),
            average_touches: sums.average_touches(),
            average_days: sums.average_days(),
        });
    }
    PathReport {
        summary: Summary::of(&spread.with, &spread.without, currency),
        paths,
        rest: spread.with.without(&named).figures(currency),
        lengths: spread.lengths(currency),
        lag_of_first: lags::buckets(&spread.lag_of_first, currency),
        lag_of_last: lags::buckets(&spread.lag_of_last, currency),
        flow: flow::finish(flow, currency),
        paths_cut: spread.paths_cut,
        data_version: distribution.data_version,
    }
}

/// The distribution's rows, added up along each of their keys.
#[derive(Default)]
struct Spread {
    with: Sums,
    without: Sums,
    lengths: [Sums; LENGTHS_MAX],
    lag_of_first: [Sums; lags::STARTS.len()],
    lag_of_last: [Sums; lags::STARTS.len()],
    paths_cut: i64,
}

impl Spread {
    fn read(raw: &RawTable) -> Self {
        let mut spread = Self::default();
        for row in &raw.rows {
            let [length, of_first, of_last, sums @ ..] = row.as_slice() else {
                continue;
            };
            let cut = sums.last().map_or(0, integer);
            let sums = Sums::read(sums);
            let at = |cell: &Cell| {
                if let Cell::Integer(number) = cell {
                    usize::try_from(*number).ok()
                } else {
                    None
                }
            };
            spread.paths_cut += cut;
            let length = at(length)
                .and_then(|steps| steps.checked_sub(1))
                .and_then(|place| spread.lengths.get_mut(place));
            match length {
                Some(bucket) => {
                    bucket.add(&sums);
                    spread.with.add(&sums);
                }
                None => spread.without.add(&sums),
            }
            for (buckets, cell) in [(&mut spread.lag_of_first, of_first), (&mut spread.lag_of_last, of_last)] {
                if let Some(bucket) = at(cell).and_then(|place| buckets.get_mut(place)) {
                    bucket.add(&sums);
                }
            }
        }
        spread
    }

    /// Up to the longest that there is.
    fn lengths(&self, currency: Currency) -> Vec<LengthBucket> {
        let longest = self.lengths.iter().rposition(|sums| !sums.is_none()).map_or(0, |at| at + 1);
        let bucket = |(at, sums): (usize, &Sums)| LengthBucket {
            steps: at + 1,
            is_open: at + 1 == LENGTHS_MAX,
            figures: sums.figures(currency),
        };
        self.lengths[..longest].iter().enumerate().map(bucket).collect()
    }
}
