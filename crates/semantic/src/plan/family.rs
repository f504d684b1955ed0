//! One fact family: its rows, cut to the columns that the question needs, and their aggregation with totals.

use super::draft::{Draft, LeafUse, Span};
use super::leaf;
use super::statement::Statement;
use super::{CREDITS, has_bucket, spend};
use crate::catalogue::Fact;
use crate::engine::Param;
use crate::query::DateBasis;
use types::TimeGrain;

/// The type of an order or conversion that names none is a purchase, for the kernel as well.
const CONVERSION_TYPE: &str = "COALESCE(conversion_type, 'purchase')";

/// The expression that a column is read by. Most are columns of the tables.
pub(super) fn source_sql(fact: Fact, source: &'static str) -> &'static str {
    match (fact, source) {
        (Fact::Conversions, "conversion_source") => "data_source",
        (Fact::Conversions, "conversion_type") => CONVERSION_TYPE,
        (Fact::Conversions, "customer_type") => "CASE WHEN is_first = 1 THEN 'new' ELSE 'returning' END",
        (Fact::Credits, "customer_type") => "CASE WHEN is_new_customer THEN 'new' ELSE 'returning' END",
        (Fact::Credits, "attribution_status") => "CASE WHEN \"position\" = 0 THEN 'unattributed' ELSE 'attributed' END",
        (Fact::Spend | Fact::Touches | Fact::Conversions | Fact::Credits, column) => column,
    }
}

/// A family's part of the plan: `is_total`, the bucket, keys `k…`, names `n…`, and a value `v…` for every leaf of the question, those of
/// other families null.
pub(super) fn render(draft: &Draft<'_>, fact: Fact, statement: &mut Statement) -> String {
    let own: Vec<(usize, &LeafUse)> = draft.leaves.iter().enumerate().filter(|(_, used)| used.leaf.fact == fact).collect();
    let groups = groups(draft);
    let names = name_columns(draft);
    // What is additive is cut down by a plain grouping first, so that the grouping sets go over few rows.
    let (relation, is_aggregated) = match fact {
        Fact::Spend => (spend::render(draft, &own, statement), true),
        Fact::Touches | Fact::Conversions | Fact::Credits => {
            let rows = rows(draft, fact, &own, statement);
            if groups.is_empty() || own.iter().any(|(_, used)| !leaf::is_additive(used)) {
                (rows, false)
            } else {
                (aggregated(&rows, &groups, &names, &own), true)
            }
        }
    };
    let mut select = Vec::new();
    select.push(if groups.is_empty() {
        "1 AS is_total".to_owned()
    } else {
        format!("GROUPING({}) AS is_total", groups[0])
    });
    select.extend(groups.iter().cloned());
    select.extend(names.iter().map(|name| format!("MAX({name}) AS {name}")));
    for (at, used) in draft.leaves.iter().enumerate() {
        let value = match (used.leaf.fact == fact, is_aggregated) {
            (true, true) => format!("CAST(SUM(v{at}) AS {})", leaf::sql_type(used)),
            (true, false) => leaf::aggregate(used, &format!("v{at}")),
            (false, _) => format!("CAST(NULL AS {})", leaf::sql_type(used)),
        };
        select.push(format!("{value} AS v{at}"));
    }
    let grouping = if groups.is_empty() {
        String::new()
    } else {
        format!("\nGROUP BY GROUPING SETS (({}), ())", groups.join(", "))
    };
    format!("SELECT {}\nFROM (\n{relation}\n) AS family{grouping}", select.join(", "))
}

/// Names of the columns that are grouped by.
pub(super) fn groups(draft: &Draft<'_>) -> Vec<String> {
    let bucket = has_bucket(draft.query.grain).then(|| "bucket".to_owned());
    bucket.into_iter().chain((0..draft.keys().len()).map(|at| format!("k{at}"))).collect()
}

/// Names of the columns with names.
pub(super) fn name_columns(draft: &Draft<'_>) -> Vec<String> {
    (0..draft.names().len()).map(|at| format!("n{at}")).collect()
}

/// Rows with bucket, keys, names and contributions.
fn rows(draft: &Draft<'_>, fact: Fact, own: &[(usize, &LeafUse)], statement: &mut Statement) -> String {
    let mut select = Vec::new();
    let time = time_sql(draft, fact);
    if has_bucket(draft.query.grain) {
        select.push(format!("{} AS bucket", bucket_of_instant(draft, time, statement)));
    }
    select.extend(key_and_name_columns(draft, fact));
    for (at, used) in own {
        select.push(format!("{} AS v{at}", leaf::contribution(used, draft.organization.currency, statement)));
    }
    let mut conditions = Vec::new();
    let relation = match fact {
        Fact::Touches => {
            conditions.push("record_kind = 'touch'".to_owned());
            "unified_marketing_data".to_owned()
        }
        Fact::Conversions => conversions(draft, own, &mut conditions, statement),
        Fact::Credits => credits(draft, own, statement),
        Fact::Spend => unreachable!("spend rows are read by their own module"),
    };
    conditions.extend(within(draft, time, statement));
    conditions.extend(draft.filters.iter().map(|filter| format!("({})", filter.on(fact, statement))));
    let filter = if conditions.is_empty() {
        String::new()
    } else {
        format!("\nWHERE {}", conditions.join(" AND "))
    };
    format!("SELECT {}\nFROM {relation}{filter}", select.join(", "))
}

/// `expression AS k0` … `AS n0` …
pub(super) fn key_and_name_columns(draft: &Draft<'_>, fact: Fact) -> Vec<String> {
    let keys = draft
        .keys()
        .into_iter()
        .enumerate()
        .map(|(at, column)| format!("{} AS k{at}", source_sql(fact, column.source)));
    let names = draft
        .names()
        .into_iter()
        .enumerate()
        .map(|(at, column)| format!("{} AS n{at}", source_sql(fact, column.source)));
    keys.chain(names).collect()
}

/// The plain grouping below the grouping sets.
fn aggregated(rows: &str, groups: &[String], names: &[String], own: &[(usize, &LeafUse)]) -> String {
    let mut select = groups.to_vec();
    select.extend(names.iter().map(|name| format!("MAX({name}) AS {name}")));
    select.extend(
        own.iter()
            .map(|(at, used)| format!("{} AS v{at}", leaf::aggregate(used, &format!("v{at}")))),
    );
    format!(
        "SELECT {}\nFROM (\n{rows}\n) AS entries\nGROUP BY {}",
        select.join(", "),
        groups.join(", ")
    )
}

/// The instant that a row counts on. Under the touch basis, unattributed revenue has no touch and stays on its conversion.
fn time_sql(draft: &Draft<'_>, fact: Fact) -> &'static str {
    match (fact, draft.query.date_basis) {
        (Fact::Credits, DateBasis::Conversion) => "converted_at",
        (Fact::Credits, DateBasis::Touch) => "COALESCE(touched_at, converted_at)",
        (Fact::Spend | Fact::Touches | Fact::Conversions, _) => "recorded_at",
    }
}

fn bucket_of_instant(draft: &Draft<'_>, time: &str, statement: &mut Statement) -> String {
    let zone = statement.bind_text(&draft.zone);
    let function = if draft.query.grain.is_finer_than_day() {
        "time_bucket"
    } else {
        "local_date"
    };
    format!("{function}('{}', {zone}, {time})", draft.query.grain)
}

/// The bucket of a civil date, which no zone shifts.
pub(super) fn bucket_of_date(grain: TimeGrain) -> String {
    match grain {
        TimeGrain::FifteenMinutes | TimeGrain::Hour | TimeGrain::Day | TimeGrain::Total => "civil_date".to_owned(),
        TimeGrain::Week | TimeGrain::Month | TimeGrain::Quarter | TimeGrain::Year => format!("date_bucket('{grain}', civil_date)"),
    }
}

/// Half-open condition on instants.
fn within(draft: &Draft<'_>, time: &str, statement: &mut Statement) -> Vec<String> {
    match &draft.span {
        Some(Span::Days(range)) => vec![
            format!("{time} >= {}", statement.bind(Param::Instant(range.start_instant()))),
            format!("{time} < {}", statement.bind(Param::Instant(range.end_instant()))),
        ],
        Some(Span::AllTime) | None => Vec::new(),
    }
}

/// Half-open condition on civil dates.
pub(super) fn within_days(draft: &Draft<'_>, statement: &mut Statement) -> Vec<String> {
    match &draft.span {
        Some(Span::Days(range)) => vec![
            format!("civil_date >= {}", statement.bind(Param::Date(range.start()))),
            format!("civil_date < {}", statement.bind(Param::Date(range.end()))),
        ],
        Some(Span::AllTime) | None => Vec::new(),
    }
}

/// Orders, conversions and refunds of the counted types; with `is_first` where the question needs it.
fn conversions(draft: &Draft<'_>, own: &[(usize, &LeafUse)], conditions: &mut Vec<String>, statement: &mut Statement) -> String {
    let types = draft.settings.conversion_types.iter().map(|kind| Param::Text(kind.clone()));
    let counted = format!(
        "record_kind IN ('order', 'conversion', 'refund') AND {CONVERSION_TYPE} IN ({})",
        statement.bind_list(types)
    );
    let asks_customer_type = draft.dimensions.iter().any(|dimension| dimension.key == "customer_type")
        || draft.filters.iter().any(|filter| filter.dimension.key == "customer_type");
    if !asks_customer_type && !own.iter().any(|(_, used)| leaf::needs_first_sale(used)) {
        conditions.push(counted);
        return "unified_marketing_data".to_owned();
    }
    // First is first of all time: the range cuts afterwards. What comes after the range changes nothing.
    let until = match &draft.span {
        Some(Span::Days(range)) => format!(" AND recorded_at < {}", statement.bind(Param::Instant(range.end_instant()))),
        Some(Span::AllTime) | None => String::new(),
    };
    format!(
        "(\n\
         SELECT *, CASE WHEN is_refund = 0 THEN is_first_sale WHEN order_id IS NULL THEN 0\n\
         \x20 ELSE MAX(is_first_sale) OVER (PARTITION BY customer_id, counted_type, order_id) END AS is_first\n\
         FROM (\n\
         SELECT *, CASE WHEN is_refund = 0 AND customer_id IS NOT NULL\n\
         \x20 AND ROW_NUMBER() OVER (PARTITION BY customer_id, counted_type, is_refund ORDER BY recorded_at, sequence) = 1 THEN 1 ELSE 0 END AS is_first_sale\n\
         FROM (\n\
         SELECT record_kind, recorded_at, sequence, data_source, customer_id, order_id, conversion_type, country, device, revenue_reporting, refund_reporting,\n\
         \x20 {CONVERSION_TYPE} AS counted_type, CASE WHEN record_kind = 'refund' THEN 1 ELSE 0 END AS is_refund\n\
         FROM unified_marketing_data\n\
         WHERE {counted}{until}\n\
         ) AS counted\n\
         ) AS numbered\n\
         ) AS sales"
    )
}

/// The credit relation; with `is_paid` where the question needs it.
fn credits(draft: &Draft<'_>, own: &[(usize, &LeafUse)], statement: &mut Statement) -> String {
    if !own.iter().any(|(_, used)| leaf::needs_paid_channels(used)) {
        return CREDITS.to_owned();
    }
    let mut conditions = vec!["record_kind = 'spend'".to_owned(), "channel IS NOT NULL".to_owned()];
    conditions.extend(within_days(draft, statement));
    format!(
        "(\nSELECT {CREDITS}.*, paid.paid_channel IS NOT NULL AS is_paid\nFROM {CREDITS}\nLEFT JOIN (\n\
         SELECT DISTINCT channel AS paid_channel\nFROM unified_marketing_data\nWHERE {}\n\
         ) AS paid ON {CREDITS}.channel = paid.paid_channel\n) AS paid_credits",
        conditions.join(" AND ")
    )
}
