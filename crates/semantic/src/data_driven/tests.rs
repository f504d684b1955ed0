use expect_test::expect;

use super::*;
use crate::engine::RawTable;
use crate::result::Cell;
use types::Currency;

fn asked(models: &[&str]) -> Asked {
    Asked {
        models: models.iter().map(|name| (*name).to_owned()).collect(),
        order: Some("1".to_owned()),
        ..Asked::default()
    }
}

fn asked_with_intervals(models: &[&str]) -> Asked {
    Asked {
        intervals: true,
        ..asked(models)
    }
}

fn cells(path: Option<&str>, conversions: i64, revenue: &str, not_converted: i64) -> Vec<Cell> {
    vec![
        path.map_or(Cell::Null, |path| Cell::Text(path.into())),
        Cell::Integer(conversions),
        Cell::Decimal(revenue.parse().unwrap()),
        Cell::Integer(not_converted),
    ]
}

/// An answer of the engine; the totals are given where they are more than the rows.
fn raw(rows: Vec<Vec<Cell>>, totals: Vec<Cell>) -> RawTable {
    RawTable {
        columns: Vec::new(),
        rows,
        totals: totals[1..].to_vec(),
        data_version: 7,
        is_truncated: false,
    }
}

fn journeys() -> RawTable {
    let rows = vec![
        cells(None, 2, "15.01", 0),
        cells(Some("Search > E-mail"), 30, "100.00", 60),
        cells(Some("Social > E-mail"), 20, "33.34", 90),
        cells(Some("E-mail"), 10, "66.67", 5),
        cells(Some("Social"), 0, "0", 40),
    ];
    raw(rows, cells(None, 62, "215.02", 195))
}

fn answer(asked: &Asked, raw: &RawTable, currency: Currency) -> DataDriven {
    question(asked, &Settings::default(), None).unwrap().finish(raw, currency).unwrap()
}

/// In hundredths.
fn cents(text: &str) -> i64 {
    let negative = text.starts_with('-');
    let digits: i64 = text.replace(['.', '-'], "").parse().unwrap();
    if negative { -digits } else { digits }
}

#[test]
fn the_statement_counts_every_path_and_conversions_without_one_first() {
    let range = DateRange::parse("2026-01-01", "2026-01-31", "Europe/Berlin").unwrap();
    let plan = question(&asked(&["markov"]), &Settings::default(), Some(range)).unwrap().plan();
    expect![[r#"
        SELECT path, SUM(CASE WHEN is_converted THEN 1 ELSE 0 END) AS conversions, SUM(revenue) AS revenue,
          SUM(CASE WHEN is_converted THEN 0 ELSE 1 END) AS not_converted
        FROM paths
        WHERE COALESCE(converted_at, ended_at) >= $1 AND COALESCE(converted_at, ended_at) < $2
        GROUP BY path
        ORDER BY path IS NULL DESC, conversions DESC, not_converted DESC, path"#]]
    .assert_eq(&plan.sql);
    assert_eq!((plan.params.len(), plan.paths[0].table.as_str(), plan.totals.len()), (2, "paths", 3));
}

#[test]
fn every_models_money_and_conversions_add_up_to_all() {
    let models: Vec<&str> = PathModel::NAMES.to_vec();
    for currency in [Currency::EUR, Currency::parse("JPY").unwrap(), Currency::parse("KWD").unwrap()] {
        let found = answer(&asked_with_intervals(&models), &journeys(), currency);
        assert_eq!(found.models.len(), models.len());
        for model in &found.models {
            let revenue: i64 = model.rows.iter().map(|row| cents(&row.revenue)).sum();
            assert_eq!(
                revenue + cents(&model.unattributed_revenue),
                cents(&found.revenue),
                "{currency:?} {model:?}"
            );
            let conversions: f64 = model.rows.iter().map(|row| row.conversions).sum();
            assert!((conversions + model.unattributed_conversions - 62.0).abs() < 1e-9, "{model:?}");
            assert!(
                model
                    .rows
                    .iter()
                    .all(|row| row.conversions_interval.is_some() && row.revenue_interval.is_some())
            );
        }
        assert_eq!((found.conversions, found.not_converted, found.distinct_paths), (62, 195, 4));
    }
}

#[test]
fn markov_credit_of_a_shop() {
    let found = answer(&asked_with_intervals(&["markov"]), &journeys(), Currency::EUR);
    let lines: Vec<String> = found.models[0]
        .rows
        .iter()
        .map(|row| {
            let (count, money) = (row.conversions_interval.unwrap(), row.revenue_interval.as_ref().unwrap());
            format!(
                "{} {:.2} [{:.1}, {:.1}] {} [{}, {}] {:.4}",
                row.step,
                row.conversions,
                count.low,
                count.high,
                row.revenue,
                money.low,
                money.high,
                row.removal_effect.unwrap()
            )
        })
        .collect();
    expect![[r#"
        E-mail 31.08 [24.3, 38.3] 103.62 [78.19, 133.20] 1.0000
        Social 15.90 [12.6, 19.7] 53.01 [41.17, 68.06] 0.5116
        Search 13.01 [9.6, 16.9] 43.38 [31.21, 58.49] 0.4186"#]]
    .assert_eq(&lines.join("\n"));
    assert_eq!(
        (found.models[0].unattributed_revenue.as_str(), found.models[0].unattributed_conversions),
        ("15.01", 2.0)
    );
    // The model gives Social 53.01, but all orders that it touched are worth 33.34: no shares of each order can reach that.
    assert!(
        (0.01..0.2).contains(&found.models[0].order_residual),
        "{}",
        found.models[0].order_residual
    );
}

#[test]
fn refunds_beyond_the_sales_are_shared_as_well() {
    let rows = vec![cells(Some("a"), 1, "-30.00", 0), cells(Some("b"), 1, "10.00", 0)];
    let found = answer(&asked(&["linear"]), &raw(rows, cells(None, 2, "-20.00", 0)), Currency::EUR);
    let revenue: i64 = found.models[0].rows.iter().map(|row| cents(&row.revenue)).sum();
    assert_eq!((found.revenue.as_str(), revenue), ("-20.00", -2_000));
}

#[test]
fn leads_without_money_are_shared_by_conversions() {
    let rows = vec![cells(Some("a > b"), 3, "0", 9)];
    let found = answer(&asked_with_intervals(&["linear"]), &raw(rows, cells(None, 3, "0", 9)), Currency::EUR);
    let row = &found.models[0].rows[0];
    assert_eq!(
        (row.conversions, row.revenue.as_str(), row.revenue_interval.as_ref()),
        (1.5, "0.00", None)
    );
}

#[test]
fn where_nobody_converts_or_nobody_touches_nothing_is_invented() {
    let found = answer(&asked(&["markov", "shapley"]), &raw(Vec::new(), cells(None, 0, "0", 0)), Currency::EUR);
    assert!(
        found
            .models
            .iter()
            .all(|model| model.rows.is_empty() && model.unattributed_revenue == "0.00")
    );
    let untouched = vec![cells(None, 4, "40.00", 0), cells(Some("a"), 0, "0", 3)];
    let found = answer(
        &asked(&["markov", "leave_one_out"]),
        &raw(untouched, cells(None, 4, "40.00", 3)),
        Currency::EUR,
    );
    for model in &found.models {
        assert_eq!((model.unattributed_revenue.as_str(), model.unattributed_conversions), ("40.00", 4.0));
        assert!(model.rows.iter().all(|row| row.revenue == "0.00"));
    }
}

#[test]
fn what_a_cap_cut_off_is_shared_like_the_rest() {
    let rows = vec![cells(None, 2, "5.00", 0), cells(Some("a > b > …"), 8, "60.00", 1)];
    let mut table = raw(rows, cells(None, 12, "100.00", 5));
    table.is_truncated = true;
    let found = answer(&asked(&["linear"]), &table, Currency::EUR);
    let model = &found.models[0];
    assert!(found.is_truncated);
    let rows: Vec<_> = model
        .rows
        .iter()
        .map(|row| (row.step.as_str(), row.conversions, row.revenue.as_str()))
        .collect();
    assert_eq!(rows, [("a", 5.0, "47.50"), ("b", 5.0, "47.50")]);
    assert_eq!(model.unattributed_revenue, "5.00");
}

#[test]
fn a_question_says_everything_that_is_wrong_with_it() {
    let asked = Asked {
        models: ["markov", "time_decay", "marcov", "markov"].map(str::to_owned).to_vec(),
        order: Some("7".to_owned()),
        resamples: Some(1),
        ..Asked::default()
    };
    let error = question(&asked, &Settings::default(), None).unwrap_err();
    let lines: Vec<String> = error
        .problems
        .iter()
        .map(|problem| format!("{} {}", problem.pointer, problem.code.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            "/order invalid-settings",
            "/models/1 unknown-model",
            "/models/2 unknown-model",
            "/models/3 duplicate",
            "/resamples limit-exceeded"
        ]
    );
    let none = question(&Asked::default(), &Settings::default(), None).unwrap_err();
    assert_eq!(none.problems[0].pointer, "/models");
}

#[test]
fn an_order_left_open_is_chosen() {
    let open = Asked {
        order: None,
        ..asked(&["markov"])
    };
    assert_eq!(answer(&open, &journeys(), Currency::EUR).models[0].order, Some(1));
}
