//! One fact family: its rows, cut to the columns that the question needs, and their aggregation with totals.

use super::draft::{Draft, LeafUse, Span};
use super::leaf;
use super::statement::Statement;
use super::{CREDITS, first_sales, has_bucket};
use crate::catalogue::Fact;
use crate::engine::Param;
use crate::query::DateBasis;
use crate::spend;
use types::TimeGrain;

/// An order or conversion that names no type is a purchase, for the kernel as well. A refund is read by its own row's type here, and by its
/// order's there: sources that give orders another type than `purchase` must give it to their refunds too.
pub(super) const CONVERSION_TYPE: &str = "COALESCE(conversion_type, 'purchase')";

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

/// A family's part of a plan whose totals are the sums of its rows: the bucket, keys `k…`, names `n…`, and a value `v…` for every leaf of
/// the question, those of other families null.
pub(super) fn render_rows(draft: &Draft<'_>, fact: Fact, statement: &mut Statement) -> String {
    let own = own(draft, fact);
    let relation = rows(draft, fact, &own, statement);
    let groups = groups(draft);
    let mut select = groups.clone();
    select.extend(name_columns(draft).iter().map(|name| format!("MAX({name}) AS {name}")));
    select.extend(draft.leaves.iter().enumerate().map(|(at, used)| {
        let column = format!("v{at}");
        let value = if used.leaf.fact == fact {
            leaf::aggregate(used, &column)
        } else {
            format!("CAST(NULL AS {})", leaf::sql_type(used))
        };
        format!("{value} AS {column}")
    }));
    format!(
        "SELECT {}\nFROM (\n{relation}\n) AS entries\nGROUP BY {}",
        select.join(", "),
        groups.join(", ")
    )
}

/// The leaves of a family, with their places among all.
fn own<'a>(draft: &'a Draft<'_>, fact: Fact) -> Vec<(usize, &'a LeafUse)> {
    draft.leaves.iter().enumerate().filter(|(_, used)| used.leaf.fact == fact).collect()
}

/// A family's part of the plan: `is_total`, the bucket, keys `k…`, names `n…`, and a value `v…` for every leaf of the question, those of
/// other families null.
pub(super) fn render(draft: &Draft<'_>, fact: Fact, statement: &mut Statement) -> String {
    let own = own(draft, fact);
    let groups = groups(draft);
    let names = name_columns(draft);
    let relation = rows(draft, fact, &own, statement);
    let parts = if own.iter().any(|(_, used)| !leaf::is_additive(used)) {
        Parts::OfCustomers(by_customer(&relation, &groups, &names, &own))
    } else if groups.is_empty() {
        Parts::Rows(relation)
    } else {
        Parts::Additive(aggregated(&relation, &groups, &names, &own))
    };
    let is_total = match (&parts, groups.first()) {
        (_, None) => "1 AS is_total".to_owned(),
        (Parts::OfCustomers(_), Some(_)) => "is_total".to_owned(),
        (Parts::Rows(_) | Parts::Additive(_), Some(first)) => format!("GROUPING({first}) AS is_total"),
    };
    let mut select = vec![is_total];
    select.extend(groups.iter().cloned());
    select.extend(names.iter().map(|name| format!("MAX({name}) AS {name}")));
    for (at, used) in draft.leaves.iter().enumerate() {
        let column = format!("v{at}");
        let value = match (&parts, used.leaf.fact == fact) {
            (_, false) => format!("CAST(NULL AS {})", leaf::sql_type(used)),
            (Parts::Rows(_), true) => leaf::aggregate(used, &column),
            (Parts::Additive(_) | Parts::OfCustomers(_), true) => leaf::aggregate_of_parts(used, &column),
        };
        select.push(format!("{value} AS {column}"));
    }
    let keys = groups.join(", ");
    let (relation, grouping) = match parts {
        Parts::Rows(relation) => (relation, String::new()),
        Parts::Additive(relation) | Parts::OfCustomers(relation) if groups.is_empty() => (relation, String::new()),
        Parts::Additive(relation) => (relation, format!("\nGROUP BY GROUPING SETS (({keys}), ())")),
        Parts::OfCustomers(relation) => (relation, format!("\nGROUP BY is_total, {keys}")),
    };
    format!("SELECT {}\nFROM (\n{relation}\n) AS family{grouping}", select.join(", "))
}

/// How far a family is cut down before its last grouping.
enum Parts {
    /// Not at all: there is nothing to group by.
    Rows(String),
    /// A plain grouping, so that the grouping sets go over few rows.
    Additive(String),
    /// By customer as well, within the groups and within the whole, so that distinct customers are counted by counting rows. An engine's
    /// COUNT(DISTINCT) over 16-byte ids costs about three times as much.
    OfCustomers(String),
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
    if has_bucket(draft.query.grain) {
        select.push(format!("{} AS bucket", bucket(draft, fact, statement)));
    }
    select.extend(key_and_name_columns(draft, fact));
    if own.iter().any(|(_, used)| !leaf::is_additive(used)) {
        select.push("customer_id AS customer".to_owned());
    }
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
        Fact::Spend => spend::COUNTED.to_owned(),
    };
    conditions.extend(match fact {
        Fact::Spend => within_days(draft, statement),
        Fact::Touches | Fact::Conversions | Fact::Credits => within(draft, time_sql(draft, fact), statement),
    });
    conditions.extend(draft.filters.iter().map(|filter| format!("({})", filter.on(fact, statement))));
    let filter = if conditions.is_empty() {
        String::new()
    } else {
        format!("\nWHERE {}", conditions.join(" AND "))
    };
    format!("SELECT {}\nFROM {relation}{filter}", select.join(", "))
}

/// `expression AS k0` … `AS n0` …
fn key_and_name_columns(draft: &Draft<'_>, fact: Fact) -> Vec<String> {
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

/// One row for every customer of every group, and one for every customer of the whole.
fn by_customer(rows: &str, groups: &[String], names: &[String], own: &[(usize, &LeafUse)]) -> String {
    let mut select: Vec<String> = groups.first().map(|first| format!("GROUPING({first}) AS is_total")).into_iter().collect();
    select.extend(groups.iter().cloned());
    select.extend(names.iter().map(|name| format!("MAX({name}) AS {name}")));
    select.extend(
        own.iter()
            .map(|(at, used)| format!("{} AS v{at}", leaf::aggregate(used, &format!("v{at}")))),
    );
    let keys = groups.join(", ");
    let grouping = if groups.is_empty() {
        "customer".to_owned()
    } else {
        format!("GROUPING SETS (({keys}, customer), (customer))")
    };
    format!("SELECT {}\nFROM (\n{rows}\n) AS entries\nGROUP BY {grouping}", select.join(", "))
}

/// The instant that a row counts on. Under the touch basis, unattributed revenue has no touch and stays on its conversion.
fn time_sql(draft: &Draft<'_>, fact: Fact) -> &'static str {
    match (fact, draft.query.date_basis) {
        (Fact::Credits, DateBasis::Conversion) => "converted_at",
        (Fact::Credits, DateBasis::Touch) => "COALESCE(touched_at, converted_at)",
        (Fact::Spend | Fact::Touches | Fact::Conversions, _) => "recorded_at",
    }
}

fn bucket(draft: &Draft<'_>, fact: Fact, statement: &mut Statement) -> String {
    match fact {
        Fact::Spend => bucket_of_date(draft.query.grain),
        Fact::Touches | Fact::Conversions | Fact::Credits => bucket_of_instant(draft, time_sql(draft, fact), statement),
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
fn bucket_of_date(grain: TimeGrain) -> String {
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
fn within_days(draft: &Draft<'_>, statement: &mut Statement) -> Vec<String> {
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
    let counted = format!("{CONVERSION_TYPE} IN ({})", statement.bind_list(types));
    let asks_customer_type = draft.dimensions.iter().any(|dimension| dimension.key == "customer_type")
        || draft.filters.iter().any(|filter| filter.dimension.key == "customer_type");
    let relation = if asks_customer_type {
        first_sales::exact(&counted, &first_sales::until(draft, statement))
    } else if own.iter().any(|(_, used)| leaf::needs_first_sale(used)) {
        first_sales::by_time(&counted, &first_sales::until(draft, statement))
    } else {
        "unified_marketing_data".to_owned()
    };
    conditions.push(format!("record_kind IN ('order', 'conversion', 'refund') AND {counted}"));
    relation
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
