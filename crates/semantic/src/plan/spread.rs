//! How far credit could have come out otherwise, had other customers happened to buy.

use super::draft::Draft;
use super::family;
use super::statement::Statement;
use super::stitch::credit_sources;
use crate::catalogue::{CUSTOMER, Fact};
use crate::engine::Plan;

/// Sums of squares by customer, for every row of a question about credit alone. Columns: the keys (k0 …), then for each model the sum over
/// customers of the square of attributed revenue (s0, s2 …) and of attributed conversions (s1, s3 …).
///
/// A bootstrap draws customers with replacement; a total of independent draws has the variance Σ x² where each customer is drawn a number
/// of times of mean and variance 1 (Poisson bootstrap: Chamandy et al. 2012). So this is that bootstrap with no limit on the number of
/// refits, and without a seed.
pub(super) fn render(draft: &mut Draft<'_>) -> Plan {
    let keys = family::groups(draft).len();
    draft.dimensions.push(&CUSTOMER);
    let mut statement = Statement::default();
    let by_customer = family::render_rows(draft, Fact::Credits, &mut statement);
    let names: Vec<String> = (0..keys).map(|at| format!("k{at}")).collect();
    let squares = (0..draft.leaves.len()).map(|at| format!("SUM(CAST(v{at} AS DOUBLE) * CAST(v{at} AS DOUBLE)) AS s{at}"));
    let select: Vec<String> = names.iter().cloned().chain(squares).collect();
    let grouped = if names.is_empty() {
        String::new()
    } else {
        format!("\nGROUP BY {}", names.join(", "))
    };
    Plan {
        sql: format!("SELECT {}\nFROM (\n{by_customer}\n) AS customers{grouped}", select.join(", ")),
        params: statement.into_params(),
        credits: credit_sources(draft),
        ..Plan::default()
    }
}
