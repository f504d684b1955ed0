use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use jiff::ToSpan;
use types::{InteractionType, RecordKind};

use super::*;

fn config() -> Config {
    Config {
        scale: 0.02,
        ..Config::new(OrganizationId::from_bytes([3; 16]))
    }
}

fn small() -> &'static (World, Vec<UnifiedRow>) {
    static WORLD: OnceLock<(World, Vec<UnifiedRow>)> = OnceLock::new();
    WORLD.get_or_init(|| {
        let world = World::generate(&config(), Timestamp::UNIX_EPOCH).unwrap();
        let rows = world.chunks().flatten().collect();
        (world, rows)
    })
}

fn of_kind(kind: RecordKind) -> impl Iterator<Item = &'static UnifiedRow> {
    small().1.iter().filter(move |row| row.record_kind == kind)
}

/// A sum over all bytes that matter, weighted by position.
fn digest(rows: impl Iterator<Item = UnifiedRow>) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for row in rows {
        let money = [
            row.spend,
            row.revenue_reporting,
            row.refund_reporting,
            row.platform_revenue,
            row.clicks,
            row.opens,
        ]
        .map(|value| value.unwrap_or(-1));
        let words = money.into_iter().chain([row.recorded_at.as_microsecond(), row.sequence]);
        let bytes = words
            .flat_map(i64::to_le_bytes)
            .chain(row.id.as_bytes().iter().copied())
            .chain(row.source_row_key.bytes());
        for byte in bytes.chain(row.ad_name.iter().flat_map(|name| name.bytes())) {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    digest
}

#[test]
fn one_seed_gives_one_world_and_another_seed_another() {
    let tiny = |seed| {
        World::generate(
            &Config {
                seed,
                scale: 0.002,
                ..config()
            },
            Timestamp::UNIX_EPOCH,
        )
        .unwrap()
    };
    let (one, same, other) = (tiny(1), tiny(1), tiny(2));
    assert_eq!(digest(one.chunks().flatten()), digest(same.chunks().flatten()));
    assert_eq!(one.truth(), same.truth());
    assert_ne!(digest(one.chunks().flatten()), digest(other.chunks().flatten()));
}

#[test]
fn walking_the_rows_again_gives_the_same_rows() {
    let (world, rows) = small();
    assert_eq!(digest(world.chunks().flatten()), digest(rows.iter().cloned()));
}

/// The pipeline came later: it has streams of randomness of its own.
#[test]
fn the_pipeline_leaves_all_other_rows_as_they_were() {
    let others = small().1.iter().filter(|row| row.record_kind != RecordKind::Stage);
    assert_eq!(digest(others.cloned()), 11_854_763_335_807_421_417);
}

#[test]
fn no_row_comes_twice() {
    let (_, rows) = small();
    assert_eq!(rows.iter().map(|row| row.id).collect::<HashSet<_>>().len(), rows.len());
    assert_eq!(
        rows.iter()
            .map(|row| (&row.data_source, &row.source_row_key))
            .collect::<HashSet<_>>()
            .len(),
        rows.len()
    );
}

#[test]
fn the_shop_earns_what_such_a_shop_earns() {
    let (world, _) = small();
    let truth = world.truth();
    let (orders, touches) = (truth.orders as f64, of_kind(RecordKind::Touch).count() as f64);
    let revenue = truth.revenue_micros as f64 / 1e6;
    let spend = of_kind(RecordKind::Spend).filter_map(|row| row.spend_reporting).sum::<i64>() as f64 / 1e6;
    let within = |name: &str, value: f64, low: f64, high: f64| assert!((low..=high).contains(&value), "{name} is {value}");
    within("average order", revenue / orders, 100.0, 120.0);
    within("MER", revenue / spend, 3.0, 4.3);
    within("refunds per order", truth.refunds as f64 / orders, 0.035, 0.065);
    within("touches", touches, 0.02 * 750_000.0, 0.02 * 950_000.0);
    within("orders", orders, 0.02 * 40_000.0, 0.02 * 60_000.0);
    within("share that would have come anyway", truth.baseline.orders / orders, 0.35, 0.65);
    within("spend rows", of_kind(RecordKind::Spend).count() as f64, 45_000.0, 100_000.0);
}

#[test]
fn platforms_claim_more_than_they_caused() {
    let (world, _) = small();
    let truth = world.truth();
    for channel in [Channel::MetaAds, Channel::GoogleAds, Channel::TikTokAds] {
        let rows = of_kind(RecordKind::Spend).filter(|row| row.channel.as_deref() == Some(channel.name()));
        let claimed = rows.filter_map(|row| row.platform_conversions).sum::<i64>() as f64 / 1e6;
        let caused = truth.channel(channel).orders;
        assert!(
            claimed > 1.1 * caused && claimed < 4.0 * caused,
            "{} claims {claimed}, caused {caused}",
            channel.name()
        );
    }
}

#[test]
fn every_refund_names_an_earlier_order_and_is_no_larger() {
    let orders: HashMap<_, _> = of_kind(RecordKind::Order).map(|row| (row.order_id.clone().unwrap(), row)).collect();
    let mut partial = 0;
    for refund in of_kind(RecordKind::Refund) {
        let order = orders[refund.order_id.as_ref().unwrap()];
        assert!(refund.recorded_at > order.recorded_at);
        assert_eq!(
            (refund.customer_id, refund.currency, refund.fx_rate),
            (order.customer_id, order.currency, order.fx_rate)
        );
        assert!(refund.refund > Some(0) && refund.refund <= order.revenue && refund.refund_reporting <= order.revenue_reporting);
        partial += u32::from(refund.refund < order.revenue);
    }
    assert!(partial > 0);
}

#[test]
fn every_order_is_whole_minor_units_in_three_currencies_at_the_days_rate() {
    let (world, _) = small();
    let rates: HashMap<_, _> = world
        .fx_rates()
        .into_iter()
        .map(|(date, currency, rate)| ((date, currency), rate))
        .collect();
    let zone = TimeZone::get(ZONE).unwrap();
    let mut currencies = BTreeMap::<_, u32>::new();
    for order in of_kind(RecordKind::Order) {
        let currency = order.currency.unwrap();
        let amount = Money {
            micros: order.revenue.unwrap(),
            currency,
        };
        assert!(amount.minor_units().unwrap() > 0);
        let date = zone.to_datetime(order.recorded_at).date();
        let rate = rates.get(&(date, currency)).copied().unwrap_or(FxRate::ONE);
        assert_eq!(order.fx_rate, Some(rate));
        assert_eq!(order.revenue_reporting, Some(amount.convert(rate, CURRENCY).unwrap().micros));
        assert_eq!(order.conversion_type.as_deref(), Some("purchase"));
        *currencies.entry(currency).or_default() += 1;
    }
    assert_eq!(currencies.len(), 3);
    assert_eq!(currencies.iter().max_by_key(|(_, count)| **count).unwrap().0, &Currency::EUR);
}

#[test]
fn daily_rows_keep_the_accounts_zone_currency_and_level() {
    let (world, _) = small();
    let (mut zones, mut currencies) = (HashSet::new(), HashSet::new());
    for row in of_kind(RecordKind::Spend) {
        let (date, zone) = (row.civil_date.unwrap(), row.account_zone.as_deref().unwrap());
        let start = date.to_zoned(TimeZone::get(zone).unwrap()).unwrap().timestamp();
        assert_eq!(row.recorded_at, start);
        assert!((world.first_day()..=world.last_day()).contains(&date));
        assert_eq!(row.is_final, date <= world.last_day().saturating_sub(3.days()));
        assert_eq!(row.level.as_deref(), Some("ad"));
        let spend = Money {
            micros: row.spend.unwrap(),
            currency: row.currency.unwrap(),
        };
        assert!(spend.minor_units().is_ok());
        assert_eq!(
            row.spend_reporting,
            Some(spend.convert_to_micros(row.fx_rate.unwrap(), CURRENCY).unwrap().micros)
        );
        zones.insert(zone);
        currencies.insert(row.currency);
    }
    assert!(zones.contains("America/New_York") && zones.len() >= 3);
    assert_eq!(currencies.len(), 3);
}

#[test]
fn touches_of_ads_fall_within_their_campaigns_days() {
    let zone = TimeZone::get(ZONE).unwrap();
    let days = of_kind(RecordKind::Spend)
        .map(|row| (row.campaign_id, row.civil_date.unwrap()))
        .collect::<HashSet<_>>();
    for touch in of_kind(RecordKind::Touch).filter(|touch| touch.campaign_id.is_some()) {
        let date = zone.to_datetime(touch.recorded_at).date();
        let near = [date, date.saturating_sub(1.day())]
            .into_iter()
            .any(|day| days.contains(&(touch.campaign_id, day)));
        assert!(near, "{:?} on {date}", touch.campaign_name);
        assert!(touch.ad_key.is_some() && touch.asset_id.is_some());
    }
}

#[test]
fn platforms_count_more_clicks_than_we_can_follow() {
    for channel in &Channel::ALL[..Channel::WITH_CAMPAIGNS] {
        let of_channel = |row: &&UnifiedRow| row.channel.as_deref() == Some(channel.name());
        let counted: i64 = of_kind(RecordKind::Spend).filter(of_channel).filter_map(|row| row.clicks).sum();
        let followed = of_kind(RecordKind::Touch)
            .filter(of_channel)
            .filter(|row| row.interaction_type == Some(InteractionType::Click))
            .count();
        assert!(
            counted as f64 > followed as f64,
            "{}: {counted} clicks, {followed} followed",
            channel.name()
        );
    }
}

#[test]
fn the_truth_adds_up_to_the_orders() {
    let (world, _) = small();
    let truth = world.truth();
    let orders: f64 = truth.channels().map(|(_, effect)| effect.orders).sum::<f64>() + truth.baseline.orders;
    assert!((orders - truth.orders as f64).abs() < 1e-6 * orders);
    let revenue = truth.channels().map(|(_, effect)| effect.revenue_micros).sum::<i64>() + truth.baseline.revenue_micros;
    assert_eq!(revenue, truth.revenue_micros);
    assert_eq!(revenue, of_kind(RecordKind::Order).filter_map(|row| row.revenue_reporting).sum::<i64>());
    assert_eq!(
        truth.refunded_micros,
        of_kind(RecordKind::Refund).filter_map(|row| row.refund_reporting).sum::<i64>()
    );
    assert_eq!(
        truth.channels().map(|(_, effect)| effect.touches).sum::<u64>(),
        of_kind(RecordKind::Touch).count() as u64
    );
    for (channel, effect) in truth.channels() {
        let spread = effect.orders.sqrt().mul_add(4.0, 3.0);
        assert!(
            (effect.orders - effect.orders_drawn as f64).abs() < spread,
            "{}: {effect:?}",
            channel.name()
        );
    }
}

#[test]
fn the_truth_of_days_and_customers_agrees_with_the_whole() {
    let (world, rows) = small();
    let middle = world.first_day().saturating_add(200.days());
    let mut sum = world.truth_between(world.first_day(), middle);
    sum.merge(&world.truth_between(middle.saturating_add(1.day()), world.last_day()));
    assert_eq!((sum.orders, sum.revenue_micros), (world.truth().orders, world.truth().revenue_micros));

    let keys: HashSet<_> = rows.iter().filter_map(|row| row.customer_key.as_deref()).collect();
    let orders: Vec<_> = keys.iter().flat_map(|key| world.customer_truth(key).unwrap()).collect();
    assert_eq!(orders.len() as u64, sum.orders);
    assert!(
        orders
            .iter()
            .all(|order| (order.channels.iter().sum::<f64>() + order.baseline - 1.0).abs() < 1e-9)
    );
    assert_eq!(world.customer_truth("C9999999"), None);
    assert_eq!(world.customer_truth("nobody"), None);
}

#[test]
fn customers_come_in_the_order_of_their_ids() {
    let customers: Vec<_> = small().1.iter().filter_map(|row| row.customer_id).collect();
    assert!(customers.is_sorted());
}

#[test]
fn some_orders_have_no_touch_before_them() {
    let mut touched = HashSet::new();
    let mut untouched = 0;
    for row in &small().1 {
        match row.record_kind {
            RecordKind::Touch => drop(touched.insert(row.customer_id)),
            RecordKind::Order => untouched += u32::from(!touched.contains(&row.customer_id)),
            _ => {}
        }
    }
    assert!(untouched > 10);
}

#[test]
fn a_world_of_no_size_or_no_time_is_refused() {
    let refuse = |config: Config| World::generate(&config, Timestamp::UNIX_EPOCH).unwrap_err().to_string();
    assert_eq!(
        refuse(Config { scale: 0.0, ..config() }),
        "the scale 0 is not between 0 and 100: 1 gives about a million rows"
    );
    assert!(
        refuse(Config {
            last_day: Date::MAX,
            ..config()
        })
        .starts_with("history cannot end on 9999-12-31")
    );
}
