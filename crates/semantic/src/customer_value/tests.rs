use types::RowId;
use uuid::Uuid;

use super::*;
use crate::result::Cell;

fn event(kind: &str, at: &str, amount: &str) -> JourneyEvent {
    let amount = Some(amount.to_owned());
    JourneyEvent {
        id: RowId(Uuid::from_u128(1)),
        recorded_at: at.parse().unwrap(),
        record_kind: kind.to_owned(),
        data_source: "shop".to_owned(),
        channel: None,
        campaign_id: None,
        campaign: None,
        ad: None,
        asset_id: None,
        asset: None,
        interaction_type: None,
        conversion_type: None,
        order_id: None,
        stage: None,
        country: None,
        device: None,
        revenue: (kind != "refund").then(|| amount.clone()).flatten(),
        refund: (kind == "refund").then_some(amount).flatten(),
        paid_currency: None,
        evidence: crate::journey::Evidence::default(),
    }
}

fn raw(rows: Vec<Vec<Cell>>) -> RawTable {
    RawTable {
        columns: Vec::new(),
        rows,
        totals: Vec::new(),
        data_version: 9,
        is_truncated: false,
    }
}

/// `repeats`, `first_day`, `last_day`, `repeat_revenue`, `through_day`; a spread of customers by a fixed rule.
fn sample(customers: i64) -> RawTable {
    let rows = (0..customers).map(|at| {
        let first = 20_000 - (at * 37) % 360;
        let repeats = if at % 3 == 0 { (at / 3) % 7 } else { 0 };
        let last = if repeats == 0 {
            first
        } else {
            first + (20_000 - first) * (1 + at % 5) / 6
        };
        let revenue = repeats as f64 * (20.0 + ((at * 13) % 50) as f64);
        vec![
            Cell::Integer(repeats),
            Cell::Integer(first),
            Cell::Integer(last),
            Cell::Number(revenue),
            Cell::Integer(20_000),
        ]
    });
    raw(rows.collect())
}

#[test]
fn a_customers_orders_count_by_days_in_the_zone_and_refunds_take_their_money_back() {
    let events = [
        event("touch", "2026-01-01T10:00:00Z", "0"),
        event("order", "2026-01-01T22:30:00Z", "40.00"),
        // The same evening in Berlin.
        event("order", "2026-01-01T22:50:00Z", "5.00"),
        event("order", "2026-02-01T12:00:00Z", "30.00"),
        event("refund", "2026-02-10T12:00:00Z", "10.00"),
    ];
    let (bought, observed) = bought(&events, &TimeZone::get("Europe/Berlin").unwrap()).unwrap();
    assert_eq!((bought.repeats, bought.last_day - bought.first_day), (1, 31));
    assert_eq!((bought.repeat_revenue, observed), (20.0, 65_000_000));
    assert!(super::bought(&events[..1], &TimeZone::UTC).is_none(), "who has not bought has no value");
}

#[test]
fn a_conversion_that_is_no_purchase_has_no_value() {
    let mut lead = event("conversion", "2026-01-01T10:00:00Z", "40.00");
    lead.conversion_type = Some("lead".to_owned());
    assert!(bought(&[lead], &TimeZone::UTC).is_none());
}

#[test]
fn too_few_customers_give_the_past_and_a_reason_but_no_prediction() {
    let fit = Fit::compute(&sample(20));
    let outlook = fit
        .outlook(&[event("order", "2026-01-01T10:00:00Z", "40.00")], "UTC", Currency::EUR)
        .unwrap();
    assert_eq!(
        (outlook.observed.as_str(), &outlook.next_12_months, outlook.alive),
        ("40.00", &None, None)
    );
    assert!(outlook.note.unwrap().starts_with("Nothing is predicted: not enough data: "));
    assert_eq!(fit.parameters(), None);
    assert_eq!(Fit::compute(&raw(Vec::new())).customers, 0);
}

#[test]
fn enough_customers_give_a_prediction_that_adds_up() {
    let fit = Fit::compute(&sample(600));
    assert_eq!(fit.note(), None);
    let outlook = fit
        .outlook(&[event("order", "2024-09-01T10:00:00Z", "40.00")], "UTC", Currency::EUR)
        .unwrap();
    let micros = |text: &Option<String>| types::money::parse_micros(text.as_deref().unwrap()).unwrap();
    assert_eq!(micros(&outlook.predicted), 40_000_000 + micros(&outlook.next_12_months));
    assert!(micros(&outlook.next_12_months) > 0 && outlook.alive == Some(1.0), "{outlook:?}");
}
