use std::collections::BTreeMap;

use jiff::Timestamp;
use types::{OrganizationId, RecordKind, UnifiedRow};

use super::*;
use crate::{Config, World};

/// Rows of companies, by customer key, in order of time.
fn companies() -> BTreeMap<String, Vec<UnifiedRow>> {
    let config = Config {
        scale: 0.05,
        ..Config::new(OrganizationId::from_bytes([3; 16]))
    };
    let world = World::generate(&config, Timestamp::UNIX_EPOCH).unwrap();
    let mut people: BTreeMap<String, Vec<UnifiedRow>> = BTreeMap::new();
    for row in world.chunks().flatten() {
        if let Some(key) = &row.customer_key {
            people.entry(key.to_string()).or_default().push(row);
        }
    }
    people.retain(|_, rows| rows.iter().any(|row| row.record_kind == RecordKind::Stage));
    for rows in people.values_mut() {
        rows.sort_by_key(|row| (row.recorded_at, row.sequence));
    }
    people
}

#[test]
fn companies_follow_the_stages_of_a_sale_and_a_won_one_is_an_order() {
    let companies = companies();
    let mut entered: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, rows) in &companies {
        let stages: Vec<&UnifiedRow> = rows.iter().filter(|row| row.record_kind == RecordKind::Stage).collect();
        assert_eq!(stages[0].stage.as_deref(), Some(LEAD), "{key}");
        assert!(
            stages
                .iter()
                .all(|row| &*row.data_source == CRM && row.campaign_id.is_none() && row.channel.is_none())
        );
        let first_touch = rows.iter().find(|row| row.record_kind == RecordKind::Touch).unwrap();
        assert!(first_touch.recorded_at < stages[0].recorded_at, "{key} asked before it met the shop");
        let order = rows.iter().find(|row| row.record_kind == RecordKind::Order);
        let names: Vec<&str> = stages.iter().filter_map(|row| row.stage.as_deref()).collect();
        for name in [LEAD, QUALIFIED, OPPORTUNITY, WON, LOST] {
            *entered.entry(name).or_default() += usize::from(names.contains(&name));
        }
        assert!(!(names.contains(&WON) && names.contains(&LOST)), "{key}");
        if names.contains(&WON) {
            assert!(order.unwrap().recorded_at <= stages.last().unwrap().recorded_at, "{key}");
        }
        if names.contains(&LOST) {
            assert!(order.is_none(), "{key} is lost and orders");
        }
    }
    // A twentieth of the company's size.
    assert!((120..400).contains(&companies.len()), "{} leads", companies.len());
    let share = |name: &str| entered[name] as f64 / companies.len() as f64;
    for (name, low, high) in [(QUALIFIED, 0.4, 0.75), (OPPORTUNITY, 0.2, 0.55), (WON, 0.1, 0.4), (LOST, 0.4, 0.75)] {
        assert!((low..high).contains(&share(name)), "{name}: {}", share(name));
    }
}

#[test]
fn some_companies_skip_a_stage_and_some_go_back() {
    let (mut skipped, mut back) = (0, 0);
    for rows in companies().values() {
        let names: Vec<&str> = rows.iter().filter_map(|row| row.stage.as_deref()).collect();
        skipped += usize::from(names.contains(&OPPORTUNITY) && !names.contains(&QUALIFIED));
        back += usize::from(names.iter().filter(|name| **name == QUALIFIED).count() > 1);
    }
    assert!(skipped > 0 && back > 0, "{skipped} skipped, {back} went back");
}
