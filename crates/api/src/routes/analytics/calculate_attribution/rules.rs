//! Models that are rules.

use semantic::Filter;
use semantic::attribution_table::intervals::{Interval, attribution_intervals};
use semantic::attribution_table::{AttributionQuestion, AttributionTable, attribution_table};

use super::Question;
use crate::ask::{Defaults, ask, ask_all};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::state::Shared;

/// A table with the intervals of its rows, where they were asked for.
pub(super) struct ByRule {
    pub(super) table: AttributionTable,
    pub(super) intervals: Option<Vec<Option<Interval>>>,
}

pub(super) async fn calculate(shared: &Shared, caller: &Caller, defaults: &Defaults, question: &Question) -> Result<ByRule, Problem> {
    let body = &question.body;
    let asked = AttributionQuestion {
        by: question.by.clone(),
        models: question.rules.clone(),
        settings: question.settings.clone(),
        variants: Vec::new(),
        from: body.from.clone(),
        to: body.to.clone(),
        zone: body.zone.clone(),
        filters: body.filters.iter().cloned().map(Filter::from).collect(),
        date_basis: body.date_basis.into(),
    };
    let organization = defaults.organization();
    let prepared = attribution_table(&asked, &organization)?;
    if !body.intervals {
        let raw = ask(shared, &caller.context, prepared.plan()).await?;
        return Ok(ByRule {
            table: prepared.finish(raw),
            intervals: None,
        });
    }
    let spread = attribution_intervals(&asked, &organization)?;
    let [raw, squares] = ask_all(shared, &caller.context, [prepared.plan(), spread.plan()]).await?;
    let table = prepared.finish(raw);
    let intervals = spread.finish(&table, &squares);
    Ok(ByRule {
        table,
        intervals: Some(intervals),
    })
}
