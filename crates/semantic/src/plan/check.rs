//! Passes that refuse what cannot be answered, each with a named reason.

use super::draft::Draft;
use crate::catalogue::{Dimension, Fact};
use crate::problem::{Problem, ProblemCode};

const COLUMNS_MAX: usize = 100;
const DIMENSIONS_MAX: usize = 20;
const FILTERS_MAX: usize = 50;
/// Over all filters together.
const FILTER_VALUES_MAX: usize = 1_000;
const ROWS_MAX: u32 = 100_000;

/// Sizes, so that no question makes a plan of unbounded size.
pub(super) fn limits(draft: &mut Draft<'_>) {
    let query = draft.query;
    let mut refuse = |pointer: &str, message: String| draft.problems.push(Problem::new(pointer, ProblemCode::LimitExceeded, message));
    let columns = query.metrics.len() + query.dimensions.len();
    if columns > COLUMNS_MAX {
        refuse(
            "/metrics",
            format!("a question may have at most {COLUMNS_MAX} columns, this one has {columns}"),
        );
    }
    if query.dimensions.len() > DIMENSIONS_MAX {
        refuse(
            "/dimensions",
            format!(
                "a question may have at most {DIMENSIONS_MAX} dimensions, this one has {}",
                query.dimensions.len()
            ),
        );
    }
    if query.filters.len() > FILTERS_MAX {
        refuse(
            "/filters",
            format!("a question may have at most {FILTERS_MAX} filters, this one has {}", query.filters.len()),
        );
    }
    let values: usize = query.filters.iter().map(|filter| filter.values.len()).sum();
    if values > FILTER_VALUES_MAX {
        refuse(
            "/filters",
            format!("filters may name at most {FILTER_VALUES_MAX} values together, these name {values}"),
        );
    }
    match query.limit {
        Some(0) => refuse("/limit", "ask for at least one row, or leave the limit out".to_owned()),
        Some(limit) if limit > ROWS_MAX => refuse(
            "/limit",
            format!("a question may ask for at most {ROWS_MAX} rows, this one asks for {limit}"),
        ),
        Some(_) | None => {}
    }
}

/// Every dimension, of the rows and of the filters, must exist on every fact that the metrics need.
pub(super) fn bus_matrix(draft: &mut Draft<'_>) {
    let asked: Vec<(&str, Vec<Fact>)> = draft
        .metrics
        .iter()
        .map(|asked| (asked.id.as_str(), draft.catalogue.facts(asked.metric)))
        .collect();
    let mut found = Vec::new();
    for (at, key) in draft.query.dimensions.iter().enumerate() {
        if let Some(dimension) = draft.catalogue.dimension(key) {
            found.extend(missing(dimension, &asked, format!("/dimensions/{at}"), "broken down by"));
        }
    }
    for filter in &draft.filters {
        found.extend(missing(
            filter.dimension,
            &asked,
            format!("/filters/{}/dimension", filter.at),
            "filtered by",
        ));
    }
    draft.problems.extend(found);
}

/// One problem a dimension, naming the first metric that lacks it.
fn missing(dimension: &'static Dimension, asked: &[(&str, Vec<Fact>)], pointer: String, what: &str) -> Option<Problem> {
    let (metric, fact) = asked
        .iter()
        .find_map(|(id, facts)| facts.iter().find(|fact| !dimension.is_on(**fact)).map(|fact| (id, fact)))?;
    let message = format!(
        "`{metric}` cannot be {what} `{}`: {} do not have it; {}",
        dimension.key,
        fact.noun(),
        dimension.missing
    );
    Some(Problem::new(pointer, ProblemCode::DimensionMissing, message))
}

/// Platforms' rows are civil days: they have no hours.
pub(super) fn grain(draft: &mut Draft<'_>) {
    if !draft.query.grain.is_finer_than_day() {
        return;
    }
    let daily = draft
        .metrics
        .iter()
        .find(|asked| draft.catalogue.facts(asked.metric).contains(&Fact::Spend));
    if let Some(asked) = daily {
        let message = format!(
            "`{}` needs ad platforms' spend rows, which are whole days: ask for grain `day` or coarser",
            asked.id
        );
        draft
            .problems
            .push(Problem::new("/grain", ProblemCode::GrainTooFine, message).suggest(Some("day")));
    }
}
