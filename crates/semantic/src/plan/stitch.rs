//! The whole statement: one family alone, or several put side by side.

use attribution::Model;

use super::draft::Draft;
use super::family;
use super::leaf;
use super::statement::Statement;
use super::{CREDITS, family::groups, family::name_columns};
use crate::catalogue::Fact;
use crate::engine::{CreditSource, Plan, RowOrder};

/// The plan of a draft without problems. Columns: the bucket, keys, names, one value a leaf; in front of them `is_total` (1 in the row of
/// totals) where the totals are not the sums of the rows.
pub(super) fn render(draft: &Draft<'_>) -> Plan {
    let mut statement = Statement::default();
    let adds_up = super::adds_up(draft);
    let render = if adds_up { family::render_rows } else { family::render };
    let families: Vec<String> = draft.facts().into_iter().map(|fact| render(draft, fact, &mut statement)).collect();
    let is_total = (!adds_up).then_some("is_total");
    let groups = groups(draft);
    let body = match families.as_slice() {
        [alone] => alone.clone(),
        several => {
            let mut select: Vec<String> = is_total.map(str::to_owned).into_iter().collect();
            select.extend(groups.iter().cloned());
            select.extend(name_columns(draft).iter().map(|name| format!("MAX({name}) AS {name}")));
            select.extend(
                draft
                    .leaves
                    .iter()
                    .enumerate()
                    .map(|(at, used)| format!("CAST(SUM(v{at}) AS {}) AS v{at}", leaf::sql_type(used))),
            );
            let by: Vec<&str> = is_total.into_iter().chain(groups.iter().map(String::as_str)).collect();
            format!(
                "SELECT {}\nFROM (\n{}\n) AS families\nGROUP BY {}",
                select.join(", "),
                several.join("\nUNION ALL\n"),
                by.join(", ")
            )
        }
    };
    // A row of totals comes first, so that a cap on rows cannot cut it.
    let first = (!adds_up).then_some("is_total DESC");
    let order: Vec<&str> = first.into_iter().chain(groups.iter().map(String::as_str)).collect();
    let sql = format!("{body}\nORDER BY {}", order.join(", "));
    let leaves = if adds_up { draft.leaves.len() } else { 0 };
    Plan {
        sql,
        params: statement.into_params(),
        credits: credit_sources(draft),
        totals: (0..leaves).map(|at| format!("v{at}")).collect(),
        // The answer has an order of its own (`finish`).
        order: RowOrder::OfCap,
        ..Plan::default()
    }
}

pub(super) fn credit_sources(draft: &Draft<'_>) -> Vec<CreditSource> {
    let used: Vec<Model> = draft
        .leaves
        .iter()
        .filter(|used| used.leaf.fact == Fact::Credits)
        .filter_map(|used| used.model)
        .collect();
    if used.is_empty() {
        return Vec::new();
    }
    let models: Vec<Model> = Model::ALL.into_iter().filter(|model| used.contains(model)).collect();
    vec![CreditSource {
        variants: draft.variants.clone(),
        ..CreditSource::new(CREDITS, &models, &draft.settings)
    }]
}
