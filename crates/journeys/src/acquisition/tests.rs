use jiff::civil::date;
use types::OrganizationId;

use super::*;

fn campaign() -> CampaignId {
    CampaignId::derive(OrganizationId::from_bytes([1; 16]), "meta_ads", "spring")
}

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn spent(rows: &[(Date, Level, i64)]) -> TouchCosts {
    let mut costs = TouchCosts::default();
    for (day, level, micros) in rows {
        costs.add_spend(campaign(), &berlin(), *day, *level, *micros).unwrap();
    }
    costs
}

#[test]
fn the_touches_of_a_day_share_what_was_spent_on_it() {
    let mut costs = spent(&[(date(2024, 3, 30), Level::Ad, 700_000), (date(2024, 3, 30), Level::Ad, 300_000)]);
    let touches = [at("2024-03-30T08:00:00Z"), at("2024-03-30T09:00:00Z"), at("2024-03-30T10:00:00Z")];
    touches.iter().for_each(|touch| costs.count_touch(campaign(), *touch));
    assert_eq!(costs.cost(campaign(), touches[0]), Some(333_333));
}

#[test]
fn a_day_is_a_day_of_the_ad_accounts_zone_even_when_clocks_change() {
    let mut costs = spent(&[(date(2024, 3, 31), Level::Campaign, 600_000)]);
    // 31 March 2024 has 23 hours in Berlin: 23:00 UTC of the day before until 22:00 UTC.
    for text in [
        "2024-03-30T22:59:59Z",
        "2024-03-30T23:00:00Z",
        "2024-03-31T21:59:59Z",
        "2024-03-31T22:00:00Z",
    ] {
        costs.count_touch(campaign(), at(text));
    }
    assert_eq!(costs.cost(campaign(), at("2024-03-30T23:00:00Z")), Some(300_000));
    assert_eq!(costs.cost(campaign(), at("2024-03-31T22:00:00Z")), None);
}

#[test]
fn levels_repeat_each_other_and_are_never_added_up() {
    let day = date(2024, 5, 1);
    let costs = spent(&[(day, Level::Ad, 400_000), (day, Level::Campaign, 1_000_000), (day, Level::Ad, 600_000)]);
    assert_eq!(costs.cost(campaign(), at("2024-05-01T12:00:00Z")), Some(1_000_000));
}

#[test]
fn where_no_spend_is_known_there_is_no_cost() {
    let mut costs = TouchCosts::default();
    costs.count_touch(campaign(), at("2024-05-01T12:00:00Z"));
    assert!(costs.is_empty());
    assert_eq!(costs.cost(campaign(), at("2024-05-01T12:00:00Z")), None);
}

#[test]
fn spend_beyond_the_range_is_an_error() {
    let mut costs = spent(&[(date(2024, 5, 1), Level::Ad, MICROS_MAX)]);
    assert_eq!(costs.add_spend(campaign(), &berlin(), date(2024, 5, 1), Level::Ad, 1), Err(Error::Spend));
}

#[test]
fn levels_are_read_as_the_column_writes_them() {
    assert_eq!(Level::parse(None), Some(Level::Campaign));
    assert_eq!(Level::parse(Some("ad_set")), Some(Level::AdSet));
    assert_eq!(Level::parse(Some("account")), None);
}
