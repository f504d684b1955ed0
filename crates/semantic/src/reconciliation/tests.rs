use proptest::prelude::*;
use types::Currency;

use super::*;
use crate::engine::Param;
use crate::result::Cell;

fn raw(rows: Vec<Vec<Cell>>) -> RawTable {
    RawTable {
        columns: Vec::new(),
        rows,
        totals: Vec::new(),
        data_version: 3,
        is_truncated: false,
    }
}

fn claim(channel: Option<&str>, source: &str, setting: Option<&str>, conversions: &str, revenue: Option<&str>) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.into());
    let decimal = |text: &str| Cell::Decimal(text.parse().unwrap());
    vec![
        channel.map_or(Cell::Null, text),
        text(source),
        setting.map_or(Cell::Null, text),
        decimal(conversions),
        revenue.map_or(Cell::Null, decimal),
        Cell::Integer(0),
    ]
}

fn question() -> ReconciliationQuestion {
    ReconciliationQuestion {
        from: "2026-11-01".to_owned(),
        to: "2026-11-19".to_owned(),
        zone: None,
        settings: None,
        model: Model::Linear,
        date_basis: DateBasis::Touch,
    }
}

fn prepare(settings: &Settings) -> PreparedReconciliation {
    let organization = Organization {
        currency: Currency::EUR,
        zone: "Europe/Berlin",
        attribution: settings,
        history: &[],
    };
    reconciliation(&question(), &organization).unwrap()
}

#[test]
fn rows_of_one_channel_are_one_platform_and_its_commonest_rule_counts() {
    let claims = claims::finish(&raw(vec![
        claim(Some("Meta Ads"), "meta_eu", Some("7d_click"), "1", Some("10.00")),
        claim(Some("Meta Ads"), "meta_us", Some("1d_view"), "3", None),
        claim(None, "radio", None, "2", None),
    ]));
    let short: Vec<_> = claims
        .iter()
        .map(|claim| (claim.name(), claim.sources.join(" "), claim.settings.join(" "), claim.revenue))
        .collect();
    assert_eq!(
        short,
        [
            ("Meta Ads", "meta_eu meta_us".to_owned(), "1d_view 7d_click".to_owned(), Some(10_000_000)),
            ("radio", "radio".to_owned(), String::new(), None)
        ]
    );
    assert_eq!(claims[0].rule, Rule::parse("1d_view"));
}

#[test]
fn names_of_channels_are_bound_and_touches_are_looked_for_in_the_longest_window_of_the_platforms() {
    let settings = Settings::default();
    let prepared = prepare(&settings);
    let plan = prepared
        .orders_plan(&raw(vec![claim(Some("O'Neill \"Ads\""), "ads", Some("90d_click"), "1", None)]))
        .unwrap();
    assert!(!plan.sql.contains("Neill"), "{}", plan.sql);
    assert!(plan.params.contains(&Param::Text("O'Neill \"Ads\"".to_owned())));
    let windows: Vec<i64> = plan.credits.iter().map(|source| source.settings.window_seconds / 86_400).collect();
    assert_eq!(windows, [90, 30]);
    for silent in [
        claim(Some("Meta Ads"), "ads", None, "1", None),
        claim(None, "ads", Some("7d_click"), "1", None),
    ] {
        assert_eq!(
            prepared.orders_plan(&raw(vec![silent])),
            None,
            "nothing is known of the orders that it means"
        );
    }
}

#[test]
fn a_question_that_cannot_be_answered_names_the_place() {
    let settings = Settings::default();
    let organization = Organization {
        currency: Currency::EUR,
        zone: "UTC",
        attribution: &settings,
        history: &[],
    };
    let mut backwards = question();
    backwards.to = "2026-10-01".to_owned();
    let error = reconciliation(&backwards, &organization).unwrap_err();
    assert_eq!(error.problems[0].pointer, "/to");
    let mut endless = question();
    endless.settings = Some(Settings {
        window_seconds: -1,
        ..Settings::default()
    });
    let error = reconciliation(&endless, &organization).unwrap_err();
    assert_eq!(error.problems[0].pointer, "/settings/window_seconds");
}

fn micros(text: &str) -> i64 {
    types::money::parse_micros(text).unwrap()
}

proptest! {
    /// Whatever the engine's sums are, and however unlucky the cents: steps lead from level to level.
    #[test]
    fn bars_add_up_exactly(claimed in 0_i64..10_000_000_000, conversions in 0_i64..1_000_000_000, sums in prop::collection::vec(prop::collection::vec(-5_000_000_000_i64..5_000_000_000, 10), 5)) {
        let settings = Settings::default();
        let prepared = prepare(&settings);
        let decimal = |micros: i64| types::money::format_micros(micros);
        let claims = raw(vec![claim(Some("Meta Ads"), "meta", Some("7d_click_1d_view"), &decimal(conversions), Some(&decimal(claimed)))]);
        let classes = sums.iter().enumerate().map(|(class, sums)| {
            let mut row = vec![Cell::Text("Meta Ads".into()), Cell::Integer(class as i64), Cell::Integer(1)];
            row.extend(sums.iter().map(|sum| Cell::Integer(*sum)));
            row.push(Cell::Integer(1));
            row
        });
        let orders = raw(classes.collect());
        let answer = prepared.finish([claims, raw(Vec::new()), raw(Vec::new())], Some(&orders));
        for bars in [&answer.platforms[0].bars, &answer.overall] {
            let (mut revenue, mut count) = (0, 0);
            for (at, bar) in bars.iter().enumerate() {
                let money = micros(bar.figure.revenue.as_deref().unwrap());
                let conversions = (bar.figure.conversions * 100.0).round() as i64;
                prop_assert_eq!(money % 10_000, 0, "whole cents");
                if at > 0 && bar.kind.is_level() {
                    prop_assert_eq!((money, conversions), (revenue, count));
                }
                if bar.kind.is_level() {
                    (revenue, count) = (money, conversions);
                } else {
                    (revenue, count) = (revenue + money, count + conversions);
                }
            }
        }
    }
}
