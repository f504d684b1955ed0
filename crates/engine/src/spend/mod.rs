//! The relation `counted_spend` ([`semantic::spend`]): spend rows without those that a finer level repeats.
//!
//! Which rows are repeated depends on the files of spend alone. Mostly the catalogue's statistics say that files which overlap have one
//! level, and the relation is a plain filter. Otherwise one pass over the days in question finds the levels that are repeated, and what it
//! finds is kept until a file of spend comes or goes.

mod days_in_question;
mod is_counted;
mod levels;
mod repeated;

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::common::Result;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{LogicalPlanBuilder, ScalarUDF, col, lit};
use lake::TableSnapshot;
use types::tables::unified_marketing_data::TABLE;

use days_in_question::all_dated_is_spend;
use is_counted::IsCounted;
pub(crate) use levels::{SpendLevels, SpendLevelsOf};
use repeated::Repeated;

/// The relation at a snapshot.
pub(crate) fn relation(unified: &TableSnapshot, repeated: &Arc<Repeated>) -> Result<Arc<dyn TableProvider>> {
    // The day is there in every row of spend. To ask for it keeps the files of journeys out, which have none.
    let mut spend = col("civil_date").is_not_null();
    if !all_dated_is_spend(unified) {
        spend = col("record_kind").eq(lit("spend")).and(spend);
    }
    let rows = LogicalPlanBuilder::scan(TABLE.name, provider_as_source(unified.provider()), None)?.filter(spend)?;
    let counted = if repeated.is_empty() {
        rows
    } else {
        let columns = is_counted::COLUMNS.map(col).to_vec();
        rows.filter(ScalarUDF::from(IsCounted::new(Arc::clone(repeated))).call(columns))?
    };
    Ok(Arc::new(ViewTable::new(counted.build()?, None)))
}

#[cfg(test)]
mod tests;
