use expect_test::expect;
use uuid::Uuid;

use super::*;
use crate::result::Cell;

const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(7));

fn raw(rows: Vec<Vec<Cell>>) -> RawTable {
    RawTable {
        columns: Vec::new(),
        rows,
        totals: Vec::new(),
        data_version: 5,
        is_truncated: false,
    }
}

fn text(text: impl Into<types::Text>) -> Cell {
    Cell::Text(text.into())
}

#[test]
fn the_customer_is_a_parameter_of_both_questions() {
    let plans = plans(CUSTOMER, &[Model::LastTouch], &Settings::default(), &[]);
    assert_eq!(
        (&plans.events.params, &plans.credits.params),
        (&vec![Param::Uuid(CUSTOMER.0)], &vec![Param::Uuid(CUSTOMER.0)])
    );
    expect![[r#"
        SELECT id, recorded_at, record_kind, data_source, channel, campaign_id, campaign_name, ad_name, asset_id, asset_name, interaction_type,
          conversion_type, order_id, stage, country, device, revenue_reporting, refund_reporting, currency, customer_key,
          channel_rule, utm_source, utm_medium, utm_campaign, utm_content, utm_term, referrer, landing_page, click_id
        FROM unified_marketing_data
        WHERE customer_id = $1 AND record_kind IN ('touch', 'conversion', 'order', 'refund', 'stage')
        ORDER BY recorded_at, sequence
        LIMIT 10000"#]]
    .assert_eq(&plans.events.sql);
    expect![[r#"
        SELECT conversion_id, entry, converted_at, touch_id, "position", touches, weight_last_touch, conversions_last_touch, revenue_last_touch
        FROM credits
        WHERE customer_id = $1
        ORDER BY converted_at, conversion_id, entry DESC, "position"
        LIMIT 10000"#]]
    .assert_eq(&plans.credits.sql);
}

#[test]
fn a_touch_finds_its_credit_by_id() {
    let (touch, order) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let event = |id: Uuid, at: &str, kind: &str, channel: Cell, revenue: Cell| {
        let start = vec![text(id.to_string()), text(at), text(kind), text("shop"), channel];
        let middle = vec![Cell::Null; 11];
        start
            .into_iter()
            .chain(middle)
            .chain([revenue, Cell::Null, text("USD"), text("C-7")])
            .collect::<Vec<_>>()
    };
    let events = raw(vec![
        event(touch, "2026-01-01T10:00:00Z", "touch", text("E-mail"), Cell::Null),
        event(
            order,
            "2026-01-02T10:00:00Z",
            "order",
            Cell::Null,
            Cell::Decimal("12.50".parse().unwrap()),
        ),
    ]);
    let start = [
        text(order.to_string()),
        text("sale"),
        text("2026-01-02T10:00:00Z"),
        text(touch.to_string()),
    ];
    let credits = raw(vec![
        start
            .into_iter()
            .chain([
                Cell::Integer(1),
                Cell::Integer(1),
                Cell::Number(1.0),
                Cell::Number(1.0),
                Cell::Decimal("12.5".parse().unwrap()),
            ])
            .collect(),
    ]);
    let journey = plans(CUSTOMER, &[Model::Linear], &Settings::default(), &[])
        .finish(CUSTOMER, Currency::EUR, &events, &credits)
        .unwrap();
    assert_eq!(journey.customer_key.as_deref(), Some("C-7"));
    assert_eq!(journey.credits[0].touch_id, Some(journey.events[0].id));
    assert_eq!(journey.credits[0].conversion_id, journey.events[1].id);
    assert_eq!(journey.events[1].revenue.as_deref(), Some("12.50"));
    assert_eq!(
        journey.credits[0].shares,
        [Share {
            model: Model::Linear,
            weight: 1.0,
            conversions: 1.0,
            revenue: "12.50".to_owned()
        }]
    );
    assert!(!journey.is_truncated);
}

#[test]
fn a_customer_without_rows_is_not_known() {
    assert_eq!(
        plans(CUSTOMER, &[], &Settings::default(), &[]).finish(CUSTOMER, Currency::EUR, &raw(Vec::new()), &raw(Vec::new())),
        None
    );
}
