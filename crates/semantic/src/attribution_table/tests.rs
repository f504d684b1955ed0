use expect_test::{Expect, expect};
use types::Currency;

use super::*;
use crate::query::FilterOperator;

fn plan(question: &AttributionQuestion) -> Result<PreparedAttribution, QueryError> {
    attribution_table(
        question,
        &Organization {
            currency: Currency::EUR,
            zone: "UTC",
            attribution: &Settings::default(),
            history: &[],
        },
    )
}

fn by_channel() -> AttributionQuestion {
    AttributionQuestion {
        by: vec!["channel".to_owned()],
        models: vec![Model::FirstTouch, Model::Linear],
        ..AttributionQuestion::default()
    }
}

/// Total or not, channel, status, revenue of two models, conversions of two models.
type RawRow = (i64, Option<&'static str>, Option<&'static str>, [&'static str; 2], [f64; 2]);

fn raw(rows: &[RawRow]) -> RawTable {
    let text = |text: &Option<&str>| text.map_or(Cell::Null, |text| Cell::Text(text.into()));
    let rows = rows.iter().map(|(total, channel, status, revenue, conversions)| {
        let figures = revenue
            .iter()
            .zip(conversions)
            .flat_map(|(revenue, conversions)| [Cell::Decimal((*revenue).parse().unwrap()), Cell::Number(*conversions)]);
        [Cell::Integer(*total), text(channel), text(status)].into_iter().chain(figures).collect()
    });
    RawTable {
        columns: Vec::new(),
        rows: rows.collect(),
        totals: Vec::new(),
        data_version: 3,
        is_truncated: false,
    }
}

fn check(table: &AttributionTable, expected: Expect) {
    let row = |row: &AttributionRow| {
        format!(
            "{} {:?} unattributed={} {} {}",
            row.model, row.dimensions, row.is_unattributed, row.revenue, row.conversions
        )
    };
    let total = |total: &AttributionTotal| format!("{} total {} {}", total.model, total.revenue, total.conversions);
    let lines: Vec<String> = table.rows.iter().map(row).chain(table.totals.iter().map(total)).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn rows_come_by_model_with_the_unattributed_last() {
    let raw = raw(&[
        (1, None, None, ["60.00", "60.00"], [3.0, 3.0]),
        (0, None, Some("attributed"), ["0.00", "5.00"], [0.0, 0.25]),
        (0, None, Some("unattributed"), ["20.00", "20.00"], [1.0, 1.0]),
        (0, Some("E-mail"), Some("attributed"), ["10.00", "25.00"], [0.5, 1.25]),
        (0, Some("Meta Ads"), Some("attributed"), ["30.00", "10.00"], [1.5, 0.5]),
    ]);
    check(
        &plan(&by_channel()).unwrap().finish(raw),
        expect![[r#"
            first_touch [Integer(0)] unattributed=false 0.00 10
            first_touch [Integer(0)] unattributed=false 0.00 30
            first_touch [Integer(0)] unattributed=false 0.00 0
            first_touch [Integer(0)] unattributed=false 0.00 20
            first_touch [Integer(1)] unattributed=false 0.00 60
            linear [Integer(1)] unattributed=false 3.00 60
            linear [Integer(0)] unattributed=false 1.50 10
            linear [Integer(0)] unattributed=false 1.00 20
            linear [Integer(0)] unattributed=false 0.50 25
            linear [Integer(0)] unattributed=false 0.00 5
            first_touch total 0.00 0
            linear total 0.00 0"#]],
    );
}

#[test]
fn without_days_the_table_is_over_all_time() {
    let planned = plan(&by_channel()).unwrap();
    assert!(!planned.plan().sql.contains("converted_at") && planned.plan().params.is_empty());
    assert_eq!(planned.plan().credits[0].models, [Model::FirstTouch, Model::Linear]);
    let planned = plan(&AttributionQuestion {
        from: Some("2026-01-01".into()),
        to: Some("2026-01-31".into()),
        ..by_channel()
    })
    .unwrap();
    assert!(planned.plan().sql.contains("converted_at >= $"));
}

#[test]
fn problems_point_into_the_question() {
    let filters = vec![Filter {
        dimension: "stage".to_owned(),
        operator: FilterOperator::IsNull,
        values: Vec::new(),
    }];
    let settings = Some(Settings {
        half_life_seconds: 0,
        ..Settings::default()
    });
    let question = AttributionQuestion {
        by: vec!["chanel".to_owned()],
        settings,
        filters,
        ..AttributionQuestion::default()
    };
    let problems = plan(&question).unwrap_err().problems;
    let pointers: Vec<(&str, &str)> = problems.iter().map(|problem| (problem.pointer.as_str(), problem.code.as_str())).collect();
    expect![[r#"
        [
            (
                "/settings/half_life_seconds",
                "invalid-settings",
            ),
            (
                "/models",
                "missing",
            ),
            (
                "/by/0",
                "unknown-dimension",
            ),
            (
                "/filters/0/dimension",
                "unknown-dimension",
            ),
        ]"#]]
    .assert_eq(&format!("{pointers:#?}"));
    let half = AttributionQuestion {
        from: Some("2026-01-01".into()),
        ..by_channel()
    };
    assert_eq!(plan(&half).unwrap_err().problems[0].pointer, "/to");
}
