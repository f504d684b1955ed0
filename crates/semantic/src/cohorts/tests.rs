use attribution::{Model, Settings};
use types::Currency;

use super::*;
use crate::customer_value::sample_plan;
use crate::result::Cell;

fn prepared(question: &AcquisitionQuestion) -> CohortPlans {
    let settings = Settings::default();
    let organization = Organization {
        currency: Currency::EUR,
        zone: "UTC",
        attribution: &settings,
        history: &[],
    };
    plans(question, &organization).unwrap()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

fn money(amount: &str) -> Cell {
    Cell::Decimal(amount.parse().unwrap())
}

fn raw(rows: Vec<Vec<Cell>>) -> RawTable {
    RawTable {
        columns: Vec::new(),
        rows,
        totals: Vec::new(),
        data_version: 4,
        is_truncated: false,
    }
}

/// A row of `figures`.
fn figure(cohort: &str, channel: Option<&str>, month: i64, customers: f64, revenue: Cell) -> Vec<Cell> {
    vec![
        text(cohort),
        Cell::Integer(i64::from(channel.is_none())),
        channel.map_or(Cell::Null, text),
        Cell::Null,
        Cell::Integer(month),
        Cell::Number(customers),
        revenue,
    ]
}

fn through(instant: &str) -> RawTable {
    raw(vec![vec![text(instant), Cell::Integer(0), Cell::Null]])
}

fn no_fit() -> Fit {
    Fit::compute(&raw(Vec::new()))
}

fn ltvs(row: &CohortRow) -> Vec<Option<&str>> {
    row.months.iter().map(|month| month.as_ref().map(|month| month.ltv.as_str())).collect()
}

#[test]
fn cohorts_ripen_pay_back_and_add_up() {
    let figures = raw(vec![
        figure("2026-01-01", Some("meta"), 0, 2.0, money("100.00")),
        figure("2026-01-01", Some("meta"), 1, 0.0, money("60.00")),
        figure("2026-01-01", Some("meta"), 2, 0.0, money("-10.00")),
        figure("2026-01-01", None, 0, 1.0, money("30.00")),
        figure("2026-02-01", Some("meta"), 0, 1.0, money("20.00")),
        figure("2026-02-01", Some("mail"), 0, 3.0, money("90.01")),
    ]);
    let spend = raw(vec![
        // Before the first customer: of no cohort.
        vec![text("2025-12-01"), text("meta"), money("500.00")],
        vec![text("2026-01-01"), text("meta"), money("140.00")],
        vec![text("2026-02-01"), text("meta"), money("30.00")],
        vec![text("2026-02-01"), text("radio"), money("7.00")],
    ]);
    let plans = prepared(&AcquisitionQuestion::default());
    let answer = plans.finish(
        [&figures, &raw(Vec::new()), &spend, &through("2026-04-10T00:00:00Z"), &raw(Vec::new())],
        &no_fit(),
    );

    let meta = &answer.sources[1];
    assert_eq!(meta.source.as_ref().unwrap().label(), "meta");
    // Ripe are two months of January (to 1 February + 60.875 days) and one of February.
    assert_eq!(ltvs(&answer.cohorts[0]), [Some("43.33"), Some("63.33")]);
    assert_eq!(ltvs(&answer.cohorts[1]), [Some("27.50"), None]);
    // Over both cohorts month 0 counts three customers of Meta, month 1 the two of January.
    assert_eq!(ltvs(meta), [Some("40.00"), Some("80.00")]);
    assert_eq!(
        (meta.customers, meta.revenue.as_str(), meta.spend.as_deref(), meta.cac.as_deref()),
        (3.0, "170.00", Some("170.00"), Some("56.67"))
    );
    assert_eq!(meta.payback_month, Some(1));
    let january = answer
        .cells
        .iter()
        .find(|row| row.cohort.as_deref() == Some("2026-01-01") && row.spend.is_some())
        .unwrap();
    assert_eq!(
        (january.ltv.as_deref(), january.cac.as_deref(), january.payback_month),
        (Some("75.00"), Some("70.00"), Some(1))
    );
    // Nobody was won by radio; its cost is shown all the same.
    let radio = answer.sources.iter().find(|row| row.source.as_ref().unwrap().label() == "radio").unwrap();
    assert_eq!(
        (radio.customers, radio.spend.as_deref(), &radio.cac, &radio.ltv),
        (0.0, Some("7.00"), &None, &None)
    );
    assert_eq!(answer.sources.last().unwrap().source.as_ref().unwrap().label(), "(unattributed)");
    assert_eq!(
        (answer.total.customers, answer.total.revenue.as_str(), answer.total.spend.as_deref()),
        (7.0, "290.01", Some("177.00"))
    );
    for rows in [&answer.cohorts, &answer.sources, &answer.cells] {
        adds_up(rows, &answer.total);
    }
    assert!(answer.total.predicted.is_none() && answer.notes[0].starts_with("Nothing is predicted"));
}

fn adds_up(rows: &[CohortRow], total: &CohortRow) {
    let micros = |text: &str| types::money::parse_micros(text).unwrap();
    assert_eq!(rows.iter().map(|row| micros(&row.revenue)).sum::<i64>(), micros(&total.revenue));
    let customers: f64 = rows.iter().map(|row| row.customers).sum();
    assert!((customers - total.customers).abs() < 1e-9, "{customers}");
}

#[test]
fn shared_customers_are_settled_to_exact_totals() {
    let plans = prepared(&AcquisitionQuestion {
        model: Some(Model::Linear),
        limit: Some(1),
        ..AcquisitionQuestion::default()
    });
    let third = 1.0 / 3.0;
    let figures = raw(["a", "b", "c"]
        .map(|channel| figure("2026-01-01", Some(channel), 0, third, Cell::Number(10.0 * third)))
        .to_vec());
    let totals = raw(vec![figure("2026-01-01", None, 0, 1.0, money("10.00"))]);
    let answer = plans.finish(
        [&figures, &totals, &raw(Vec::new()), &through("2026-01-20T00:00:00Z"), &raw(Vec::new())],
        &no_fit(),
    );
    let shares: Vec<(&str, &str)> = answer
        .sources
        .iter()
        .map(|row| (row.source.as_ref().unwrap().label(), row.revenue.as_str()))
        .collect();
    assert_eq!(shares, [("a", "3.34"), ("(other)", "6.66")]);
    adds_up(&answer.sources, &answer.total);
    assert_eq!((answer.total.customers, answer.total.months.len()), (1.0, 0), "nothing is ripe yet");
}

#[test]
fn plans_bind_what_people_wrote_and_count_purchases_only() {
    let plans = prepared(&AcquisitionQuestion {
        by: Some("campaign".to_owned()),
        model: Some(Model::LastTouch),
        from: Some("2026-01-01".to_owned()),
        to: Some("2026-01-31".to_owned()),
        zone: Some("Asia/Tokyo".to_owned()),
        ..AcquisitionQuestion::default()
    });
    for plan in [&plans.figures, &plans.totals, &plans.prospects] {
        assert!(!plan.sql.contains("Tokyo") && plan.params.contains(&Param::Text("Asia/Tokyo".to_owned())));
        assert_eq!(plan.credits[0].settings.conversion_types, ["purchase"]);
        assert_eq!(plan.credits[0].models, [Model::LastTouch]);
    }
    assert!(plans.figures.sql.contains("campaign_id AS source_key, MAX(campaign_name) AS source_name"));
    assert_eq!(
        plans.spend.params,
        [Param::Date("2026-01-01".parse().unwrap()), Param::Date("2026-02-01".parse().unwrap())]
    );
    assert_eq!(sample_plan("UTC").params, [Param::Text("UTC".to_owned())]);
}
