use attribution::Settings;
use proptest::prelude::*;

use super::*;
use crate::plan::{Organization, Prepared, plan};
use crate::query::{Query, Sort};

fn ask(metrics: &[&str], dimensions: &[&str]) -> Query {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Query {
        metrics: texts(metrics),
        dimensions: texts(dimensions),
        filters: Vec::new(),
        from: "2026-01-01".to_owned(),
        to: "2026-01-31".to_owned(),
        grain: TimeGrain::Total,
        zone: None,
        attribution: None,
        date_basis: DateBasis::Conversion,
        sort: Vec::new(),
        limit: None,
    }
}

fn prepare(query: &Query) -> Prepared {
    plan(
        query,
        &Organization {
            currency: Currency::EUR,
            zone: "UTC",
            attribution: &Settings::default(),
            history: &[],
        },
    )
    .unwrap()
}

/// Rows are marked by their first cell: 1 in the row of totals.
fn answer(query: &Query, mut rows: Vec<Vec<Cell>>) -> ResultTable {
    let prepared = prepare(query);
    let leaves = prepared.plan.totals.len();
    let mut totals = Vec::new();
    if leaves > 0 {
        totals = vec![Cell::Null; leaves];
        if let Some(at) = rows.iter().position(|row| row[0] == Cell::Integer(1)) {
            let row = rows.remove(at);
            totals = row[row.len() - leaves..].to_vec();
        }
        rows.iter_mut().for_each(|row| drop(row.remove(0)));
    }
    prepared.finish(RawTable {
        columns: Vec::new(),
        rows,
        totals,
        data_version: 7,
        is_truncated: false,
    })
}

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

fn money(text: &str) -> Cell {
    Cell::Decimal(text.parse().unwrap())
}

#[test]
fn the_total_of_a_ratio_is_the_ratio_of_the_totals() {
    let rows = vec![
        vec![Cell::Integer(1), Cell::Null, Cell::Integer(110), Cell::Integer(1_100)],
        vec![Cell::Integer(0), text("Meta Ads"), Cell::Integer(10), Cell::Integer(1_000)],
        vec![Cell::Integer(0), text("Google Ads"), Cell::Integer(100), Cell::Integer(100)],
    ];
    let table = answer(&ask(&["ctr"], &["channel"]), rows);
    assert_eq!(
        table.rows,
        [[text("Google Ads"), Cell::Number(1.0)], [text("Meta Ads"), Cell::Number(0.01)]]
    );
    assert_eq!(table.totals, [Cell::Null, Cell::Number(0.1)]);
    assert_eq!(table.meta.data_version, 7);
}

#[test]
fn what_nobody_spent_is_unknown_and_what_nobody_ordered_is_nothing() {
    // Leaves: attributed_revenue, spend.
    let rows = vec![
        vec![Cell::Integer(1), Cell::Null, money("100.00"), money("40.00")],
        vec![Cell::Integer(0), text("Direct"), money("100.00"), Cell::Null],
        vec![Cell::Integer(0), text("Meta Ads"), Cell::Null, money("40.00")],
        vec![Cell::Integer(0), Cell::Null, money("0.00"), Cell::Null],
    ];
    let table = answer(&ask(&["attributed_revenue", "spend", "roas"], &["channel"]), rows);
    assert_eq!(
        table.rows,
        [
            [text("Direct"), money("100.00"), Cell::Null, Cell::Null],
            [text("Meta Ads"), money("0.00"), money("40.00"), Cell::Number(0.0)],
            [Cell::Null, money("0.00"), Cell::Null, Cell::Null],
        ]
    );
    assert_eq!(table.totals, [Cell::Null, money("100.00"), money("40.00"), Cell::Number(2.5)]);
}

#[test]
fn no_rows_at_all_make_a_total_all_the_same() {
    let table = answer(&ask(&["spend", "orders", "mer"], &["country"]), Vec::new());
    assert!(table.rows.is_empty());
    assert_eq!(table.totals, [Cell::Null, Cell::Null, Cell::Integer(0), Cell::Null]);
    let table = answer(&ask(&["orders", "aov"], &[]), Vec::new());
    assert_eq!(table.rows, [[Cell::Integer(0), Cell::Null]]);
}

#[test]
fn a_limit_keeps_the_top_and_leaves_the_total_whole() {
    let row = |channel: &str, spend: &str| vec![Cell::Integer(0), text(channel), money(spend)];
    let rows = vec![
        vec![Cell::Integer(1), Cell::Null, money("111.00")],
        row("a", "9.00"),
        row("b", "100.00"),
        row("c", "2.00"),
        vec![Cell::Integer(0), text("d"), Cell::Null],
    ];
    let sort = vec![Sort {
        by: "spend".to_owned(),
        descending: false,
    }];
    let table = answer(
        &Query {
            sort,
            limit: Some(2),
            ..ask(&["spend"], &["channel"])
        },
        rows.clone(),
    );
    assert_eq!(table.rows, [[text("c"), money("2.00")], [text("a"), money("9.00")]]);
    assert_eq!(table.totals, [Cell::Null, money("111.00")]);
    assert!(table.meta.is_truncated);
    let table = answer(
        &Query {
            limit: Some(4),
            ..ask(&["spend"], &["channel"])
        },
        rows,
    );
    assert_eq!(
        table.rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>(),
        [text("b"), text("a"), text("c"), text("d")]
    );
    assert!(!table.meta.is_truncated);
}

#[test]
fn columns_are_date_then_dimensions_then_metrics_as_asked() {
    let query = Query {
        grain: TimeGrain::Month,
        ..ask(&["attributed_revenue{linear}", "campaign_roas"], &["ad_set", "campaign", "data_source"])
    };
    // is_total, bucket, keys (data_source, ad_set_key, campaign_id), names (ad_set, campaign), leaves.
    let row = [
        "2026-01-01",
        "meta_ads",
        "17",
        "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
        "Lookalike",
        "Spring",
    ];
    let raw = std::iter::once(Cell::Integer(0))
        .chain(row.map(text))
        .chain([money("10.00"), money("4.00")])
        .collect();
    let table = answer(&query, vec![raw]);
    let ids: Vec<&str> = table.columns.iter().map(|column| column.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "date",
            "ad_set_key",
            "ad_set",
            "campaign_id",
            "campaign",
            "data_source",
            "attributed_revenue{linear}",
            "campaign_roas"
        ]
    );
    let expected = [
        "2026-01-01",
        "17",
        "Lookalike",
        "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
        "Spring",
        "meta_ads",
    ]
    .map(text);
    assert_eq!(table.rows[0][..6], expected);
    assert_eq!(table.rows[0][6..], [money("10.00"), Cell::Number(2.5)]);
    assert_eq!(table.columns[6].label, "Attributed revenue (linear)");
}

/// A cell of a naive evaluation: micros or a count.
type Component = Option<i64>;

fn ratio(numerator: Component, denominator: Component) -> Cell {
    match (numerator, denominator) {
        (Some(numerator), Some(denominator)) if denominator != 0 => Cell::Number(numerator as f64 / denominator as f64),
        _ => Cell::Null,
    }
}

proptest! {
    /// Splitting by a dimension and putting together again is the whole: totals and ratios of random parts against sums by hand.
    #[test]
    fn totals_are_formulas_of_sums(parts in prop::collection::vec((prop::option::of(0..1_000_000_000_i64), 0..10_000_i64, 0..1_000_i64), 0..20), rotation in 0..20_usize) {
        // Leaves in order of need: spend, impressions, clicks.
        let sum = |column: fn(&(Component, i64, i64)) -> Component| parts.iter().filter_map(column).reduce(|left, right| left + right);
        let spend = |part: &(Component, i64, i64)| part.0;
        let cell = |value: Component| value.map_or(Cell::Null, |micros| money(&types::money::format_micros(micros)));
        let count = |value: Component| value.map_or(Cell::Null, Cell::Integer);
        let totals = (sum(spend), sum(|part| Some(part.1)), sum(|part| Some(part.2)));
        let mut rows: Vec<Vec<Cell>> = parts.iter().enumerate()
            .map(|(at, part)| vec![Cell::Integer(0), text(&format!("channel {at:02}")), cell(part.0), Cell::Integer(part.1), Cell::Integer(part.2)])
            .collect();
        rows.push(vec![Cell::Integer(1), Cell::Null, cell(totals.0), count(totals.1), count(totals.2)]);
        let query = ask(&["spend", "impressions", "clicks", "ctr", "platform_roas"], &["channel"]);
        let query = Query { metrics: query.metrics[..4].to_vec(), ..query };
        let table = answer(&query, rows.clone());
        prop_assert_eq!(&table.totals[4], &ratio(totals.2, totals.1));
        prop_assert_eq!(table.rows.len(), parts.len());
        for row in &table.rows {
            let at: usize = match &row[0] { Cell::Text(name) => name[8..].parse().unwrap(), _ => unreachable!() };
            prop_assert_eq!(&row[4], &ratio(Some(parts[at].2), Some(parts[at].1)));
        }
        // The order in which the engine gives rows means nothing.
        let turns = rotation % rows.len();
        rows.rotate_left(turns);
        prop_assert_eq!(answer(&query, rows), table);
    }

    #[test]
    fn no_figure_is_infinite_or_not_a_number(numbers in prop::collection::vec(prop::num::f64::ANY, 4)) {
        let rows = vec![std::iter::once(Cell::Integer(1)).chain(numbers.iter().map(|number| Cell::Number(*number))).collect()];
        let table = answer(&ask(&["cpa", "conversion_rate", "roas"], &[]), rows);
        for cell in &table.totals {
            if let Cell::Number(number) = cell {
                prop_assert!(number.is_finite());
            }
        }
    }
}
