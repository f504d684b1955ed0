//! Spend rows: platforms repeat their figures at several levels, and one level is counted.
//!
//! For every (source, account, campaign, day) the finest level that has a row counts, so that a campaign type that is only reported by
//! campaign (and days before ads were synced) keep their cost. An account's own row counts on days without any finer row. The choice
//! does not look at the question's dimensions, and filters below the campaign apply after it: however a question is cut, the parts add
//! up to one total.

use super::draft::{Draft, LeafUse};
use super::family::{bucket_of_date, groups, key_and_name_columns, name_columns, source_sql, within_days};
use super::statement::Statement;
use super::{has_bucket, leaf};
use crate::catalogue::{DimensionColumn, Fact};
use crate::query::FilterOperator;

/// Finer levels have larger numbers.
const LEVEL: &str = "CASE level WHEN 'ad' THEN 4 WHEN 'ad_set' THEN 3 WHEN 'campaign' THEN 2 ELSE 1 END";

/// Aggregated contributions of the rows that count: bucket, keys, names, values.
pub(super) fn render(draft: &Draft<'_>, own: &[(usize, &LeafUse)], statement: &mut Statement) -> String {
    let (groups, names) = (groups(draft), name_columns(draft));
    let filter_columns = columns_filtered_afterwards(draft);
    let values: Vec<String> = own.iter().map(|(at, _)| format!("v{at}")).collect();

    let mut entries = vec![
        "data_source AS source, account_id AS account, campaign_id AS campaign, civil_date AS day".to_owned(),
        format!("{LEVEL} AS level_rank"),
    ];
    if has_bucket(draft.query.grain) {
        entries.push(format!("{} AS bucket", bucket_of_date(draft.query.grain)));
    }
    entries.extend(key_and_name_columns(draft, Fact::Spend));
    entries.extend(
        filter_columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("{} AS f{at}", source_sql(Fact::Spend, column.source))),
    );
    for (at, used) in own {
        entries.push(format!("{} AS v{at}", leaf::contribution(used, draft.organization.currency, statement)));
    }
    let mut before = vec!["record_kind = 'spend'".to_owned()];
    before.extend(within_days(draft, statement));
    before.extend(
        draft
            .filters
            .iter()
            .filter(|filter| applies_before(filter.dimension.key, filter.operator))
            .map(|filter| format!("({})", filter.on(Fact::Spend, statement))),
    );

    let mut cells: Vec<String> = ["source", "account", "campaign", "day", "level_rank"].map(str::to_owned).to_vec();
    cells.extend(groups.iter().cloned());
    cells.extend((0..filter_columns.len()).map(|at| format!("f{at}")));
    let mut summed = cells.clone();
    summed.extend(names.iter().map(|name| format!("MAX({name}) AS {name}")));
    summed.extend(
        own.iter()
            .map(|(at, used)| format!("{} AS v{at}", leaf::aggregate(used, &format!("v{at}")))),
    );

    let mut after = vec![
        "level_rank = finest_of_campaign".to_owned(),
        "(level_rank > 1 OR finest_of_account = 1)".to_owned(),
    ];
    for filter in draft.filters.iter().filter(|filter| !is_of_account(filter.dimension.key)) {
        let condition = filter.condition(statement, |wanted| {
            let at = filter_columns
                .iter()
                .position(|column| column.source == wanted.source)
                .expect("columns of later filters are kept");
            format!("f{at}")
        });
        after.push(format!("({condition})"));
    }
    let kept: Vec<String> = groups.iter().chain(&names).chain(&values).cloned().collect();
    format!(
        "SELECT {}\nFROM (\n\
         SELECT *, MAX(level_rank) OVER (PARTITION BY source, account, day, campaign) AS finest_of_campaign,\n\
         \x20 MAX(level_rank) OVER (PARTITION BY source, account, day) AS finest_of_account\n\
         FROM (\nSELECT {}\nFROM (\nSELECT {}\nFROM unified_marketing_data\nWHERE {}\n) AS entries\nGROUP BY {}\n) AS cells\n\
         ) AS levels\nWHERE {}",
        kept.join(", "),
        summed.join(", "),
        entries.join(", "),
        before.join(" AND "),
        cells.join(", "),
        after.join(" AND ")
    )
}

/// Filters by source or account cannot part the levels of one campaign and day.
fn is_of_account(dimension: &str) -> bool {
    matches!(dimension, "data_source" | "account")
}

/// Filters that may cut rows before the level is chosen. One that names campaigns leaves every named campaign whole.
fn applies_before(dimension: &str, operator: FilterOperator) -> bool {
    is_of_account(dimension) || (dimension == "campaign" && operator == FilterOperator::Is)
}

/// Columns that filters read after the level is chosen.
fn columns_filtered_afterwards(draft: &Draft<'_>) -> Vec<&'static DimensionColumn> {
    let mut columns: Vec<&'static DimensionColumn> = Vec::new();
    for column in draft
        .filters
        .iter()
        .filter(|filter| !is_of_account(filter.dimension.key))
        .flat_map(|filter| filter.columns())
    {
        if !columns.iter().any(|kept| kept.source == column.source) {
            columns.push(column);
        }
    }
    columns
}
