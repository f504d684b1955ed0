//! What can be wrong with grouped paths, or with a question about them.

/// Every variant names the place and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the file is empty: its first line must name the columns, such as path;total_conversions;total_conversion_value;total_null")]
    Empty,
    #[error(
        "line 1: the header has no column `{column}`, it has {found}: write path;total_conversions and, where known, ;total_conversion_value;total_null"
    )]
    Header { column: &'static str, found: String },
    #[error("line 1: the column `{column}` appears twice: keep one of them")]
    HeaderTwice { column: &'static str },
    #[error("line {line}: {expected} fields are expected as in the header, and {found} were found: quote a field that contains the separator")]
    Fields { line: usize, expected: usize, found: usize },
    #[error("line {line}: `{field}` is `{found}`: {remedy}")]
    Field {
        line: usize,
        field: &'static str,
        found: String,
        remedy: &'static str,
    },
    #[error("no path has a conversion: the column `total_conversions` needs at least one number above 0, there is nothing to attribute")]
    NoConversions,
    #[error("`{name}` is {found}: {remedy}")]
    Path {
        name: &'static str,
        found: String,
        remedy: &'static str,
    },
    #[error(
        "there is no model `{text}` of grouped paths: use all, or some of first_touch, last_touch, last_non_direct, linear, position_based, \
         j_shaped, inverse_j, markov, shapley, ordered_shapley, leave_one_out"
    )]
    Model { text: String },
    #[error(
        "time_decay needs the time of each touch, and grouped paths have none: use linear or position_based, or attribute an organisation with --org"
    )]
    NoTime,
    #[error("`{text}` is not an order of the Markov chain: use 1, 2, 3, 4 or auto")]
    Order { text: String },
    #[error("order {order} has {states} states that journeys leave too slowly for an exact solution: use a lower order, or cut the longest journeys")]
    Unsolved { order: usize, states: usize },
    #[error("{resamples} resamples cannot be drawn: use {minimum} to {maximum}")]
    Resamples { resamples: usize, minimum: usize, maximum: usize },
}
