use expect_test::expect;
use types::OrganizationId;

use super::*;

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(day * 86_400).unwrap()
}

fn campaign(key: &str) -> CampaignId {
    CampaignId::derive(OrganizationId::from_bytes([1; 16]), "meta_ads", key)
}

fn touch(day: i64, channel: &str) -> Row<'_> {
    Row {
        channel: Some(channel),
        ..Row::new(RecordKind::Touch, at(day))
    }
}

fn order(day: i64, micros: i64) -> Row<'static> {
    Row {
        amount_micros: Some(micros),
        ..Row::new(RecordKind::Order, at(day))
    }
}

fn refund(day: i64, micros: i64) -> Row<'static> {
    Row {
        amount_micros: Some(micros),
        ..Row::new(RecordKind::Refund, at(day))
    }
}

fn brief(rows: &[Row<'_>]) -> Brief {
    let mut tracker = Tracker::default();
    rows.iter().try_for_each(|row| tracker.add(row)).unwrap();
    tracker.finish().unwrap()
}

#[test]
fn a_journey_runs_from_its_first_touch_to_its_last() {
    let first = Row {
        campaign_id: Some(campaign("spring")),
        ..touch(1, "Meta Ads")
    };
    let last = Row {
        campaign_id: Some(campaign("summer")),
        ..touch(9, "E-mail")
    };
    let brief = brief(&[first, touch(3, "Direct"), order(4, 5_000_000), last]);
    assert_eq!(brief.journey_start, at(1));
    assert_eq!(brief.first_touch.as_ref().unwrap().campaign_id, Some(campaign("spring")));
    assert_eq!(brief.first_touch.unwrap().channel.as_deref(), Some("Meta Ads"));
    assert_eq!(brief.last_touch.unwrap().campaign_id, Some(campaign("summer")));
    assert_eq!(brief.total_touchpoints, 3);
}

#[test]
fn a_customer_without_a_touch_has_a_journey_all_the_same() {
    let brief = brief(&[order(4, 5_000_000)]);
    assert_eq!((brief.journey_start, brief.first_touch, brief.total_touchpoints), (at(4), None, 0));
    assert_eq!(brief.current_stage, "customer");
}

#[test]
fn lifetime_value_is_orders_minus_refunds() {
    assert_eq!(
        brief(&[order(1, 50_000_000), order(2, 20_000_000), refund(3, 20_000_000)]).lifetime_value_micros,
        50_000_000
    );
    let lead = Row {
        amount_micros: Some(9_000_000),
        ..Row::new(RecordKind::Conversion, at(1))
    };
    assert_eq!(brief(&[lead]).lifetime_value_micros, 0);
}

#[test]
fn a_value_beyond_the_range_is_an_error() {
    let mut tracker = Tracker::default();
    tracker.add(&order(1, MICROS_MAX)).unwrap();
    assert_eq!(tracker.add(&order(2, 1)), Err(Error::LifetimeValue));
}

#[test]
fn the_stage_is_what_a_source_says_last_or_what_the_rows_show() {
    let stage = |name| Row {
        stage: Some(name),
        ..Row::new(RecordKind::Stage, at(5))
    };
    assert_eq!(brief(&[touch(1, "Direct")]).current_stage, "visitor");
    assert_eq!(
        brief(&[touch(1, "Direct"), Row::new(RecordKind::Conversion, at(2))]).current_stage,
        "lead"
    );
    assert_eq!(brief(&[touch(1, "Direct"), order(2, 1)]).current_stage, "customer");
    assert_eq!(
        brief(&[stage("opportunity"), stage("won"), order(6, 1), Row::new(RecordKind::Stage, at(7))]).current_stage,
        "won"
    );
}

#[test]
fn winning_a_customer_costs_what_the_touches_up_to_the_first_order_cost() {
    let paid = |day, cost| Row {
        cost_micros: Some(cost),
        ..touch(day, "Meta Ads")
    };
    assert_eq!(
        brief(&[
            paid(1, 400_000),
            touch(2, "Direct"),
            paid(3, 100_000),
            order(3, 1),
            paid(4, 9),
            order(5, 1)
        ])
        .acquisition_cost_micros,
        Some(500_000)
    );
    assert_eq!(
        brief(&[touch(1, "Direct"), order(2, 1)]).acquisition_cost_micros,
        None,
        "no spend is known"
    );
    assert_eq!(brief(&[paid(1, 400_000)]).acquisition_cost_micros, None, "nobody was acquired");
}

#[test]
fn the_rest_is_told_as_json() {
    let known = Row {
        customer_key: Some("C-17"),
        ..touch(2, "E-mail")
    };
    let brief = brief(&[touch(1, "E-mail"), known, Row::new(RecordKind::Touch, at(3)), order(4, 1), refund(5, 1)]);
    expect![[r#"{"customer_key":"C-17","touches_by_channel":{"":1,"E-mail":2},"conversions":0,"orders":1,"refunds":1,"first_order_at":"1970-01-05T00:00:00Z","last_seen_at":"1970-01-06T00:00:00Z"}"#]]
        .assert_eq(&brief.data.to_json());
    assert_eq!(serde_json::from_str::<JourneyData>(&brief.data.to_json()).unwrap(), brief.data);
}

#[test]
fn one_tracker_follows_many_customers_and_mixes_none() {
    let mut tracker = Tracker::default();
    tracker.add(&touch(1, "Direct")).unwrap();
    tracker.finish().unwrap();
    assert_eq!(tracker.finish(), None);
    tracker.add(&order(2, 7)).unwrap();
    assert_eq!(tracker.finish(), Some(brief(&[order(2, 7)])));
}

#[test]
fn spend_and_tickets_are_no_part_of_a_journey() {
    let mut tracker = Tracker::default();
    for kind in [RecordKind::Spend, RecordKind::Ticket, RecordKind::Stock, RecordKind::AssetEvent] {
        tracker.add(&Row::new(kind, at(1))).unwrap();
    }
    assert_eq!(tracker.finish(), None);
}
