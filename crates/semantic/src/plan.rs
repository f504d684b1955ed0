//! From a question to a plan: a list of named passes over one draft, each adding what it resolves or the problems it finds.
//!
//! Every fact family is read once, cut down to the question's dimensions, and only then stitched to the others: a UNION ALL of aligned
//! columns, grouped again, which joins null to null without comparing. Where all components can be added up, the totals are the sums of the
//! rows, which the engine takes in passing; otherwise they are a grouping set of their own, so that distinct counts are right at both
//! grains.

mod check;
mod draft;
mod family;
mod filter;
mod first_sales;
mod leaf;
mod resolve;
mod spread;
mod statement;
mod stitch;

use attribution::{Settings, Variant};
use types::{Currency, TimeGrain};

use crate::catalogue::DimensionColumn;
use crate::engine::{Plan, RawTable};
use crate::finish::{self, Answer};
use crate::problem::QueryError;
use crate::query::Query;
use crate::result::ResultTable;

pub(crate) use draft::{Asked, Draft, LeafUse, SortTarget, Span};
pub(crate) use leaf::{conversions_column, revenue_column};
pub(crate) use statement::Statement;

/// Name of the relation of credits in plans.
pub(crate) const CREDITS: &str = "credits";

/// What a question leaves to the organisation.
#[derive(Clone, Copy, Debug)]
pub struct Organization<'a> {
    /// The reporting currency.
    pub currency: Currency,
    /// IANA zone in which days are cut unless the question names one.
    pub zone: &'a str,
    /// Attribution settings unless the question brings its own.
    pub attribution: &'a Settings,
    /// Which version of its settings holds when, where the question brings none; empty: `attribution` for all history.
    pub history: &'a [Variant],
}

/// A plan to run, and how to read its answer.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub plan: Plan,
    answer: Answer,
}

impl Prepared {
    /// Turns the engine's rows into the answer: formulas from components, totals, order and limit.
    pub fn finish(self, raw: RawTable) -> ResultTable {
        finish::finish(self.answer, raw)
    }
}

/// A step of planning.
type Pass = fn(&mut Draft<'_>);

/// The passes, in order. Later ones rely on what earlier ones resolved, and find nothing where those found problems.
const PASSES: &[(&str, Pass)] = &[
    ("limits", check::limits),
    ("span", resolve::span),
    ("settings", resolve::settings),
    ("metrics", resolve::metrics),
    ("dimensions", resolve::dimensions),
    ("filters", resolve::filters),
    ("sort", resolve::sort),
    ("expand", resolve::expand),
    ("bus matrix", check::bus_matrix),
    ("grain", check::grain),
];

/// Plans a question, or says everything that is wrong with it.
pub fn plan(query: &Query, organization: &Organization<'_>) -> Result<Prepared, QueryError> {
    prepare(Draft::new(query, organization))
}

/// The plan of [`spread`], and the columns that its rows are known by.
pub(crate) fn plan_spread(query: &Query, organization: &Organization<'_>) -> Result<(Plan, Vec<&'static DimensionColumn>), QueryError> {
    let mut draft = Draft::new(query, organization);
    if query.from.is_empty() && query.to.is_empty() {
        draft.span = Some(Span::AllTime);
    }
    for (_, pass) in PASSES {
        pass(&mut draft);
    }
    if !draft.problems.is_empty() {
        return Err(QueryError { problems: draft.problems });
    }
    let keys = draft.keys();
    Ok((spread::render(&mut draft), keys))
}

/// Plans a question over all time; its `from` and `to` are not read.
pub(crate) fn plan_all_time(query: &Query, organization: &Organization<'_>) -> Result<Prepared, QueryError> {
    let mut draft = Draft::new(query, organization);
    draft.span = Some(Span::AllTime);
    prepare(draft)
}

fn prepare(mut draft: Draft<'_>) -> Result<Prepared, QueryError> {
    for (_, pass) in PASSES {
        pass(&mut draft);
    }
    if !draft.problems.is_empty() {
        return Err(QueryError { problems: draft.problems });
    }
    let plan = stitch::render(&draft);
    let answer = Answer::of(draft);
    Ok(Prepared { plan, answer })
}

/// True where the totals are the sums of the rows: rows are grouped by something, and nothing is counted distinctly.
pub(crate) fn adds_up(draft: &Draft<'_>) -> bool {
    !family::groups(draft).is_empty() && draft.leaves.iter().all(leaf::is_additive)
}

/// True where the grain has a column of its own.
pub(crate) const fn has_bucket(grain: TimeGrain) -> bool {
    !matches!(grain, TimeGrain::Total)
}

#[cfg(test)]
mod tests;
